"""The operations of `keras.ops` as kinds, grouped into modules by what they do to a shape.

A kind's fields are the arguments of the operation's class in Keras, then the call arguments that a
file may hold as constants; `call_arguments` lists these. Keras's call arguments are the parameters
of `infer`, then the rest of `call_arguments`, in order.
"""
