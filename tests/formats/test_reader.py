"""Specs: the network that each part of the language makes, and the place of every fault."""

# ruff: noqa: E501 - a case is one line

import copy
import itertools
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.layers.inference import UNKNOWN_OP_COUNTS
from convcalc.network import Network, UsageError
from models import faults, in_short, network, reads, report, rows

Cases: TypeAlias = list[tuple[str, str, list[tuple[str, str, str, str | None]]]]
"""Reason, spec, and each fault's code, place, message and help."""

LAYERS = "input: [8]\nlayers:\n"
BLOCK = "input: [8]\nblocks:\n  unit: {args: {n: , m: 2}, layers: [{Dense: =n}, {Dense: =m}]}\nlayers:\n"

# fmt: off
TOP: Cases = [
    ("empty", "# nothing\n", [("empty", "1:1-1", "there is no spec here", "a spec has `input: [height, width, channels]` and `layers:` with a list")]),
    ("null", "~\n", [("empty", "1:1-1", "there is no spec here", "a spec has `input: [height, width, channels]` and `layers:` with a list")]),
    ("a list", "- input: [8]\n", [("wrong-type", "1:1-2:1", "a spec is a mapping", "a spec has `input: [height, width, channels]` and `layers:` with a list")]),
    ("a string", "hello\n", [("wrong-type", "1:1-6", "a spec is a mapping", "a spec has `input: [height, width, channels]` and `layers:` with a list")]),
    ("the order of no inputs", "inputs: [a]\nlayers: [{InputLayer: {shape: [3]}, name: b}]\n", [("missing-input", "1:9-12", 'inputs must list every InputLayer, and "b" is missing', None), ("unknown-input", "1:10-11", '"a" is not the name of an InputLayer', None)]),
    ("an input listed twice", "inputs: [b, b]\nlayers: [{InputLayer: {shape: [3]}, name: b}]\n", [("duplicate-name", "1:13-14", "input 'b' is listed twice", None)]),
    ("no layers", "input: [8]\n", [("missing-layers", "1:1-1", "the spec has no layers", None)]),
    ("misspelt layers", "input: [8]\nlayer: [ReLU]\n", [("unknown-key", "2:1-6", "there is no key 'layer' in a spec", "did you mean layers?")]),
    ("layers of a mapping", "input: [8]\nlayers: {ReLU: }\n", [("wrong-type", "2:9-17", "layers must be a list", None)]),
    ("layers of nothing", "input: [8]\nlayers:\n", [("wrong-type", "2:8-8", "layers must be a list", None)]),
    ("no input", "layers: [ReLU]\n", [("missing-input", "1:1-1", "the spec has no input", "add `input: [...]`, the shape without the batch")]),
    ("misspelt input", "inptu: [8]\nlayers: [ReLU]\n", [("unknown-key", "1:1-6", "there is no key 'inptu' in a spec", "did you mean input?")]),
    ("misspelt inputs", "inputss: {a: [8]}\nlayers: []\n", [("unknown-key", "1:1-8", "there is no key 'inputss' in a spec", "did you mean inputs?")]),
    ("both inputs", "input: [8]\ninputs: {a: [8]}\nlayers:\n  - Add: \n    from: [input, a]\n", [("unknown-key", "2:1-7", "a spec has either `input` or `inputs`", None), ("unknown-input", "5:19-20", "there is no layer 'a' to read from", None)]),
    ("inputs of a list", "inputs: [8]\nlayers: []\n", [("wrong-type", "1:9-12", "inputs must be a mapping from names to shapes, or a list of names", None)]),
    ("inputs of nothing", "inputs: {}\nlayers: []\n", [("wrong-type", "1:9-11", "inputs must be a mapping from names to shapes, or a list of names", None)]),
    ("input of a number", "input: 8\nlayers: [ReLU]\n", [("wrong-type", "1:8-9", "input 'input' must be a shape, such as [32, 32, 3], or a mapping", None)]),
    ("input of a string", "input: =8\nlayers: [ReLU]\n", [("wrong-type", "1:8-10", "input 'input' must be a shape, such as [32, 32, 3], or a mapping", None)]),
    ("input of a faulty expression", "input: [=x]\nlayers: [ReLU]\n", [("expression", "1:9-11", "there is no value 'x' here", None)]),
    ("input with a wrong size", "input: [8, -1]\nlayers: [ReLU]\n", [("wrong-value", "1:8-15", "shape must be a list, each a whole number of at least 0 or null, not [8,-1]", None)]),
    ("input with an unknown property", "input: {shape: [8], dtyp: int8}\nlayers: [ReLU]\n", [("unknown-argument", "1:21-25", "InputLayer has no argument 'dtyp'", "did you mean dtype?")]),
    ("input with a wrong property", "input: {shape: [8], dtype: int9}\nlayers: [ReLU]\n", [("wrong-value", "1:28-32", "'int9' is not a data type", "did you mean int8?")]),
    ("unknown key", "input: [8]\nlayers: [ReLU]\nzzzz: 1\nx-any: 1\n", [("unknown-key", "3:1-5", "there is no key 'zzzz' in a spec", "the keys are name, input, inputs, outputs, vars, blocks, kinds, layers, data_format, dtype, expect, ignore")]),
    ("name of a number", "name: 3\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:7-8", "name must be a string, not 3", None)]),
    ("data format", "data_format: channels_frist\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:14-28", "'channels_frist' is not a data format", "did you mean channels_first?")]),
    ("dtype", "dtype: zzz\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:8-11", "'zzz' is not a data type", "one of bool, uint4, uint8, int16, uint16, int32, uint32, int64, uint64, float16, bfloat16, float32, float64, string, mixed_float16, mixed_bfloat16")]),
    ("dtype that only a layer can be quantized to", "dtype: int8\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:8-12", "'int8' can't be the dtype of a whole network", "quantize single layers, as in Dense: {units: 10, dtype: int8_from_float32}")]),
    ("dtype of a quantized layer", "dtype: int4_from_float32\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:8-25", "'int4_from_float32' can't be the dtype of a whole network", "quantize single layers, as in Dense: {units: 10, dtype: int4_from_float32}")]),
    ("dtype that no layer computes in", "dtype: float8_e4m3fn\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:8-21", "'float8_e4m3fn' can't be the dtype of a whole network", "did you mean float64?")]),
    ("dtype of a number", "dtype: 3\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:8-9", "dtype must be a string, not 3", None)]),
    ("outputs unknown", "input: [8]\nlayers: [ReLU]\noutputs: [relu]\n", [("unknown-input", "3:11-15", "there is no layer 'relu' to read from", "did you mean re_lu?")]),
    ("outputs of a number", "input: [8]\nlayers: [ReLU]\noutputs: 3\n", [("wrong-type", "3:10-11", "outputs takes the name of a layer, or a list of names", None)]),
    ("outputs of nothing", "input: [8]\nlayers: [ReLU]\noutputs: []\n", [("wrong-type", "3:10-12", "outputs takes the name of a layer, or a list of names", None)]),
]

VARIABLES: Cases = [
    ("vars of a list", "vars: [1]\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:7-10", "vars must be a mapping from names", None)]),
    ("a later variable", "vars: {a: =b, b: 3}\ninput: [8]\nlayers: [ReLU]\n", [("expression", "1:11-13", "there is no value 'b' here", None)]),
    ("used though faulty", "vars: {a: =b}\ninput: [=a]\nlayers: [{Dense: =a}]\n", [("expression", "1:11-13", "there is no value 'b' here", None)]),
    ("a reserved word", "vars: {if: 3}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:8-10", "'if' can't be used as a name in expressions", "use letters, digits and underscores, and no reserved word")]),
    ("a function's name", "vars: {min: 3}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:8-11", "'min' can't be used as a name in expressions", "use letters, digits and underscores, and no reserved word")]),
    ("the index", "vars: {i: 3}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:8-9", "'i' can't be used as a name in expressions", "use letters, digits and underscores, and no reserved word")]),
    ("not a name", "vars: {a-b: 3}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:8-11", "'a-b' can't be used as a name in expressions", "use letters, digits and underscores, and no reserved word")]),
    ("a mapping", "vars: {a: {b: 3}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:11-17", "variable a must be a number, string, boolean or list", None)]),
]

