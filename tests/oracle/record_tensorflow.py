"""Records what Keras makes on TensorFlow of some cases of the kinds that need it.

Run python tests/oracle/record_tensorflow.py, where Keras and TensorFlow are installed; the table
was made with Keras 3.15.1 and TensorFlow 2.21.0.
"""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).parents[1]))

import keras  # noqa: F401 - before the judge, which would choose another backend

from oracle.keras_judge import NEEDS_TENSORFLOW
from oracle.record import record

RECORDED = Path(__file__).with_name("recorded_tensorflow.jsonl")

if __name__ == "__main__":
    table = [line for kind in sorted(NEEDS_TENSORFLOW) for line in record(kind)]
    RECORDED.write_text("".join(f"{line}\n" for line in table), encoding="utf-8")
    print(f"{len(table)} cases of {len(NEEDS_TENSORFLOW)} kinds")  # noqa: T201
