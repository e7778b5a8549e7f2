"""What a case is made of: files of every sort, and a command line that reads them."""

# ruff: noqa: E501, PLR0911 - alternatives of a grammar stand on one line, or in one function

import copy
import functools
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, get_args

import msgspec

from convcalc import api, checks
from convcalc.layers import kinds, operations
from convcalc.layers.calling import parameters_of
from convcalc.layers.kind import snake_case
from convcalc.locks.lock import lock
from convcalc.locks.text import write

ROOT = Path(__file__).parents[2]
GALLERY = sorted((ROOT / "specs").glob("*.yaml"))
FAULTY = sorted((ROOT / "tests/cases/faults").glob("*.yaml"))
SAVED = sorted((ROOT / "tests/formats/keras/files").glob("*[!d].json"))

HOSTILE = ["", "a/b", "=x", "=1/0", "::error::x", "\x1b[2J", "\u202ex", "a:1", "é", "a\nb", "\x00",
           "null", "1", "<<", "input", "@me", "\x85", "[a", "'", '"', "# x", "- x", "x" * 1001]  # fmt: skip
NUMBERS = [0, 1, 2, 3, 4, 8, 16, 32, -1, 1.5, 10**6, 2**31, 2**63, 10**40, True]
EXPRESSIONS = ["=w", "=w * 2", "=i", "=2 ** i", "=d", "=d[0]", "=w // 0", "=input[0]", "=len(d)",
               "=[w] * 3", "=nope", "=w if w > 3 else 'same'", "=max(d)", "=10 ** 99", "=("]  # fmt: skip
FORMATS = {
    "summary": ["table", "json", "jsonl", "csv", "markdown"],
    "explain": ["text", "json", "markdown"],
    "check": ["text", "json", "github", "gitlab", "junit", "sarif", "markdown"],
    "diff": ["text", "json", "markdown"],
}


class Case(NamedTuple):
    """Files, by their names, and the arguments of the command that is run beside them."""

    files: dict[str, bytes]
    arguments: list[str]


def make(seed: str, index: int) -> Case:
    """The case of a seed and a number, always the same."""
    return _Maker(Random(f"{seed}:{index}")).case()