BLOCKS: Cases = [
    ("of a list", "blocks: [1]\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:9-12", "blocks must be a mapping from names", None)]),
    ("a kind's name", "blocks: {Dense: {layers: []}}\ninput: [8]\nlayers: [ReLU]\n", [("duplicate-name", "1:10-15", "there is a layer kind 'Dense' already", None)]),
    ("an own kind's name", "kinds: {a: {output: =input}}\nblocks: {a: {layers: []}}\ninput: [8]\nlayers: [ReLU]\n", [("duplicate-name", "2:10-11", "there is a layer kind 'a' already", None)]),
    ("a key beside kinds", "blocks: {share: {layers: []}, repeat: {layers: []}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:10-15", "'share' can't be used as the name of a layer kind or block", "use letters, digits and underscores"), ("wrong-value", "1:31-37", "'repeat' can't be used as the name of a layer kind or block", "use letters, digits and underscores")]),
    ("no letters", "blocks: {+: {layers: []}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:10-11", "'+' can't be used as the name of a layer kind or block", "use letters, digits and underscores")]),
    ("of a number", "blocks: {a: 3}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:13-14", "block 'a' must be a mapping with `layers`", None)]),
    ("without layers", "blocks: {a: {args: {n: }}}\ninput: [8]\nlayers: [ReLU]\n", [("missing-layers", "1:13-26", "block 'a' needs a list of `layers`", None)]),
    ("layers of a string", "blocks: {a: {layers: ReLU}}\ninput: [8]\nlayers: [ReLU]\n", [("missing-layers", "1:22-26", "block 'a' needs a list of `layers`", None)]),
    ("unknown key", "blocks: {a: {layers: [], arg: 3}}\ninput: [8]\nlayers: [ReLU]\n", [("unknown-key", "1:26-29", "there is no key 'arg' in block 'a'", "did you mean args?")]),
    ("args of a list", "blocks: {a: {layers: [], args: [n]}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:32-35", "args must be a mapping from names", None)]),
    ("arg's name", "blocks: {a: {layers: [], args: {input: 3}}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:33-38", "'input' can't be used as a name in expressions", "use letters, digits and underscores, and no reserved word")]),
    ("missing argument", BLOCK + "  - unit\n", [("missing-argument", "5:5-9", "unit needs the argument n", None)]),
    ("misspelt argument", BLOCK + "  - unit: {n: 3, mm: 3}\n", [("unknown-argument", "5:18-20", "unit has no argument 'mm'", "did you mean m?")]),
    ("misspelt required argument", BLOCK + "  - unit: {nn: 3}\n", [("unknown-argument", "5:12-14", "unit has no argument 'nn'", "did you mean n?")]),
    ("unknown argument", BLOCK + "  - unit: {n: 3, foo: 3}\n", [("unknown-argument", "5:18-21", "unit has no argument 'foo'", "its arguments are n, m")]),
    ("too many", BLOCK + "  - unit: [1, 2, 3]\n", [("too-many-arguments", "5:18-19", "unit has 2 arguments; 3 are given", None)]),
    ("faulty value", BLOCK + "  - unit: =q\n", [("expression", "5:11-13", "there is no value 'q' here", None)]),
    ("no arguments", "blocks: {a: {layers: []}}\ninput: [8]\nlayers: [a: {n: 3}]\n", [("unknown-argument", "3:14-15", "a has no argument 'n'", "it has none")]),
    ("itself", "blocks: {a: {layers: [b]}, b: {layers: [a]}}\ninput: [8]\nlayers: [a]\n", [("recursive-block", "1:41-42", "block 'a' contains itself", None)]),
    ("a fault inside, used twice", "blocks: {a: {layers: [{Dense: 0}]}}\ninput: [8]\nlayers: [a, a]\n", [("wrong-value", "1:31-32", "units must be a whole number of at least 1, not 0", None)]),
    ("inputs by name", BLOCK + "  - unit: 3\n    from: {x: input}\n", [("wrong-type", "6:11-21", "block 'unit' reads its inputs in order, not by name", "list what it reads")]),
    ("inputs by name, shared", BLOCK + "  - unit: 3\n  - share: unit\n    from: {x: input}\n", [("wrong-type", "7:11-21", "block 'unit' reads its inputs in order, not by name", "list what it reads")]),
    ("branches that start by name", LAYERS + "  - Add:\n    from: {x: input}\n    branches: [[], []]\n", [("wrong-type", "4:11-21", "branches start from what is listed, not by name", "list what it reads")]),
    ("no branches, and a start by name", LAYERS + "  - Dense: 3\n    from: {x: input}\n    branches: []\n", [("wrong-type", "4:11-21", "branches start from what is listed, not by name", "list what it reads"), ("wrong-inputs", "4:11-21", "Dense reads 1 input, but is given 0", None)]),
    ("two names beside a fault", LAYERS + "  - Attention:\n    from: {query: input, value: input}\n    trainable: 3\n", [("wrong-type", "5:16-17", "trainable must be true or false, not 3", None)]),
    ("outputs unknown", "blocks: {a: {layers: [ReLU], outputs: [b]}}\ninput: [8]\nlayers: [a]\n", [("unknown-input", "1:40-41", "there is no layer 'b' to read from", None)]),
    ("outside of it", "blocks: {a: {layers: [{Dense: 3, from: above}]}}\ninput: [8]\nlayers:\n  - ReLU:\n    name: above\n  - a\n", [("unknown-input", "1:40-45", "there is no layer 'above' to read from", None)]),
]

