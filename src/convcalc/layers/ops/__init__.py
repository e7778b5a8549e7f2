"""The operations of `keras.ops` as kinds, in modules by what they do to a shape.

A kind's fields are the arguments of the operation's class in Keras, then the call arguments that a
file may hold as constants, which `call_arguments` lists. Keras's call arguments are the parameters
of `infer`, followed by the rest of `call_arguments`, in order.
"""