class _Maker:
    """Makes one case."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.names = ["input"]
        self.blocks: dict[str, list[str]] = {}
        self.own: list[str] = []

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def case(self) -> Case:
        r = self.random
        files = dict([self.model("m")])
        name = next(iter(files))
        command = r.choice(["summary", "summary", "explain", "check", "diff", "convert", "lock"])
        arguments = [command]
        if command == "check" and self.maybe(0.6):
            files["convcalc.yaml"] = self.changed(self.configuration(name).encode(), 0.1)
        if command in {"check", "lock", "diff"} and self.maybe(0.5):
            files[f"{name}.lock"] = self.lock()
        if command == "diff":
            other, text = self.model("n")
            files[other] = text if self.maybe(0.6) else self.changed(files[name], 1)
            arguments += [name, r.choice([other, other, *files])]
        elif command in {"check", "lock"} and self.maybe(0.2):
            arguments += [r.choice([".", "*.yaml", f"{name}.lock", "nothing", "**/m*"])]
        elif command != "check" or self.maybe(0.8):
            arguments.append(name)
        if command == "explain" and self.maybe(0.8):
            names = self.names if self.maybe(0.8) else HOSTILE
            arguments.append(r.choice(["dense", "input", *names]))
            if self.maybe(0.4):
                arguments += [
                    "--at",
                    r.choice(["0", "0", "0,0", "0,0", "3,4", "9999", "1,2,3", "-1", "x"]),
                ]
        arguments += self.options(command, files)
        return Case(files, [argument.replace("\0", "␀") for argument in arguments])

    def options(self, command: str, files: dict[str, bytes]) -> list[str]:
        r = self.random
        found = ["--jobs", "1"] if command == "check" else []
        if command in FORMATS and self.maybe(0.7):
            found += ["--format", r.choice(FORMATS[command])]
        columns = ["name", "output", "kernel", "params", "layer", "weights", "macs", "+macs",
                   "receptive_field", "from", "type", "share", "+activations", "nope"]  # fmt: skip
        own = {
            "summary": [
                ["--columns", ",".join(r.choices(columns, k=r.randint(1, 4)))],
                ["--depth", str(r.choice([1, 2, 9, 0]))],
                ["--sort", r.choice(columns)],
                ["--top", str(r.choice([1, 3, 0]))],
                ["--costs"],
                ["--costs"],
                ["--costs", "--train", r.choice(["adam", "sgd"])],
                ["--warn"],
                ["--fit", "1GB"],
            ],
            "check": [["--exit-zero"], ["--require-locks"], ["--expect", "m.yaml"]],
            "diff": [["--exit-code"]],
            "lock": [["--check"]],
        }.get(command, [])
        odd = ["=w", "x", "", "{", "null", "1e400", "&a [*a]", "é", "\x1b[2J"]
        common = [
            [
                "--set",
                "w=4"
                if self.maybe(0.7)
                else f"{r.choice(['w', 'd', '', *HOSTILE])}={r.choice(odd)}",
            ],
            ["--input", r.choice(["8", "16x16x4", "?x?x3", "8×8×3", "input=8,8,3"])],
            ["--input", r.choice(["a=?", "0", "x", "==", "\x1b[2J=3", f"1x{10**17}"])],
            ["--kinds", r.choice(["k.yaml", "k.yaml", "k.yaml", *files, "nothing"])],
        ]
        if "k.yaml" in common[-1]:
            name = r.choice(["Own", "Gate", "Nope", *HOSTILE])
            text = (
                f"vars: {{w: 3}}\nkinds: {{{json.dumps(name)}: {json.dumps(self.declaration())}}}\n"
            )
            files["k.yaml"] = text.encode()
        if command != "convert":
            common += [["--batch", "8"], ["--batch", str(r.choice([1, 0, 10**30]))]]
        for option in r.sample(own + common, r.choice([0, 0, 0, 1, 1, 2])):
            found += option
        return found

    # Files.

    def model(self, stem: str) -> tuple[str, bytes]:
        """A model of any sort, and the name of its file."""
        r = self.random
        made: Callable[[], tuple[str, bytes]] = r.choices(
            [self.spec_file, self.near_miss, self.keras_file, self.archive, self.noise],
            [50, 15, 20, 10, 2],
        )[0]
        ending, data = made()
        return f"{stem}{ending}", data

    def spec_file(self) -> tuple[str, bytes]:
        return ".yaml", self.spec().encode(errors="surrogatepass")

    def near_miss(self) -> tuple[str, bytes]:
        data = self.random.choice(GALLERY + FAULTY[:: max(1, len(FAULTY) // 20)]).read_bytes()
        self.names += re.findall(r"name: (\w+)", data[:100_000].decode(errors="replace"))
        return ".yaml", self.changed(data[:100_000], 0.9)

    def keras_file(self) -> tuple[str, bytes]:
        return ".json", json.dumps(self.saved()).encode()

    def archive(self) -> tuple[str, bytes]:
        r = self.random
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", r.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as z:
            z.writestr(
                "metadata.json", json.dumps({"keras_version": r.choice(["3.8.0", "2.1", 3])})
            )
            config = b"\xff" if self.maybe(0.05) else json.dumps(self.saved()).encode()
            z.writestr("config.json" if self.maybe(0.95) else "config.txt", config)
            z.writestr("model.weights.h5", b"\x89HDF\r\n\x1a\n" + bytes(20))
        data = bytearray(file.getvalue())
        if self.maybe(0.5):
            for _ in range(r.randint(1, 8)):
                data[r.randrange(len(data))] = r.randrange(256)
        if self.maybe(0.2):
            del data[r.randrange(len(data)) :]
        return ".keras", bytes(data)

    def noise(self) -> tuple[str, bytes]:
        r = self.random
        return r.choice([".yaml", ".json", ".keras"]), r.randbytes(r.randint(0, 200))

    def changed(self, data: bytes, chance: float) -> bytes:
        """A text with lines and tokens deleted, doubled and put in others' places."""
        r = self.random
        text = data.decode("utf-8", "replace")
        for pattern, join in ((r"[^\n]*\n?", ""), (r"\w+|\s+|[^\w\s]", "")):
            parts = re.findall(pattern, text)
            while parts and self.maybe(chance / 2):
                i, j = r.randrange(len(parts)), r.randrange(len(parts))
                new = r.choice(["", parts[i] + parts[i], parts[j], r.choice(HOSTILE), self.word()])
                parts[i] = new
            text = join.join(parts)
        return text.encode(errors="surrogatepass")

    def word(self) -> str:
        return json.dumps(self.value(1))

    def lock(self) -> bytes:
        return self.changed(_locked(self.random.choice(GALLERY)), 0.7)

    def configuration(self, model: str) -> str:
        r = self.random
        rules = {
            r.choice([model, "*.yaml", "**", "m.*"] * 8 + HOSTILE): r.choice([
                {}, {"params": self.limit()}, {"expect": self.expect()}, {"expect": model},
                {"warnings": r.choice(["all", [*self.codes()], 3])}, {"macs": self.limit()},
                {"peak_memory": "<= 1MB", "receptive_field": self.limit()}, None, 3,
            ])
            for _ in range(r.randint(0, 3))
        }  # fmt: skip
        return f"warnings: {json.dumps(r.choice(['all', self.codes()]))}\nmodels: {json.dumps(rules)}\n"

    # What Keras saves.

    def saved(self) -> Any:
        """A saved model of which some parts are others."""
        r = self.random
        data = json.loads(r.choice(SAVED).read_bytes())
        for _ in range(r.choice([0, 1, 1, 2, 4])):
            parents = [part for part in _parts(data) if isinstance(part, dict | list) and part]
            part = r.choice(parents)
            key = r.choice(list(part) if isinstance(part, dict) else range(len(part)))
            change = r.randrange(5)
            if change == 0:
                del part[key]
            elif change == 1:
                part[key] = self.value(2)
            elif change == 2:
                other = r.choice(parents) if self.maybe(0.3) else r.choice(HOSTILE)
                part[key] = copy.deepcopy(other)
            elif change == 3 and isinstance(part, dict):
                part[r.choice([*part, *HOSTILE])] = part[key]
            elif isinstance(part, list):
                part.insert(0, copy.deepcopy(part[key]))
        self.names += [str(p["name"]) for p in _parts(data) if isinstance(p, dict) and "name" in p]
        return data

    # Specs.

    def spec(self) -> str:
        r = self.random
        top: dict[str, Any] = {"vars": {"w": 8, "d": [2, 3]}} if self.maybe(0.8) else {}
        if self.maybe(0.1):
            top["name"] = r.choice(HOSTILE)
        several = self.maybe(0.2)
        if several:
            top["inputs"] = {
                name: self.input() for name in r.choices(["a", "b", "c"] * 5 + HOSTILE, k=2)
            }
            self.names = list(top["inputs"])
        elif self.maybe(0.95):
            top["input"] = self.input()
        if self.maybe(0.3):
            top["kinds"] = {
                name: self.declaration() for name in r.choices(["Own", "Z"] * 9 + HOSTILE, k=1)
            }
            self.own = list(top["kinds"])
        if self.maybe(0.4):
            top["blocks"] = {}
            for name in r.choices(["unit", "stage"] * 6 + HOSTILE, k=r.randint(1, 2)):
                outer, self.names = self.names, ["input", "input:1"]
                block = {"args": {"f": r.choice([None, 3, "=w"])}, "layers": self.layers(2)}
                if self.maybe(0.2):
                    block["outputs"] = self.outputs()
                self.names = outer
                top["blocks"][name] = block
                self.blocks[name] = ["f"]
        layers = self.layers(r.choice([1, 3, 6, 10]))
        if several and layers and isinstance(layers[0], dict) and self.maybe(0.8):
            layers[0]["from"] = self.names[0]
        extra = {
            "outputs": self.outputs(), "expect": self.expect(), "ignore": self.codes(),
            "data_format": r.choice(["channels_first", "x"]), "dtype": r.choice(["float16", "int9"]),
            "inputs": self.names[:2], "x-a": self.value(2), "nope": 3,
        }  # fmt: skip
        for key in r.sample(list(extra), r.choice([0, 0, 1, 2])):
            top.setdefault(key, extra[key])
        lines = [f"{key}: {json.dumps(value)}" for key, value in top.items()]
        lines += ["layers:" if layers else "layers: []"]
        lines += [f"  - {json.dumps(layer)}" for layer in layers]
        return "\n".join(lines) + "\n"

    def input(self) -> Any:
        shape = self.shape()
        r = self.random
        if self.maybe(0.8):
            return shape
        return {"shape": shape, r.choice(["batch_size", "dtype", "name", "sparse"]): self.value(1)}

    def shape(self) -> list[Any]:
        r = self.random
        usual: list[list[Any]] = [
            [8],
            [8, 8, 3],
            [16, 16, 4],
            [10, 8],
            [4, 8, 8, 3],
            [None, 8],
            [None, None, 3],
            [7],
        ]
        if self.maybe(0.8):
            return list(r.choice(usual))
        return r.choices([*NUMBERS, None, "=w"], k=r.randint(0, 5))

    def layers(self, most: int, depth: int = 0) -> list[Any]:
        return [self.entry(depth) for _ in range(self.random.randint(0 if depth else 1, most))]

    def entry(self, depth: int) -> Any:
        r = self.random
        kind, arguments = self.layer()
        beside: dict[str, Any] = {}
        if self.maybe(0.12) and len(self.names) > 1:
            kind, arguments = "share", r.choice(self.names)
        if self.maybe(0.4):
            beside["from"] = self.reads(kind)
        if self.maybe(0.25) and depth < 2:
            count = r.choice([0, 0, 1, 2, 3])
            branches = [self.layers(2, depth + 1) for _ in range(count)]
            named = dict(
                zip(r.sample(["left", "right", "x", *HOSTILE], count), branches, strict=True)
            )
            beside["branches"] = branches if self.maybe(0.7) else named
        options = {
            "name": r.choice(HOSTILE + EXPRESSIONS + self.names)
            if self.maybe(0.2)
            else f"l{r.randrange(99)}",
            "repeat": r.choice(
                [0, 1, 2, 2, 3, "=d[0]", "=w"] if self.maybe(0.9) else [-1, "x", 10**7]
            ),
            "when": r.choice([True, False, "=w > 3", "=w > 3", "=i", 3]),
            "trainable": r.choice([False, False, False, True, 0, "=w > 3"]),
            "ignore": self.codes(),
        }
        for key in r.sample(list(options), r.choice([0, 0, 0, 1, 2])):
            beside[key] = options[key]
        name = beside.get("name") or snake_case(kind)
        self.names += [str(name), f"{name}_1"] if self.maybe(0.3) else [str(name)]
        if arguments is None and not beside and self.maybe(0.7):
            return kind
        return {kind: arguments, **beside}

    def reads(self, kind: str) -> Any:
        """What `from` says: a name, an output by its number, a list, or call arguments by name."""
        r = self.random
        known_names = self.names if self.maybe(0.9) else HOSTILE
        names = [r.choice(["input", known_names[-1], r.choice(known_names)]) for _ in range(4)]
        if self.maybe(0.25):
            names[0] += r.choice([":0", ":1", ":1", ":2", ":99"])
        known = _KINDS.get(kind)
        arguments = [*(parameters_of(known) if known else ()), "inputs", "query", "value", "x"][:4]
        by_name = {
            r.choice([arguments[0], r.choice(arguments)]): name
            if self.maybe(0.8)
            else names[: r.randint(0, 3)]
            for name in names[: r.randint(1, 3)]
        }
        if self.maybe(0.05):
            return r.choice([[], {}, None, "=w", 3])
        return r.choice([names[0], names[: r.randint(1, 3)], by_name])

    def layer(self) -> tuple[str, Any]:
        """A kind and its arguments: usually as they must be."""
        r = self.random
        if self.maybe(0.55):
            kind, arguments = r.choice(_USUAL)
            if isinstance(arguments, dict) and arguments and self.maybe(0.1):
                arguments = {**arguments, r.choice(list(arguments)): self.value(2)}
            return kind, arguments
        if self.maybe(0.15):
            return r.choice([*self.blocks, *self.own] * 9 + HOSTILE), r.choice([None, {"f": 3}, 4])
        kind = r.choice(_OPERATIONS if self.maybe(0.5) else _LAYERS)
        fields = msgspec.structs.fields(_KINDS[kind])
        if self.maybe(0.05):
            return kind, self.value(2)
        return kind, {
            field.name: self.argument(field.type)
            for field in fields
            if self.maybe(0.95 if field.required else 0.15)
        } or None

    def argument(self, type_: Any) -> Any:
        """A value of about the type that an argument has."""
        r = self.random
        if self.maybe(0.05):
            return r.choice(EXPRESSIONS)
        if "Bound" in str(type_) and self.maybe(0.9):
            kind, arguments = r.choice(_USUAL)
            layer = {kind: arguments}
            return r.choice([layer, layer, [layer], {"Sequential": {"layers": [layer, layer]}}])
        words = _words(type_)
        if words and self.maybe(0.6):
            return r.choice(words)
        text = str(type_)
        if "bool" in text and self.maybe(0.7):
            return r.choice([True, False])
        if self.maybe(0.8):
            if "tuple" in text and self.maybe(0.5):
                return r.choices([0, 1, 2, 3, -1], k=r.choice([1, 2, 2, 3]))
            if "int" in text or "Positive" in text or "float" in text:
                return r.choice([1, 2, 3, 4, 8, -1, 0.5 if "float" in text else 2])
        return self.value(2)

    def value(self, depth: int) -> Any:
        """Any value; mostly small numbers."""
        r = self.random
        choice = r.random()
        if choice < 0.5:
            return r.choice([1, 2, 3, 4, 8])
        if choice < 0.65:
            return r.choice(NUMBERS)
        if choice < 0.75:
            return r.choice(
                [None, True, False, "same", "valid", "relu", "float16", "int32", "ij,jk->ik"]
            )
        if choice < 0.8:
            return r.choice(HOSTILE + EXPRESSIONS)
        if depth and choice < 0.95:
            return [self.value(depth - 1) for _ in range(r.randint(0, 3))]
        if depth:
            return {r.choice(["shape", "axis", *HOSTILE]): self.value(depth - 1)}
        return 5

    def declaration(self) -> Any:
        r = self.random
        if self.maybe(0.8):
            return {"args": {"f": 3}, "weights": {"k": ["=f", "=input[-1]"]}, "output": "=input"}
        return {
            "args": {
                r.choice(["f", "size", "i", "name", *HOSTILE]): r.choice([None, 3, "=w", [1]])
            },
            "weights": {
                r.choice(["k", "a/b", *HOSTILE]): r.choice([["=f"], [3], {"shape": [4]}, 3])
            },
            "output": r.choice(["=input", ["=input[0]", 4], [], "=[f]", "=inputs[1]", 3]),
            "macs": r.choice([0, "=f", "=output[0]", "x", None, -1]),
        }

    def outputs(self) -> Any:
        return self.random.choice(
            [self.names[-1], self.names[-2:], [f"{self.names[-1]}:1"], [], "x"]
        )

    def limit(self) -> Any:
        limits = ["<= 100k", "> 3", "== 5", 7, {"min": 1, "max": "2k"}, "<= x", None, "< 1.5M"]
        return self.random.choice(limits)

    def expect(self) -> Any:
        r = self.random
        return {
            key: value
            for key, value in {
                "output": self.shape(), "params": self.limit(), "macs": self.limit(),
                "receptive_field": self.limit(), "peak_memory": r.choice(["<= 1MB", "x", 3]),
                "outputs": {r.choice(self.names): self.shape()}, "accepts": [self.shape()],
                "rejects": [self.shape(), {"a": self.shape()}],
                "layers": {
                    r.choice(self.names): {"kernel": self.shape(), "weights": {"bias": [8]}, "params": 3}
                },
            }.items()
            if self.maybe(0.3)
        }  # fmt: skip

    def codes(self) -> list[str]:
        return self.random.choices([*checks.codes(), "unused-layer", "nope"], k=2)