KINDS: Cases = [
    ("of a number", "kinds: 3\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:8-9", "kinds must be a mapping from names", None)]),
    ("a kind's name", "kinds: {Dense: {output: =input}}\ninput: [8]\nlayers: [ReLU]\n", [("duplicate-name", "1:9-14", "there is a layer kind 'Dense' already", None)]),
    ("no letters", "kinds: {'': {output: =input}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:9-11", "'' can't be used as the name of a layer kind or block", "use letters, digits and underscores")]),
    ("a control character", 'kinds: {"a\\0": {output: =input}}\ninput: [8]\nlayers: [ReLU]\n', [("wrong-value", "1:9-14", "'a\\x00' can't be used as the name of a layer kind or block", "use letters, digits and underscores")]),
    ("a string", "kinds: {A: =input}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:12-18", "kind 'A' must be a mapping with `output`", None)]),
    ("no output", "kinds: {A: {args: {n: }}}\ninput: [8]\nlayers: [ReLU]\n", [("missing-output", "1:12-25", "kind 'A' needs an `output`", "such as =input")]),
    ("output of a number", "kinds: {A: {output: 3}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:21-22", "output must be a list of dimensions or an expression", None)]),
    ("output of a mapping", "kinds: {A: {output: {a: =3}}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:21-28", "output must be a list of dimensions or an expression", None)]),
    ("macs of a string", "kinds: {A: {output: =input, macs: many}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:35-39", "macs must be a whole number of at least 0, or an expression", None)]),
    ("macs of a fraction", "kinds: {A: {output: =input, macs: 0.5}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:35-38", "macs must be a whole number of at least 0, or an expression", None)]),
    ("macs of a boolean", "kinds: {A: {output: =input, macs: true}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:35-39", "macs must be a whole number of at least 0, or an expression", None)]),
    ("macs of a list", "kinds: {A: {output: =input, macs: [=input]}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:35-43", "macs must be a whole number of at least 0, or an expression", None)]),
    ("less than no macs", "kinds: {A: {output: =input, macs: -1}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:35-37", "macs must be a whole number of at least 0, or an expression", None)]),
    ("macs that come to less than nothing", "kinds: {A: {output: =input, macs: '=input[0] - 9'}}\ninput: [8]\nlayers: [A]\n", [("wrong-value", "3:10-11", "the number of macs is negative: -1", None)]),
    ("macs that come to a fraction", "kinds: {A: {output: =input, macs: '=input[0] / 16'}}\ninput: [8]\nlayers: [A]\n", [("wrong-value", "3:10-11", "the number of macs is 0.5, not a whole number", "// divides without a remainder, and int(), round() make whole numbers")]),
    ("macs of what is not there", "kinds: {A: {output: =input, macs: =outptu}}\ninput: [8]\nlayers: [A]\n", [("expression", "3:10-11", "in the macs: there is no value 'outptu' here", "did you mean output?")]),
    ("unknown key", "kinds: {A: {output: =input, weigths: {}}}\ninput: [8]\nlayers: [ReLU]\n", [("unknown-key", "1:29-36", "there is no key 'weigths' in kind 'A'", "did you mean weights?")]),
    ("arg's name", "kinds: {A: {output: =input, args: {len: , infer: 3, weights: }}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-value", "1:36-39", "'len' can't be used as a name in expressions", "use letters, digits and underscores, and no reserved word"), ("wrong-value", "1:43-48", "'infer' can't be used as a name in expressions", "use letters, digits and underscores, and no reserved word"), ("wrong-value", "1:53-60", "'weights' can't be used as a name in expressions", "use letters, digits and underscores, and no reserved word")]),
    ("arg's default", "kinds: {A: {output: =input, args: {n: =q}}}\ninput: [8]\nlayers: [ReLU]\n", [("expression", "1:39-41", "there is no value 'q' here", None)]),
    ("weight of a number", "kinds: {A: {output: =input, weights: {w: 3}}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:42-43", "weight 'w' must be a shape, or a mapping with `shape`", None)]),
    ("weight without shape", "kinds: {A: {output: =input, weights: {w: {trainable: true}}}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:42-59", "weight 'w' must be a shape, or a mapping with `shape`", None)]),
    ("weight's shape of a number", "kinds: {A: {output: =input, weights: {w: {shape: 3}}}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:42-52", "weight 'w' must be a shape, or a mapping with `shape`", None)]),
    ("weight's key", "kinds: {A: {output: =input, weights: {w: {shape: [3], dtype: int8}}}}\ninput: [8]\nlayers: [ReLU]\n", [("unknown-key", "1:55-60", "there is no key 'dtype' in weight 'w'", "the keys are shape, trainable")]),
    ("weight's trainable", "kinds: {A: {output: =input, weights: {w: {shape: [3], trainable: 1}}}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:66-67", "trainable must be true or false", None)]),
    ("weights of a list", "kinds: {A: {output: =input, weights: [3]}}\ninput: [8]\nlayers: [ReLU]\n", [("wrong-type", "1:38-41", "weights must be a mapping from names", None)]),
    ("computed output", "kinds: {A: {output: =input[0]}}\ninput: [8]\nlayers: [A]\n", [("syntax", "1:27-28", "did not find expected ',' or '}' while parsing a flow mapping", "inside { } and [ ], quote an expression that has brackets or commas itself")]),
    ("computed dimension", "kinds: {A: {output: [=input[0] / 3]}}\ninput: [8]\nlayers: [A]\n", [("syntax", "1:28-29", "did not find expected ',' or ']' while parsing a flow sequence", "inside { } and [ ], quote an expression that has brackets or commas itself")]),
    ("negative dimension", "kinds: {A: {output: [-1]}}\ninput: [8]\nlayers: [A]\n", [("wrong-value", "3:10-11", "a dimension of the output is negative: -1", None)]),
    ("a true dimension", "kinds: {A: {output: [true]}}\ninput: [8]\nlayers: [A]\n", [("wrong-value", "3:10-11", "a dimension of the output is True, not a whole number", "// divides without a remainder, and int(), round() make whole numbers")]),
    ("faulty expression", "kinds: {A: {output: [=q]}}\ninput: [8]\nlayers: [A]\n", [("expression", "3:10-11", "in the output: there is no value 'q' here", "the values here are input, inputs")]),
    ("weight of an unknown size", "kinds: {A: {weights: {w: =input}, output: =input}}\ninput: [null]\nlayers: [A]\n", [("unknown-dimension", "3:10-11", "the shape of weight w depends on a dimension that is not known", "give the input this size")]),
    ("missing argument", "kinds: {A: {args: {n: }, output: [=n]}}\ninput: [8]\nlayers: [A]\n", [("missing-argument", "3:10-11", "A needs the argument n", None)]),
]

ENTRIES: Cases = [
    ("a number", LAYERS + "  - 3\n", [("wrong-type", "3:5-6", "a layer is a kind, or a mapping from a kind to arguments", None)]),
    ("a list", LAYERS + "  - [ReLU]\n", [("wrong-type", "3:5-11", "a layer is a kind, or a mapping from a kind to arguments", None)]),
    ("no kind", LAYERS + "  - name: x\n", [("missing-kind", "3:5-4:1", "this entry has no layer kind", "such as `- Conv2D: {...}`")]),
    ("empty mapping", LAYERS + "  - {}\n", [("missing-kind", "3:5-7", "this entry has no layer kind", "such as `- Conv2D: {...}`")]),
    ("argument beside", LAYERS + "  - Dense: 3\n    use_bias: false\n", [("unknown-key", "4:5-13", "there is no key 'use_bias' beside a layer's kind", "the keys are name, from, repeat, when, branches, trainable, ignore; arguments go inside `Dense: {...}`")]),
    ("misspelt key", LAYERS + "  - Dense: 3\n    nmae: x\n", [("unknown-key", "4:5-9", "there is no key 'nmae' beside a layer's kind", "did you mean name?")]),
    ("two kinds", LAYERS + "  - Dense: 3\n    ReLU:\n", [("unknown-key", "4:5-9", "there is no key 'ReLU' beside a layer's kind", "the keys are name, from, repeat, when, branches, trainable, ignore; arguments go inside `Dense: {...}`")]),
    ("unknown kind", LAYERS + "  - Desne: 3\n", [("unknown-layer", "3:5-10", "there is no layer kind 'Desne'", "did you mean Dense?")]),
    ("unknown kind like nothing", LAYERS + "  - Zzzzzzz: 3\n", [("unknown-layer", "3:5-12", "there is no layer kind 'Zzzzzzz'", None)]),
    ("misspelt block", BLOCK + "  - uint: 3\n", [("unknown-layer", "5:5-9", "there is no layer kind 'uint'", "did you mean unit?")]),
    ("misspelt kind with a key that is a kind", LAYERS + "  - Desne: 3\n    ReLU: 3\n", [("unknown-key", "3:5-10", "there is no key 'Desne' beside a layer's kind", "the keys are name, from, repeat, when, branches, trainable, ignore; arguments go inside `ReLU: {...}`")]),
    ("name of a number", LAYERS + "  - ReLU:\n    name: 3\n", [("wrong-type", "4:11-12", "name must be a string, not 3", None)]),
    ("empty name", LAYERS + "  - ReLU:\n    name: ''\n", [("wrong-value", "4:11-13", "name must not be empty", None)]),
    ("name twice", LAYERS + "  - Dense: 3\n    name: a\n  - Dense: 3\n    name: a\n", [("duplicate-name", "6:11-12", "there is a layer 'a' already", None)]),
    ("the input's name", LAYERS + "  - Dense: 3\n    name: input\n", [("duplicate-name", "4:11-16", "there is a layer 'input' already", None)]),
    ("name given in two ways", LAYERS + "  - Dense: {units: 3, name: b}\n    name: a\n", [("duplicate-key", "3:29-30", "the layer is given a name twice", None)]),
    ("name from a faulty expression", LAYERS + "  - Dense: 3\n    name: =q\n", [("expression", "4:11-13", "there is no value 'q' here", None)]),
    ("trainable", LAYERS + "  - Dense: 3\n    trainable: 1\n", [("wrong-type", "4:16-17", "trainable must be true or false, not 1", None)]),
    ("when", LAYERS + "  - Dense: 3\n    when: 'yes'\n", [("wrong-type", "4:11-16", "when must be true or false, not 'yes'", None)]),
    ("when faulty", LAYERS + "  - Dense: 3\n    when: =q\n", [("expression", "4:11-13", "there is no value 'q' here", None)]),
    ("repeat negative", LAYERS + "  - Dense: 3\n    repeat: -1\n", [("wrong-value", "4:13-15", "repeat must not be negative, but is -1", None)]),
    ("repeat of true", LAYERS + "  - Dense: 3\n    repeat: true\n", [("wrong-type", "4:13-17", "repeat must be a whole number, not true", None)]),
    ("repeat of a fraction", LAYERS + "  - Dense: 3\n    repeat: =5 / 2\n", [("wrong-type", "4:13-19", "repeat must be a whole number, not 2.5", None)]),
    ("repeat too often", LAYERS + "  - Dense: 3\n    repeat: 1000001\n", [("too-large", "4:13-20", "the network has more than 1,000,000 layers", None)]),
]

