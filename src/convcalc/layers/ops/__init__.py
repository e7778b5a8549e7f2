"""The operations of `keras.ops` as kinds, in modules by what they do to a shape.

A kind's fields are the arguments of the operation's class in Keras, then those of its call
arguments that a file may hold as constants, which are listed in `of_call`. The parameters of
`infer`, followed by what of `of_call` is not among them, are Keras's call arguments in order.
"""
