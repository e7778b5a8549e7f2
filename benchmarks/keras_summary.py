"""The network of specs/foster_cifar.yaml, built and summarized by Keras itself."""

import importlib.util
import os

# TensorFlow is what people have; without it, the numpy backend starts much faster.
if importlib.util.find_spec("tensorflow") is None:
    os.environ.setdefault("KERAS_BACKEND", "numpy")

import keras

model = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        keras.layers.Conv2D(10, 4, strides=2, padding="same"),
        keras.layers.Conv2D(20, 3, strides=2, padding="same", name="conv_2"),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
model.summary()