FROM: Cases = [
    ("unknown", LAYERS + "  - Dense: 3\n    from: inptu\n", [("unknown-input", "4:11-16", "there is no layer 'inptu' to read from", "did you mean input?")]),
    ("like nothing", LAYERS + "  - Dense: 3\n    from: zzz\n", [("unknown-input", "4:11-14", "there is no layer 'zzz' to read from", None)]),
    ("further down", LAYERS + "  - Dense: 3\n    from: late\n  - Dense: 3\n    name: late\n", [("unknown-input", "4:11-15", "'late' stands further down: a layer reads only what is above it", "move it up, or read another layer")]),
    ("itself", LAYERS + "  - Dense: 3\n    name: me\n    from: me\n", [("unknown-input", "5:11-13", "'me' stands further down: a layer reads only what is above it", "move it up, or read another layer")]),
    ("unknown in a block", "blocks: {a: {layers: [{ReLU: , from: inptu}]}}\n" + LAYERS + "  - a\n", [("unknown-input", "1:38-43", "there is no layer 'inptu' to read from", "did you mean input?")]),
    ("one of a list", LAYERS + "  - Add:\n    from: [input, inptu]\n", [("unknown-input", "4:19-24", "there is no layer 'inptu' to read from", "did you mean input?")]),
    ("one of a computed list", LAYERS + "  - Add:\n    from: =['input', 'inptu']\n", [("unknown-input", "4:11-30", "there is no layer 'inptu' to read from", "did you mean input?")]),
    ("a number", LAYERS + "  - Dense: 3\n    from: 3\n", [("wrong-type", "4:11-12", "from takes the name of a layer, or a list of names", None)]),
    ("a number in a list", LAYERS + "  - Add:\n    from: [input, 3]\n", [("wrong-type", "4:19-20", "the name of a layer is a string, not 3", None)]),
    ("nothing", LAYERS + "  - Dense: 3\n    from: []\n", [("wrong-type", "4:11-13", "from takes the name of a layer, or a list of names", None)]),
    ("empty mapping", LAYERS + "  - Dense: 3\n    from: {}\n", [("wrong-type", "4:11-13", "from takes the name of a layer, or a list of names", None)]),
    ("a number by name", LAYERS + "  - Dense: 3\n    from: {input: 3}\n", [("wrong-type", "4:19-20", "the name of a layer is a string, not 3", None)]),
    ("too many", LAYERS + "  - Dense: 3\n    from: [input, input]\n", [("wrong-inputs", "4:11-25", "Dense reads 1 input, but is given 2", None)]),
    ("second output of a layer that has one", LAYERS + "  - Dense: 3\n    name: a\n  - ReLU:\n    from: a:1\n", [("unknown-input", "6:11-14", "a has 1 output, counted from 0", None)]),
    ("second of one input", LAYERS + "  - ReLU:\n    from: input:1\n", [("unknown-input", "4:11-18", "input has outputs 0 to 0", None)]),
    ("third output of a block", "blocks: {a: {layers: [{Dense: 3, name: x}, {Dense: 3, name: y}], outputs: [x, y]}}\n" + LAYERS + "  - a\n  - ReLU:\n    from: a:2\n", [("unknown-input", "6:11-14", "a has outputs 0 to 1", None)]),
    ("several inputs", "inputs: {a: [8], b: [8]}\nlayers:\n  - Dense: 3\n  - Dense: 4\n", [("missing-from", "3:5-10", "there are several inputs: this layer must say which it reads", "add `from:` with the name of an input, or a list of names")]),
    ("several inputs in a block", "blocks: {u: {layers: [ReLU]}}\n" + LAYERS + "  - u:\n    from: [input, input]\n", [("missing-from", "1:23-27", "there are several inputs: this layer must say which it reads", "add `from:` with the name of an input, or a list of names")]),
]

BRANCHES: Cases = [
    ("of a number", LAYERS + "  - Add:\n    branches: 3\n", [("wrong-type", "4:15-16", "branches are lists of layers", None)]),
    ("a branch of a string", LAYERS + "  - Add:\n    branches: [[ReLU], ReLU]\n", [("wrong-type", "4:24-28", "a branch is a list of layers", "`- - Dense: 8` is a branch that begins with a layer; `- []` is the identity")]),
    ("named wrong", LAYERS + "  - Add:\n    branches: {a: [ReLU], b: 3}\n  - ReLU:\n    from: b\n", [("wrong-type", "4:30-31", "a branch is a list of layers", "`- - Dense: 8` is a branch that begins with a layer; `- []` is the identity")]),
    ("label twice", LAYERS + "  - Dense: 3\n    name: a\n  - Add:\n    branches: {a: [ReLU], b: []}\n", [("duplicate-name", "6:16-17", "there is a layer 'a' already", None)]),
    ("a fault in each", LAYERS + "  - Add:\n    branches: [[{Dense: 0}], [{Desne: 3}]]\n", [("wrong-value", "4:25-26", "units must be a whole number of at least 1, not 0", None), ("unknown-layer", "4:32-37", "there is no layer kind 'Desne'", "did you mean Dense?")]),
    ("misfit", LAYERS + "  - Add:\n    branches: [[{Dense: 3}], [{Dense: 4}]]\n", [("shape-mismatch", "3:5-8", "inputs (None, 3) and (None, 4) differ at axis 1: 3 and 4", "make them equal, or one of them 1")]),
]

SHARE: Cases = [
    ("unknown", LAYERS + "  - Dense: 8\n    name: one\n  - share: onee\n", [("unknown-layer", "5:12-16", "there is no layer 'onee' above to share", "did you mean one?")]),
    ("a number", LAYERS + "  - share: 3\n", [("wrong-type", "3:12-13", "share takes the name of a layer or block above", None)]),
    ("nothing", LAYERS + "  - Dense: 8\n  - share:\n", [("wrong-type", "4:11-11", "share takes the name of a layer or block above", None)]),
    ("an input", LAYERS + "  - share: input\n", [("unknown-layer", "3:12-17", "'input' is an input, not a layer", None)]),
    ("a block's input", "blocks: {a: {layers: [share: input]}}\n" + LAYERS + "  - ReLU\n  - a\n", [("unknown-layer", "1:30-35", "'input' is an input, not a layer", None)]),
    ("trainable", LAYERS + "  - Dense: 8\n  - share: dense\n    trainable: false\n", [("wrong-value", "5:16-21", "a layer that is shared is trained or not as the first one is", None)]),
    ("misfit", LAYERS + "  - Dense: 3\n    name: one\n  - share: one\n", [("shape-mismatch", "5:5-10", "the kernel of one has the shape (8, 3), but this input needs (3, 3)", None)]),
    ("a key before it", LAYERS + "  - Dense: 8\n  - {nmae: x, share: dense}\n", [("unknown-key", "4:6-10", "there is no key 'nmae' beside a layer's kind", "did you mean name?")]),
    ("further down", LAYERS + "  - share: one\n  - Dense: 3\n    name: one\n", [("unknown-layer", "3:12-15", "there is no layer 'one' above to share", None)]),
]