_KINDS = {**kinds(), **operations()}
_LAYERS = sorted(kinds())
_OPERATIONS = sorted(operations())
_USUAL: list[tuple[str, Any]] = [
    ("Dense", 8), ("Dense", {"units": 4, "activation": "relu"}), ("ReLU", None), ("Flatten", None),
    ("Conv2D", {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}),
    ("Conv2D", [4, 3]), ("Conv1D", {"filters": 4, "kernel_size": 3, "padding": "causal"}),
    ("Conv2DTranspose", {"filters": 4, "kernel_size": 3, "strides": 2}),
    ("DepthwiseConv2D", {"kernel_size": 3, "padding": 1}), ("MaxPooling2D", None),
    ("AveragePooling2D", {"pool_size": 3, "strides": 2, "ceil_mode": True}), ("Add", None),
    ("Concatenate", {"axis": -1}), ("BatchNormalization", None), ("GlobalAveragePooling2D", None),
    ("LSTM", {"units": 4, "return_sequences": True, "return_state": True}), ("GRU", 4),
    ("LSTM", {"units": 4, "return_state": True}), ("Reshape", {"target_shape": [-1]}),
    ("MultiHeadAttention", {"num_heads": 2, "key_dim": 4, "return_attention_scores": True}),
    ("Attention", None), ("Embedding", {"input_dim": 10, "output_dim": 4}), ("Dropout", 0.5),
    ("Permute", [[2, 1]]), ("ZeroPadding2D", 1), ("UpSampling2D", 2), ("InputLayer", {"shape": [8]}),
    ("LayerNormalization", None), ("RepeatVector", 3), ("Softmax", None), ("Lambda", None),
    ("TimeDistributed", {"layer": {"Dense": 4}}), ("Bidirectional", {"layer": {"GRU": 4}}),
    ("ops.Mean", {"axis": 0}), ("ops.Mean", {"axis": -1, "keepdims": True}),
    ("ops.Reshape", {"newshape": [-1, 4]}), ("ops.Transpose", None), ("ops.Multiply", {"x2": 0.5}),
    ("ops.GetItem", {"key": [":", 0]}), ("ops.Split", {"indices_or_sections": 2}),
    ("ops.TopK", {"k": 2}), ("ops.ExpandDims", {"axis": 0}), ("ops.Unstack", {"num": 2}),
]  # fmt: skip


@functools.cache
def _locked(path: Path) -> bytes:
    return write(lock(api.summarize(path))).encode()


def _words(type_: Any) -> list[str]:
    """The words that an argument's type names."""
    found = [arg for arg in get_args(type_) if isinstance(arg, str)]
    return found + [
        word for arg in get_args(type_) if not isinstance(arg, str) for word in _words(arg)
    ]


def _parts(data: Any) -> list[Any]:
    found = [data]
    for part in found:
        if isinstance(part, dict | list):
            found += part.values() if isinstance(part, dict) else part
    return found
