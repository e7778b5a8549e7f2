"""The networks of keras.applications, by Keras itself: built, written into a folder, or read.

python keras_applications.py build
python keras_applications.py write FOLDER
python keras_applications.py read FOLDER
"""

import gc
import inspect
import os
import sys
import warnings
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "numpy"
warnings.simplefilter("ignore")

import keras  # noqa: E402 (which chooses its backend here)


def build(name: str) -> Any:
    """The network of this name, from its code."""
    return getattr(keras.applications, name)(weights=None)


def main(what: str, folder: str = "") -> None:
    """Take one network after the other, and let go of it before the next."""
    for name, _ in inspect.getmembers(keras.applications, inspect.isfunction):
        path = Path(folder, f"{name}.json")
        if what == "read":
            keras.models.model_from_json(path.read_text(encoding="utf-8"))
        elif what == "write":
            # Without values for the weights, of which the file tells nothing.
            with keras.StatelessScope(initialize_variables=False):
                path.write_text(build(name).to_json(), encoding="utf-8")
        else:
            build(name)
        keras.backend.clear_session()
        gc.collect()


if __name__ == "__main__":
    main(*sys.argv[1:])