EXPECT: Cases = [
    ("number", "expect: 3\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:9-10", "expect must be a mapping", None)]),
    ("unknown", "expect: {parms: 3}\n" + LAYERS + "  - ReLU\n", [("unknown-key", "1:10-15", "there is no key 'parms' in expect", "did you mean params?")]),
    ("output", "expect: {output: 3}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:18-19", "output must be a shape: a list of whole numbers, null where it doesn't matter", None)]),
    ("output size", "expect: {output: [-3]}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:18-22", "output must be a shape: a list of whole numbers, null where it doesn't matter", None)]),
    ("output true", "expect: {output: [true]}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:18-24", "output must be a shape: a list of whole numbers, null where it doesn't matter", None)]),
    ("outputs", "expect: {outputs: [3]}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:19-22", "outputs must be a mapping from names to shapes", None)]),
    ("outputs one", "expect: {outputs: {re_lu: 3}}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:27-28", "re_lu must be a shape: a list of whole numbers, null where it doesn't matter", None)]),
    ("params", "expect: {params: lots}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:18-22", 'params must be a whole number, a limit such as "<= 25.6M", or min and max', "units are k, K, M, G, T")]),
    ("params neg", "expect: {params: -3}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:18-20", 'params must be a whole number, a limit such as "<= 25.6M", or min and max', "units are k, K, M, G, T")]),
    ("params min", "expect: {trainable_params: {min: x, mx: 3}}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:28-43", 'trainable_params must be a whole number, a limit such as "<= 25.6M", or min and max', "units are k, K, M, G, T"), ("unknown-key", "1:37-39", "there is no key 'mx' in trainable_params", "did you mean max?")]),
    ("layers", "expect: {layers: 3}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:18-19", "layers must be a mapping from names of layers", None)]),
    ("accepts one", "expect: {accepts: [[8], 5]}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:25-26", "what accepts lists must be a shape: a list of whole numbers, null where it doesn't matter", None)]),
    ("layer outputs", "expect: {layers: {re_lu: {outputs: 3}}}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:36-37", "outputs of 're_lu' must be a list of shapes", None)]),
    ("layer", "expect: {layers: {re_lu: 3}}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:26-27", "what is expected of 're_lu' must be a mapping", None)]),
    ("layer key", "expect: {layers: {re_lu: {outptu: [8]}}}\n" + LAYERS + "  - ReLU\n", [("unknown-key", "1:27-33", "there is no key 'outptu' in layer 're_lu'", "did you mean output?")]),
    ("layer kernel", "expect: {layers: {re_lu: {kernel: 3}}}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:35-36", "kernel must be a shape: a list of whole numbers, null where it doesn't matter", None)]),
    ("layer weights", "expect: {layers: {re_lu: {weights: 3}}}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:36-37", "weights must be a mapping from names to shapes", None)]),
    ("layer weight", "expect: {layers: {re_lu: {weights: {w: 3}}}}\n" + LAYERS + "  - ReLU\n", [("wrong-type", "1:40-41", "w must be a shape: a list of whole numbers, null where it doesn't matter", None)]),
]
# fmt: on

TABLES = (TOP, VARIABLES, BLOCKS, KINDS, ENTRIES, FROM, BRANCHES, SHARE, EXPECT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [pytest.param(text, found, id=why) for why, text, found in itertools.chain(*TABLES)],
)
def test_faults(text: str, expected: list[tuple[str, str, str, str | None]]) -> None:
    assert faults(text) == expected


# Specs in order: each layer's shape, or what it reads.


def test_layers_of_a_chain_read_the_one_above() -> None:
    found = report("input: [32, 32, 3]\nlayers:\n  - Conv2D: [10, 4]\n  - Flatten\n  - Dense: 7\n")
    assert rows(found) == {
        "input": (None, 32, 32, 3),
        "conv2d": (None, 29, 29, 10),
        "flatten": (None, 8410),
        "dense": (None, 7),
    }
    assert reads(found) == {
        "input": (),
        "conv2d": ("input",),
        "flatten": ("conv2d",),
        "dense": ("flatten",),
    }
    assert [output.name for output in found.outputs] == ["dense"]


@pytest.mark.parametrize(
    ("text", "named", "positional"),
    [
        ("Dense", {}, []),
        ("Dense:", {}, []),
        ("Dense: 3", {}, [3]),
        ("Dense: [3, relu]", {}, [3, "relu"]),
        ("Dense: {units: 3, use_bias: false}", {"units": 3, "use_bias": False}, []),
        ("Dense: {units: 3, name: x}", {"units": 3}, []),
        ("Dense: =1 + 2", {}, [3]),
        ("Dense: '=[3, null]'", {}, [[3, None]]),
        ("Dense: {units: =1 + 2}", {"units": 3}, []),
    ],
)
def test_arguments(text: str, named: object, positional: object) -> None:
    definition = network(f"{LAYERS}  - {text}\n").nodes[1].definition
    assert (definition.named, list(definition.positional)) == (named, positional)


def names(text: str) -> list[str]:
    """The names of all nodes but the input."""
    return [node.name for node in network(text).nodes][1:]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (["ReLU", "ReLU", "ReLU"], ["re_lu", "re_lu_1", "re_lu_2"]),
        (["Conv2D: 3", "MaxPooling2D", "GlobalAveragePooling1D"], ["conv2d", "max_pooling2d", "global_average_pooling1d"]),
        (["BatchNormalization", "PReLU", "LSTM", "GRUCell"], ["batch_normalization", "p_re_lu", "lstm", "gru_cell"]),
        (["{ReLU: , name: re_lu}", "ReLU"], ["re_lu", "re_lu_1"]),
        (["ReLU", "{ReLU: , name: re_lu}"], ["re_lu_1", "re_lu"]),
        (["ReLU", "{ReLU: {name: re_lu}}"], ["re_lu_1", "re_lu"]),
        (["ReLU", "{Add: , branches: [[{ReLU: , name: re_lu}], []]}"], ["re_lu_1", "re_lu", "add"]),
        (["ReLU", "{ReLU: , name: re_lu_1}", "ReLU"], ["re_lu", "re_lu_1", "re_lu_2"]),
        (["{ReLU: , repeat: 3}"], ["re_lu", "re_lu_1", "re_lu_2"]),
        (["{ReLU: , name: a, repeat: 3}"], ["a", "a_1", "a_2"]),
        (["{ReLU: , name: \"='r' + 'abc'[i]\", repeat: 3}"], ["ra", "rb", "rc"]),
        (["{ReLU: , repeat: 3, when: =i != 1}", "ReLU"], ["re_lu", "re_lu_1", "re_lu_2"]),
        (["{ReLU: , name: a, repeat: 3, when: =i != 1}"], ["a", "a_2"]),
        (["{ReLU: , repeat: 0}", "ReLU"], ["re_lu"]),
        (["{ReLU: , when: false}", "{Dense: 3, when: 1}"], ["dense"]),
    ],
)  # fmt: skip
def test_names(layers: list[str], expected: list[str]) -> None:
    text = LAYERS + "".join(f"  - {layer}\n" for layer in layers)
    assert names(text) == expected


def test_names_in_a_block_are_its_own() -> None:
    text = BLOCK + "  - Dense: 3\n  - unit: 4\n  - unit: 5\n    name: last\n  - Dense: 6\n"
    assert names(text) == [
        "dense",
        "unit/dense",
        "unit/dense_1",
        "last/dense",
        "last/dense_1",
        "dense_1",
    ]


def test_a_network_is_named_by_itself_or_its_file() -> None:
    assert network("name: mine\n" + LAYERS + "  - ReLU\n").name == "mine"
    assert network(LAYERS + "  - ReLU\n").name == "model"
    assert network("name:\n" + LAYERS + "  - ReLU\n").name == "model"


# Each case: the layers, and what each node reads, the input's own first.
@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        pytest.param(
            ["Dense: 8\n    name: a", "Dense: 8\n    from: input", "Add:\n    from: [a, dense]"],
            {"a": ("input",), "dense": ("input",), "add": ("a", "dense")},
            id="a list",
        ),
        pytest.param(
            ["Dense: 8\n    from: input:0"], {"dense": ("input",)}, id="an output by number"
        ),
        pytest.param(
            ["Add:\n    branches:\n      - [ReLU, Dense: 8]\n      - []", "ReLU"],
            {"re_lu": ("input",), "dense": ("re_lu",), "add": ("dense", "input"), "re_lu_1": ("add",)},
            id="branches start at the layer above",
        ),
        pytest.param(
            ["Dense: 8", "Add:\n    from: input\n    branches: [[ReLU], []]", "Add:\n    from: [add, dense]"],
            {"dense": ("input",), "re_lu": ("input",), "add": ("re_lu", "input"), "add_1": ("add", "dense")},
            id="branches start at what from names",
        ),
        pytest.param(
            ["Add:\n    branches: {x: [ReLU, {Dense: 8}], y: []}", "Add:\n    from: [x, y, add]"],
            {"re_lu": ("input",), "dense": ("re_lu",), "add": ("dense", "input"), "add_1": ("dense", "input", "add")},
            id="named branches",
        ),
        pytest.param(
            ["Add:\n    branches: {x: &same [Dense: 8], y: *same}", "Add:\n    from: [x, y, add]"],
            {"dense": ("input",), "dense_1": ("input",), "add": ("dense", "dense_1"), "add_1": ("dense", "dense_1", "add")},
            id="two names for branches that are written once",
        ),
        pytest.param(
            ["Dense: 8\n    repeat: 3"],
            {"dense": ("input",), "dense_1": ("dense",), "dense_2": ("dense_1",)},
            id="repeats form a chain",
        ),
        pytest.param(
            ["ReLU", "Add:\n    from: [re_lu, input]\n    repeat: 2"],
            {"re_lu": ("input",), "add": ("re_lu", "input"), "add_1": ("add", "input")},
            id="repeats read the one before in place of the first",
        ),
        pytest.param(
            ["ReLU", "ReLU:\n    from: re_lu\n    repeat: 3\n    when: =i != 1"],
            {"re_lu": ("input",), "re_lu_1": ("re_lu",), "re_lu_2": ("re_lu_1",)},
            id="a copy that is left out is passed over",
        ),
        pytest.param(
            ["ReLU:\n    repeat: 2", "Dense: 8\n    from: \"='re_lu' if i == 0 else 're_lu_1'\"\n    repeat: 2", "Add:\n    from: [dense, dense_1]"],
            {"re_lu": ("input",), "re_lu_1": ("re_lu",), "dense": ("re_lu",), "dense_1": ("re_lu_1",), "add": ("dense", "dense_1")},
            id="an expression decides for each copy",
        ),
        pytest.param(
            ["Dense: 8\n    name: a\n    repeat: 2", "Add:\n    from: =['a', 'a_1']"],
            {"a": ("input",), "a_1": ("a",), "add": ("a", "a_1")},
            id="an expression gives a list",
        ),
        pytest.param(
            ["Dense: 8", "ReLU:\n    when: false", "Dense: 8"],
            {"dense": ("input",), "dense_1": ("dense",)},
            id="what is left out is passed over",
        ),
        pytest.param(
            ["Dense: 8\n    name: 'a:1'", "ReLU", "ReLU:\n    from: 'a:1'", "Add:\n    from: [re_lu, re_lu_1]"],
            {"a:1": ("input",), "re_lu": ("a:1",), "re_lu_1": ("a:1",), "add": ("re_lu", "re_lu_1")},
            id="a name with a colon",
        ),
    ],
)  # fmt: skip
def test_reads(layers: list[str], expected: dict[str, tuple[str, ...]]) -> None:
    found = report(LAYERS + "".join(f"  - {layer}\n" for layer in layers))
    assert found.diagnostics == ()
    assert reads(found) == {"input": ()} | expected


def test_several_inputs_and_outputs() -> None:
    text = """
        inputs: {image: [4, 4, 3], mask: {shape: [4, 4, 1], dtype: uint8}}
        layers:
          - Conv2D: [2, 1]
            from: image
          - Concatenate:
            from: [conv2d, mask]
        outputs: [concatenate, conv2d]
    """
    found = report(text)
    assert found.diagnostics == ()
    assert [(t.name, t.shape, t.dtype) for t in found.inputs] == [
        ("image", (None, 4, 4, 3), "float32"),
        ("mask", (None, 4, 4, 1), "uint8"),
    ]
    assert [(t.name, t.shape) for t in found.outputs] == [
        ("concatenate", (None, 4, 4, 3)),
        ("conv2d", (None, 4, 4, 2)),
    ]


# As in Keras's Sequential, where the first layer's counts if there is no input.
@pytest.mark.parametrize(
    ("text", "shape", "params"),
    [
        ("layers: [Dense: {units: 2, input_shape: [5]}]", (None, 5), 12),
        ("vars: {n: 5}\nlayers: [Dense: {units: 2, input_dim: =n}]", (None, 5), 12),
        ("layers: [Dense: {units: 2, input_dim: 5, input_shape: [7]}]", (None, 5), 12),
        ("input: [3]\nlayers: [Dense: {units: 2, input_shape: [5]}]", (None, 3), 8),
        ("input: [3]\nlayers: [ReLU, Dense: {units: 2, input_dim: 5}]", (None, 3), 8),
    ],
)
def test_an_input_shape_of_a_layer(text: str, shape: Any, params: int) -> None:
    found = report(text + "\n")
    assert found.diagnostics == ()
    assert (found.inputs[0].shape, found.params.count) == (shape, params)


@pytest.mark.parametrize(
    "text",
    [
        "layers: [ReLU, Dense: {units: 2, input_shape: [5]}]",
        "layers: [Embedding: {input_dim: 5, output_dim: 2}]",
        "layers: [SpatialDropout1D: {rate: 0.5, input_shape: [5, 4]}]",
        "kinds: {A: {output: =input}}\nlayers: [A: {input_shape: [5]}]",
        "kinds: {A: {args: {input_shape: }, output: =input}}\nlayers: [A: {input_shape: [5]}]",
    ],
)
def test_no_input_shape_where_keras_takes_none(text: str) -> None:
    assert "missing-input" in [fault.code for fault in report(text + "\n").diagnostics]


def test_an_input_shape_of_what_is_no_layer_of_keras() -> None:
    for entry in ("ops.Absolute", "A"):
        text = f"kinds: {{A: {{output: =input}}}}\ninput: [3]\nlayers: [{entry}: {{input_shape: [3]}}]\n"
        assert [fault.code for fault in report(text).diagnostics] == ["unknown-argument"]


def test_an_input_layer_among_the_layers() -> None:
    found = report("layers:\n  - InputLayer: {shape: [8]}\n  - Dense: 3\n")
    assert found.diagnostics == ()
    assert reads(found) == {"input_layer": (), "dense": ("input_layer",)}
    assert [t.name for t in found.inputs] == ["input_layer"]


def test_variables_are_computed_in_order_and_replaced_as_a_whole() -> None:
    text = 'vars: {a: 2, b: =a * 3, c: "=[a, b]"}\ninput: =c\nlayers:\n  - Dense: =b\n'
    assert rows(report(text)) == {"input": (None, 2, 6), "dense": (None, 2, 6)}
    replaced = network(text, a=5)
    assert replaced.nodes[0].definition.named == {"shape": [5, 15]}
    assert replaced.nodes[1].definition.positional == [15]
    assert network(text, b=7).nodes[0].definition.named == {"shape": [2, 7]}


def test_expressions_deep_inside() -> None:
    text = "vars: {n: 3}\ninput: {shape: [=n, null], batch_size: =n + 1}\nlayers: [ReLU]\n"
    assert rows(report(text)) == {"input": (4, 3, None), "re_lu": (4, 3, None)}


def test_keys_may_be_left_empty() -> None:
    text = "name:\nvars:\nblocks:\nkinds:\nexpect:\ndtype:\ndata_format:\n" + LAYERS + "  - ReLU\n"
    assert faults(text) == []
    text = (
        "blocks: {a: {args: , layers: [ReLU]}}\nkinds: {A: {args: , weights: , output: =input}}\n"
    )
    assert faults(text + LAYERS + "  - a\n  - A\n") == []


def test_a_variable_that_there_is_not() -> None:
    text = "vars: {a: 2, b: 3}\n" + LAYERS + "  - ReLU\n"
    with pytest.raises(UsageError) as caught:
        network(text, c=3)
    assert str(caught.value) == "there is no variable 'c'; the variables are a, b"
    with pytest.raises(UsageError) as caught:
        network(LAYERS + "  - ReLU\n", c=3)
    assert str(caught.value) == "there is no variable 'c'; it has none"


def test_reading_again_with_other_variables() -> None:
    first = network("vars: {n: 2}\n" + LAYERS + "  - Dense: =n\n    repeat: =n\n")
    assert first.reread is not None
    second = first.reread({"n": 3})
    assert [node.name for node in second.nodes] == ["input", "dense", "dense_1", "dense_2"]
    assert second.nodes[1].definition.positional == [3]
    assert [node.name for node in first.nodes] == ["input", "dense", "dense_1"]
    assert first.reread({}) is not first


def test_arguments_of_blocks() -> None:
    text = """
        vars: {v: 5}
        input: [8]
        blocks:
          outer: {args: {n: , m: =n * 2}, layers: [{Dense: =n}, {inner: =m + v}]}
          inner: {args: {n: 1}, layers: [{Dense: =n}, {Dense: =v}]}
        layers:
          - outer: 3
          - outer: {m: 4, n: 9}
          - outer: [=v, =v - 1]
          - inner
    """
    found = report(text)
    assert found.diagnostics == ()
    assert [(None, *shape[1:]) for shape in rows(found).values() if shape] == [
        (None, size) for size in (8, 3, 11, 5, 9, 9, 5, 5, 9, 5, 1, 5)
    ]


def test_a_block_does_not_see_the_arguments_of_the_one_around_it() -> None:
    text = "blocks: {a: {args: {n: }, layers: [b]}, b: {layers: [{Dense: =n}]}}\ninput: [8]\nlayers: [{a: 3}]\n"
    ((code, place, message, _),) = faults(text)
    assert (code, place, message) == ("expression", "1:62-64", "there is no value 'n' here")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ("", "missing-argument"),
        ("{n: 3, foo: 3}", "unknown-argument"),
        ("[1, 2, 3]", "too-many-arguments"),
        ("=q", "expression"),
    ],
)
def test_a_use_of_a_block_that_can_not_be_expanded_is_one_layer(arguments: str, fault: str) -> None:
    found = report(f"{BLOCK}  - unit: {arguments}\n  - ReLU\n")
    assert rows(found) == {"input": (None, 8), "unit": None, "re_lu": None}
    assert reads(found) == {"input": (), "unit": ("input",), "re_lu": ("unit",)}
    assert [layer.fault for layer in found.layers] == [None, fault, None]
    assert [diagnostic.code for diagnostic in found.diagnostics] == [fault]


def test_the_index_of_repeats() -> None:
    text = """
        input: [8]
        blocks: {unit: {args: {n: =i}, layers: [{Dense: =n + 1, repeat: 2}, {Dense: =i + 50}]}}
        layers:
          - unit:
            repeat: 2
          - Dense: =10 * (i + 1)
            repeat: 2
    """
    sizes = [shape[1] for shape in rows(report(text)).values() if shape]
    assert sizes == [8, 1, 1, 50, 2, 2, 51, 10, 20]


def test_blocks_are_groups_and_give_their_outputs() -> None:
    text = """
        input: [8]
        blocks:
          two: {layers: [{Dense: 3, name: x}, {Dense: 4, name: y}], outputs: [y, x]}
          empty: {layers: []}
        layers:
          - two:
            name: t
          - empty
          - Dense: 5
            name: first
          - Dense: 6
            from: t:1
          - Concatenate:
            from: [first, dense, t, empty]
    """
    found = report(text)
    assert found.diagnostics == ()
    assert reads(found) == {
        "input": (),
        "t/x": ("input",),
        "t/y": ("t/x",),
        "first": ("t/y",),
        "dense": ("t/x",),
        "concatenate": ("first", "dense", "t/y", "t/y"),
    }
    assert [layer.group for layer in found.layers] == [None, "t", "t", None, None, None]
    assert {name: (group.kind, group.output_shapes) for name, group in found.groups.items()} == {
        "t": ("two", ((None, 4), (None, 3))),
        "empty": ("empty", ((None, 4),)),
    }


def test_inputs_of_a_block() -> None:
    text = """
        inputs: {a: [8], b: [9]}
        blocks: {join: {layers: [{Dense: 8, from: 'input:1'}, {Add: , from: [input, dense]}]}}
        layers:
          - join:
            from: [a, b]
    """
    found = report(text)
    assert found.diagnostics == ()
    assert reads(found)["join/dense"] == ("b",)
    assert reads(found)["join/add"] == ("a", "join/dense")


def test_trainable_reaches_into_blocks_and_can_not_be_undone_there() -> None:
    text = """
        input: [8]
        blocks: {unit: {args: {t: true}, layers: [{Dense: 3, trainable: =t}, {Dense: 4}]}}
        layers:
          - unit:
            trainable: false
          - unit: false
          - Dense: {units: 5, trainable: false}
    """
    trained = {layer.name: layer.params and layer.params.trainable for layer in report(text).layers}
    assert trained == {
        "input": 0,
        "unit/dense": 0,
        "unit/dense_1": 0,
        "unit_1/dense": 0,
        "unit_1/dense_1": 16,
        "dense": 0,
    }


def test_sharing_a_layer() -> None:
    text = (
        LAYERS + "  - Dense: 8\n    name: one\n  - share: one\n  - share: one_1\n    name: three\n"
    )
    found = report(text)
    assert found.diagnostics == ()
    assert [(layer.name, layer.shares, layer.inputs) for layer in found.layers[1:]] == [
        ("one", None, ("input",)),
        ("one_1", "one", ("one",)),
        ("three", "one", ("one_1",)),
    ]
    assert found.params.count == 72


def test_sharing_a_block() -> None:
    text = """
        input: [8]
        blocks:
          unit: {args: {n: }, layers: [{Dense: =n, name: d, trainable: false}, inner, {share: d}]}
          inner: {layers: [{Dense: 8}]}
        layers:
          - unit: 8
          - share: unit
            name: again
          - share: again
            from: input
          - Add:
            from: [again, again_1]
    """
    found = report(text)
    assert found.diagnostics == ()
    assert {layer.name: layer.shares for layer in found.layers if layer.shares} == {
        "unit/d_1": "unit/d",
        "again/d": "unit/d",
        "again/inner/dense": "unit/inner/dense",
        "again/d_1": "unit/d",
        "again_1/d": "unit/d",
        "again_1/inner/dense": "unit/inner/dense",
        "again_1/d_1": "unit/d",
    }
    assert reads(found)["again_1/d"] == ("input",)
    assert (found.params.trainable, found.params.non_trainable) == (72, 72)
    weights = {layer.name: layer.weights for layer in found.layers}
    assert weights["again/d"] == weights["unit/d"]


def test_sharing_passes_what_is_read_by_name() -> None:
    text = LAYERS + "  - Dense: 8\n  - share: dense\n    from: {inptu: dense}\n"
    ((code, _, message, _),) = faults(text)
    assert (code, message) == ("wrong-inputs", "Dense has no input called 'inptu'")


def test_kinds_of_the_user() -> None:
    text = """
        vars: {scale: 3}
        input: [4, 6]
        kinds:
          Mix:
            args: {n: , m: =scale, rest: [1, 2], none: null}
            weights:
              gamma: '=[n] + rest'
              moving: {shape: ['=input[0] // 2', =m], trainable: false}
            output: ['=input[0]', =n * scale, =len(rest)]
          Join: {output: '=[inputs[0][0] + inputs[1][0], 5]'}
        layers:
          - Mix: 5
            name: a
          - Mix: {n: 7, m: 1, rest: [9]}
            from: input
          - Join:
            from: [a, mix]
    """
    found = report(text)
    assert found.diagnostics == ()
    assert rows(found) == {
        "input": (None, 4, 6),
        "a": (None, 4, 15, 2),
        "mix": (None, 4, 21, 1),
        "join": (None, 8, 5),
    }
    weights = [[(w.name, w.shape, w.trainable) for w in x.weights or ()] for x in found.layers]
    assert weights == [
        [],
        [("gamma", (5, 1, 2), True), ("moving", (2, 3), False)],
        [("gamma", (7, 9), True), ("moving", (2, 1), False)],
        [],
    ]


def test_kinds_of_the_user_on_unknown_sizes() -> None:
    text = """
        input: [null, 6]
        kinds: {Half: {output: ['=input[0] // 2', '=input[1]', null, '=1 if input[0] > 2 else 3']}}
        layers: [Half]
    """
    found = report(text)
    assert found.diagnostics == ()
    assert rows(found)["half"] == (None, None, 6, None, None)


def test_what_kinds_of_the_user_take() -> None:
    text = """
        vars: {heads: 2}
        input: [4, null]
        kinds:
          Unsaid: {output: =input}
          Empty: {output: =input, macs: }
          Weighed: {weights: {w: [3]}, output: =input}
          None: {weights: {w: [3]}, output: =input, macs: 0}
          Number: {output: =input, macs: 99999999999999999999}
          Named: {args: {n: }, output: [7, =n], macs: '=input[0] * heads * output[1] * len(inputs)'}
          Unknown: {output: =input, macs: '=output[1] * 3'}
        layers: [Unsaid, Empty, Weighed, None, Number, Unknown, Named: 5]
    """
    found = report(text)
    assert found.diagnostics == ()
    found_counts = {layer.name: layer.op_counts for layer in found.layers}
    for name in ("unsaid", "empty", "weighed"):
        assert found_counts.pop(name) == UNKNOWN_OP_COUNTS
    # Whatever is done beside products is not said.
    said = {
        name: op_counts and (op_counts.macs, op_counts.bias)
        for name, op_counts in found_counts.items()
    }
    assert said == {
        "input": (0, 0),
        "none": (0, None),
        "number": (99999999999999999999, None),
        "unknown": (None, None),
        "named": (40, None),
    }


def test_kinds_of_the_user_without_inputs_or_batch() -> None:
    text = "input: {batch_shape: []}\nkinds: {A: {output: [3]}}\nlayers: [A]\n"
    assert rows(report(text)) == {"input": (), "a": (None, 3)}


def test_defaults_of_the_network() -> None:
    text = """
        data_format: CHANNELS_FIRST
        dtype: mixed_float16
        input: [3, 8, 8]
        layers:
          - Conv2D: [2, 3]
          - Conv2D: {filters: 2, kernel_size: 3, data_format: channels_last, dtype: float64}
            from: input
    """
    assert network(text).defaults == {"data_format": "channels_first", "dtype": "mixed_float16"}
    found = report(text)
    assert rows(found)["conv2d"] == (None, 2, 6, 6)
    assert rows(found)["conv2d_1"] == (None, 1, 6, 2)
    weights = {layer.name: [w.dtype for w in layer.weights or ()] for layer in found.layers}
    assert weights == {
        "input": [],
        "conv2d": ["float32", "float32"],
        "conv2d_1": ["float64", "float64"],
    }


def test_expectations_are_kept_as_they_are_written() -> None:
    expect = {"output": [None, 3], "params": "<= 25.6M", "layers": {"re_lu": {"kernel": [1]}}}
    text = "expect: {output: [null, 3], params: <= 25.6M, layers: {re_lu: {kernel: [1]}}}\n"
    found = network(text + LAYERS + "  - ReLU\n")
    assert found.diagnostics == ()
    assert found.expect is not None
    assert found.expect.plain == expect
    assert network(LAYERS + "  - ReLU\n").expect is None


@pytest.mark.parametrize(
    "limit",
    ["0", "12", "'<= 25.6M'", "'>=3k'", "'< 1.5 G'", "'> 2T'", "'== 7'", "{min: 3}", "{max: '3k', min: 0}"],
)  # fmt: skip
def test_limits_that_may_be_expected(limit: str) -> None:
    assert network(f"expect: {{params: {limit}}}\n{LAYERS}  - ReLU\n").diagnostics == ()


@pytest.mark.parametrize("limit", ["'<= M'", "'25.6X'", "'=> 3'", "1.5", "true", "'-3'", "null"])
def test_limits_that_may_not_be_expected(limit: str) -> None:
    found = network(f"expect: {{params: {limit}}}\n{LAYERS}  - ReLU\n").diagnostics
    assert [diagnostic.code for diagnostic in found] == ["wrong-type"]


def test_a_repeated_fault_is_one_and_so_are_its_followers() -> None:
    text = LAYERS + "  - Dense: 0\n    repeat: 50\n  - Dense: 3\n"
    assert [(fault.code, fault.place) for fault in faults(text)] == [("wrong-value", "3:12-13")]


@pytest.mark.parametrize("depth", [64, 65])
def test_nesting_of_blocks(depth: int) -> None:
    blocks = "".join(f"  b{n}: {{layers: [b{n + 1}]}}\n" for n in range(depth - 1))
    last = f"  b{depth - 1}: {{layers: [ReLU]}}\n"
    text = f"input: [8]\nblocks:\n{blocks}{last}layers: [b0]\n"
    found = faults(text)
    if depth == 64:
        assert found == []
    else:
        message = "blocks and branches are nested deeper than 64 levels"
        assert found == [("too-deep", "66:18-21", message, None)]


def test_too_many_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convcalc.formats.spec.expansion.MAX_LAYERS", 20)
    text = "blocks: {u: {layers: [{ReLU: , repeat: 9}]}}\n" + LAYERS + "  - u:\n    repeat: {}\n"
    assert faults(text.replace("{}", "2")) == []
    message = "the network has more than 20 layers"
    assert faults(text.replace("{}", "3")) == [("too-large", "4:5-6", message, None)]
    assert faults(text.replace("{}", "21")) == [("too-large", "5:13-15", message, None)]


def test_what_can_not_be_read_is_not_said_twice_of_what_shares_it() -> None:
    text = LAYERS + "  - Add:\n    branches: {a: 3, b: []}\n  - share: a\n  - ReLU:\n    from: a\n"
    assert [(fault.code, fault.place) for fault in faults(text)] == [("wrong-type", "4:19-20")]


def test_names_to_read_from_where_there_is_no_input() -> None:
    found = faults("layers:\n  - ReLU:\n    name: x\n  - ReLU:\n    from: inptu\n")
    assert found == [
        (
            "missing-input",
            "1:1-1",
            "the spec has no input",
            "add `input: [...]`, the shape without the batch",
        ),
        ("unknown-input", "5:11-16", "there is no layer 'inptu' to read from", None),
    ]


# Repeats are what they are when they are written out.

COPIES = st.lists(st.tuples(st.sampled_from(["Dense: 4", "ReLU", "unit: 3"]), st.integers(0, 3)))


@given(COPIES)
@settings(deadline=None)
def test_repeats_equal_what_they_stand_for(entries: list[tuple[str, int]]) -> None:
    repeated = "".join(
        f"  - {kind}{'' if ':' in kind else ':'}\n    repeat: {times}\n" for kind, times in entries
    )
    written_out = "".join(f"  - {kind}\n" * times for kind, times in entries)
    if not written_out:
        return
    found = report(BLOCK + repeated)
    expected = report(BLOCK + written_out)
    assert without_places(found.to_dict()) == without_places(expected.to_dict())
    assert found.groups == expected.groups


def without_places(data: dict[str, Any]) -> dict[str, Any]:
    data = copy.deepcopy(data)
    for layer in data["layers"]:
        del layer["location"]
    return data


@given(st.lists(st.sampled_from(["Dense: 4", "ReLU", "Dropout: 0.5"]), min_size=1))
@settings(deadline=None)
def test_a_block_computes_what_its_layers_compute(layers: list[str]) -> None:
    listed = ", ".join(f"{{{layer}}}" if ":" in layer else layer for layer in layers)
    block = report(f"input: [8]\nblocks: {{all: {{layers: [{listed}]}}}}\nlayers: [all]\n")
    plain = report(f"input: [8]\nlayers: [{listed}]\n")
    prefixed = [plain.layers[0].name, *(f"all/{layer.name}" for layer in plain.layers[1:])]
    assert [layer.name for layer in block.layers] == prefixed
    assert list(rows(block).values()) == list(rows(plain).values())
    assert block.params == plain.params


def test_a_network_that_can_not_be_made_carries_every_fault_found_before() -> None:
    text = "naem: x\n" + LAYERS + "  - Dense: 3\n    repeat: 1000001\n"
    with pytest.raises(SpecError) as caught:
        network(text)
    found: tuple[Diagnostic, ...] = caught.value.diagnostics
    assert [in_short(diagnostic)[:2] for diagnostic in found] == [
        ("unknown-key", "1:1-5"),
        ("too-large", "5:13-20"),
    ]


def test_faults_in_reading_are_in_the_network() -> None:
    found: Network = network("naem: x\n" + LAYERS + "  - Dense: 3\n")
    assert [diagnostic.code for diagnostic in found.diagnostics] == ["unknown-key"]
    assert [node.name for node in found.nodes] == ["input", "dense"]


@pytest.mark.parametrize(
    "line", ["data_format: 3", "data_format: x", "data_fromat: x", "dtype: []"]
)
def test_nothing_is_computed_without_a_default_that_is_written(line: str) -> None:
    with pytest.raises(SpecError):
        network(f"{line}\n" + LAYERS + "  - ReLU\n")


ORDERED = """
inputs: [b, a]
layers:
  - {InputLayer: {shape: [3]}, name: a}
  - {InputLayer: {shape: [4]}, name: b}
  - Add: {}
    from: [a, a]
  - {Dense: 2, from: b, name: input}
"""


def test_the_order_of_inputs_among_the_layers() -> None:
    """Then `input` stands for none of them, and is a name as any other."""
    found = report(ORDERED)
    assert [(tensor.name, tensor.shape) for tensor in found.inputs] == [
        ("b", (None, 4)),
        ("a", (None, 3)),
    ]
    assert [layer.name for layer in found.layers] == ["a", "b", "add", "input"]


@pytest.mark.parametrize("entry", ["InputLayer: {shape: [3]}", "InputLayer: [[3]]"])
def test_an_input_layer_reads_nothing_whatever_it_is_given(entry: str) -> None:
    text = f"input: [8]\nlayers:\n  - {entry}\n    from: {{x: input}}\n"
    assert [node.inputs for node in network(text).nodes] == [(), ()]
    assert report(text).layers[1].output_shapes == ((None, 3),)
