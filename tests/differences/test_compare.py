"""Differences of whole networks: which layers are the same, and what changed of them."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import convcalc
import documents
import models
from convcalc.differences import Difference, compare
from convcalc.differences.difference import LayerChange
from convcalc.locks import reports
from convcalc.locks.lock import lock
from convcalc.locks.text import write
from convcalc.report import Report

GALLERY = sorted([*documents.ROOT.glob("specs/*.yaml"), *documents.ROOT.glob("specs/keras/*.json")])


def chain(*layers: str, input: str = "[32, 32, 3]", more: str = "") -> str:
    """A spec of layers as they are written, one after the other; a name stands after a space."""
    return f"input: {input}\n{more}layers:\n" + "".join(f"  - {layer}\n" for layer in layers)


def found(old: str, new: str) -> Difference:
    return compare(models.report(old), models.report(new))


def told(old: str, new: str) -> list[str]:
    """What is different, one line for each layer, in the order removed, added, changed."""
    return in_lines(found(old, new))


def in_lines(difference: Difference) -> list[str]:
    return [
        *(f"- {layer.name}" for layer in difference.removed),
        *(f"+ {layer.name}" for layer in difference.added),
        *map(in_short, difference.changed),
        *(["outputs"] if difference.outputs_changed else []),
    ]


def in_short(pair: LayerChange) -> str:
    old, new = pair.old, pair.new
    words = [f"{each.name}={each.old}→{each.new}" for each in pair.arguments]
    words += [each.path for each in pair.weights]
    flags = {
        "renamed": pair.renamed,
        "moved": pair.moved,
        "rewired": pair.rewired,
        "kind": pair.kind_changed,
        "shape": pair.reshaped,
        "params": pair.recounted,
        "fault": pair.fault_changed,
        "shared": pair.shared_changed,
    }
    words += [word for word, is_so in flags.items() if is_so]
    name = new.name if old.name == new.name else f"{old.name}→{new.name}"
    return f"~ {name} {' '.join(words)}".rstrip()


SAME = "{Conv2D: {filters: 8, kernel_size: 3, padding: same}}"
OTHER = "{Conv2D: {filters: 8, kernel_size: 1}}"
DROP, FLAT, POOL, NORM = "{Dropout: 0.5}", "Flatten", "MaxPooling2D", "BatchNormalization"


def conv(filters: int) -> str:
    return f"{{Conv2D: {{filters: {filters}, kernel_size: 3, padding: same}}}}"


def dense(units: int, name: str = "") -> str:
    return f"{{Dense: {units}{f', name: {name}' if name else ''}}}"


CASES = {
    "nothing": (chain(SAME, FLAT, dense(3)), chain(SAME, FLAT, dense(3)), []),
    "the name of the network and places are no part of it": (
        chain(SAME),
        chain(SAME, more="\n\nname: other\n"),
        [],
    ),
    "another way to write the same arguments": (
        chain("{Conv2D: {filters: 8, kernel_size: 3}}", "{MaxPool2D: {pool_size: 2, strides: 2}}"),
        chain("{Conv2D: [8, [3, 3], [1, 1]]}", "{MaxPooling2D: {pool_size: [2, 2]}}"),
        [],
    ),
    "one more in a chain of unnamed layers gives the others another number only": (
        chain(SAME, SAME, SAME, SAME, FLAT),
        chain(SAME, SAME, OTHER, SAME, SAME, FLAT),
        ["+ conv2d_2"],
    ),
    "one more of layers that are all the same is the last": (
        chain(*[SAME] * 4),
        chain(*[SAME] * 5),
        ["+ conv2d_4"],
    ),
    "one less": (
        chain(conv(4), conv(5), conv(6), conv(4)),
        chain(conv(4), conv(6), conv(4)),
        ["- conv2d_1", "~ conv2d_2→conv2d_1 kernel params"],
    ),
    "a new name": (
        chain(SAME, FLAT, dense(3, "head")),
        chain(SAME, FLAT, dense(3, "top")),
        ["~ head→top renamed"],
    ),
    "a name for a layer that had none": (
        chain(FLAT, dense(3), dense(4)),
        chain(FLAT, dense(3, "top"), dense(4)),
        ["~ dense→top renamed"],
    ),
    "a new name and one more": (
        chain(SAME, FLAT, dense(3, "head"), dense(4)),
        chain(SAME, OTHER, FLAT, dense(3, "top"), dense(4)),
        ["+ conv2d_1", "~ head→top renamed"],
    ),
    "a new name and another argument": (
        chain(FLAT, dense(3, "a"), dense(4, "b")),
        chain(FLAT, dense(3, "a"), dense(5, "c")),
        ["~ b→c units=4→5 kernel bias renamed shape params"],
    ),
    "elsewhere, with a name": (
        chain("{ReLU: , name: x}", "{Softmax: , name: y}", "{LeakyReLU: , name: z}"),
        chain("{Softmax: , name: y}", "{LeakyReLU: , name: z}", "{ReLU: , name: x}"),
        ["~ x moved"],
    ),
    "elsewhere, without a name": (
        chain(DROP, SAME, OTHER, POOL),
        chain(SAME, OTHER, POOL, DROP),
        ["~ dropout moved shape"],
    ),
    "two layers that change places": (
        chain(SAME, NORM, "ReLU", POOL),
        chain(SAME, "ReLU", NORM, POOL),
        ["~ re_lu moved"],
    ),
    "a group of layers elsewhere": (
        chain("ReLU", NORM, SAME, SAME, POOL),
        chain(SAME, SAME, "ReLU", NORM, POOL),
        [
            "~ re_lu moved shape",
            "~ batch_normalization gamma beta moving_mean moving_variance moved shape params",
        ],
    ),
    "an argument, with what comes of it": (
        chain(conv(4), NORM, FLAT),
        chain(conv(5), NORM, FLAT),
        [
            "~ conv2d filters=4→5 kernel bias shape params",
            "~ batch_normalization gamma beta moving_mean moving_variance shape params",
            "~ flatten shape",
        ],
    ),
    "an argument that changes no shape": (
        chain("{Conv2D: {filters: 8, kernel_size: 3}}"),
        chain("{Conv2D: {filters: 8, kernel_size: 3, kernel_initializer: ones}}"),
        ["~ conv2d kernel_initializer=glorot_uniform→ones"],
    ),
    "arguments of all layers": (
        chain(conv(4), POOL, conv(8), POOL, conv(16), POOL),
        chain(conv(8), POOL, conv(16), POOL, conv(32), POOL),
        [
            "~ conv2d filters=4→8 kernel bias shape params",
            "~ max_pooling2d shape",
            "~ conv2d_1 filters=8→16 kernel bias shape params",
            "~ max_pooling2d_1 shape",
            "~ conv2d_2 filters=16→32 kernel bias shape params",
            "~ max_pooling2d_2 shape",
        ],
    ),
    "frozen": (
        chain(FLAT, dense(3)),
        chain(FLAT, "{Dense: 3, trainable: false}"),
        ["~ dense kernel bias params"],
    ),
    "another input": (
        chain(NORM, input="[4, 4, 3]"),
        chain(NORM, input="[5, 4, 3]"),
        ["~ input shape=[4, 4, 3]→[5, 4, 3] shape", "~ batch_normalization shape"],
    ),
    "another kind between the same neighbours": (
        chain(SAME, POOL),
        chain("{SeparableConv2D: {filters: 8, kernel_size: 3, padding: same}}", POOL),
        ["~ conv2d→separable_conv2d kernel depthwise_kernel pointwise_kernel kind params"],
    ),
    "another kind with the same name": (
        chain(SAME, "{ReLU: , name: act}", POOL),
        chain(SAME, OTHER, "{LeakyReLU: , name: act}", POOL),
        ["+ conv2d_1", "~ act negative_slope=0→0.3 kind"],
    ),
    "another kind in the place of one that has another given name": (
        chain(SAME, "{ReLU: , name: a}", POOL),
        chain(SAME, "{LeakyReLU: , name: b}", POOL),
        ["- a", "+ b"],
    ),
    "more repeats": (
        chain("{Conv2D: [4, 3], repeat: 3}", FLAT),
        chain("{Conv2D: [4, 3], repeat: 4}", FLAT),
        ["+ conv2d_3", "~ flatten shape"],
    ),
    "more repeats, with a name": (
        chain("{Dense: 4, name: a, repeat: 3}", dense(2), input="[4]"),
        chain("{Dense: 4, name: a, repeat: 4}", dense(2), input="[4]"),
        ["+ a_3"],
    ),
}
UNIT = "blocks: {unit: {layers: [{Dense: 4}, ReLU]}}\n"
TWO_KINDS = "{Concatenate: , from: [dense, re_lu]}"
ADD = "{Add: , from: [%s, %s]}"
CASES |= {
    "a block that is written out": (
        chain("unit", dense(4), input="[4]", more=UNIT),
        chain(dense(4), "ReLU", dense(4), input="[4]"),
        ["~ unit/dense→dense renamed", "~ unit/re_lu→re_lu renamed"],
    ),
    "one block more": (
        chain("{unit: , repeat: 2}", dense(3), input="[4]", more=UNIT),
        chain("{unit: , repeat: 3}", dense(3), input="[4]", more=UNIT),
        ["+ unit_2/dense", "+ unit_2/re_lu"],
    ),
    "weights that are shared no more": (
        chain(dense(4, "a"), "{share: a}", input="[4]"),
        chain(dense(4, "a"), dense(4, "a_1"), input="[4]"),
        ["~ a_1 params shared"],
    ),
    "something else is read": (
        chain(dense(4, "a"), dense(4, "b"), dense(4, "c"), ADD % ("a", "c"), input="[4]"),
        chain(dense(4, "a"), dense(4, "b"), dense(4, "c"), ADD % ("b", "c"), input="[4]"),
        ["~ add rewired"],
    ),
    "one more on the way is not something else that is read": (
        chain(dense(4, "a"), dense(4, "b"), ADD % ("a", "b"), input="[4]"),
        chain(dense(4, "a"), dense(4, "b"), "ReLU", ADD % ("a", "re_lu"), input="[4]"),
        ["+ re_lu"],
    ),
    "another layer is the output": (
        chain(dense(4, "a"), dense(4, "b"), input="[4]", more="outputs: [a, b]\n"),
        chain(dense(4, "a"), dense(4, "b"), input="[4]", more="outputs: [b]\n"),
        ["outputs"],
    ),
    "one input more": (
        chain("{Dense: 4, from: a}", input="{a: [4], b: [3]}").replace("input:", "inputs:"),
        chain("{Dense: 4, from: a}", input="{a: [4], c: [5], b: [3]}").replace("input:", "inputs:"),
        ["+ c"],
    ),
    "branches that are listed in another order": (
        chain("{Dense: 4, from: input}", "{ReLU: , from: input}", TWO_KINDS, input="[4]"),
        chain("{ReLU: , from: input}", "{Dense: 4, from: input}", TWO_KINDS, input="[4]"),
        [],
    ),
    "branches in another order, of which one has another argument": (
        chain("{Dense: 4, from: input}", "{ReLU: , from: input}", TWO_KINDS, input="[4]"),
        chain("{ReLU: , from: input}", "{Dense: 5, from: input}", TWO_KINDS, input="[4]"),
        ["~ dense units=4→5 kernel bias shape params", "~ concatenate shape"],
    ),
    "a fault on one side": (
        chain(FLAT, dense(3), dense(2)),
        chain(FLAT, "{Dense: 0}", dense(2)),
        ["~ dense shape params fault", "~ dense_1 shape params"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_told(case: str) -> None:
    old, new, expected = CASES[case]
    assert told(old, new) == expected


def test_totals() -> None:
    difference = found(chain(dense(10), input="[9]"), chain(dense(15), input="[9]"))
    total = difference.totals["params"]
    assert (total.old, total.new, total.change, total.percent) == (100, 150, 50, 50.0)
    assert difference.totals["param_bytes"].change == 200
    assert difference.totals["non_trainable_params"].percent is None  # of nothing


def test_a_total_that_is_not_known() -> None:
    difference = found(chain(dense(10), input="[9]"), chain(dense(0), input="[9]"))
    total = difference.totals["params"]
    assert (total.old, total.new, total.change, total.percent) == (100, None, None, None)


def test_numbers_of_made_names_are_told_beside() -> None:
    difference = found(chain(OTHER, SAME), chain(SAME))
    assert difference.to_dict()["renumbered"] == [{"old": "conv2d_1", "new": "conv2d"}]


@pytest.mark.parametrize("path", GALLERY, ids=lambda path: path.stem)
def test_a_network_and_itself(path: Path) -> None:
    difference = compare(convcalc.summarize(path), convcalc.summarize(path))
    assert difference.is_empty
    assert len(difference.pairs) == len(difference.old.layers)
    assert json.loads(json.dumps(difference.to_dict()))["same"] is True


def test_formats_make_no_difference() -> None:
    path = documents.ROOT / "specs" / "keras" / "siamese.json"
    network = convcalc.load(path)
    spec = convcalc.api.convert(network)
    assert compare(convcalc.summarize(network), models.report(spec)).is_empty


KINDS = ["ReLU: ", "BatchNormalization: ", "Dropout: 0.5", "Dense: 2", "Dense: 3", "Dense: 4"]
LAYERS = st.lists(st.tuples(st.sampled_from(KINDS), st.booleans()), min_size=1, max_size=12)


def written(layers: list[tuple[str, str]]) -> str:
    """A chain of layers, each with a name, or none where that is empty."""
    lines = [f"{kind}{f', name: {name}' if name else ''}" for kind, name in layers]
    return chain(*(f"{{{line}}}" for line in lines), input="[4]")


def named(layers: list[tuple[str, bool]]) -> list[tuple[str, str]]:
    return [(kind, f"given{k}x" if is_named else "") for k, (kind, is_named) in enumerate(layers)]


def touched(difference: Difference) -> tuple[int, int, list[str]]:
    """How many were added and removed, and what was done to others that does not come of it."""
    done = [
        in_short(pair)
        for pair in difference.changed
        if pair.arguments or pair.renamed or pair.moved or pair.rewired or pair.kind_changed
    ]
    return len(difference.added), len(difference.removed), done


@given(LAYERS, st.sampled_from(KINDS), st.booleans(), st.data())
def test_an_insertion_is_found(
    layers: list[tuple[str, bool]], kind: str, is_named: bool, data: st.DataObject
) -> None:
    old = named(layers)
    k = data.draw(st.integers(0, len(old)))
    new = [*old[:k], (kind, "fresh" if is_named else ""), *old[k:]]
    there = found(written(old), written(new))
    assert touched(there) == (1, 0, [])
    assert kind.startswith(there.added[0].kind)
    back = found(written(new), written(old))
    assert touched(back) == (0, 1, [])


@given(LAYERS, st.data())
def test_a_new_name_is_found(layers: list[tuple[str, bool]], data: st.DataObject) -> None:
    old = named(layers)
    k = data.draw(st.integers(0, len(old) - 1))
    new = [*old[:k], (old[k][0], "fresh"), *old[k + 1 :]]
    added, removed, done = touched(found(written(old), written(new)))
    assert (added, removed, len(done)) == (0, 0, 1)
    assert done[0].endswith("→fresh renamed")


@given(LAYERS, st.data())
def test_a_changed_argument_is_found(layers: list[tuple[str, bool]], data: st.DataObject) -> None:
    old = named([*layers, ("Dense: 2", False)])
    k = data.draw(st.sampled_from([k for k in range(len(old)) if "Dense" in old[k][0]]))
    new = [*old[:k], ("Dense: 77", old[k][1]), *old[k + 1 :]]
    there = found(written(old), written(new))
    added, removed, done = touched(there)
    assert (added, removed, len(done)) == (0, 0, 1)
    changed = next(pair for pair in there.changed if pair.arguments)
    assert there.new.layers.index(changed.new) == k + 1


@st.composite
def networks(draw: st.DrawFn) -> str:
    """Networks with branches, some of them faulty, and with few names to choose from."""
    lines: list[str] = []
    names = draw(st.permutations(["a", "b", "c", "d", "e", "f"]))
    for k, name in enumerate(draw(st.lists(st.sampled_from(["", *names[:3]]), max_size=8))):
        said = draw(st.sampled_from([*KINDS, "Add: ", "Dense: 0"]))
        if name and f"name: {name}" not in "".join(lines):
            said += f", name: {name}"
        if k and draw(st.booleans()) and any("name: a" in line for line in lines):
            said += ", from: a"
        lines.append(f"{{{said}}}")
    return chain(*lines, input="[4]")


@settings(max_examples=300)
@given(networks(), networks())
def test_the_other_way_round_it_is_the_same(old: str, new: str) -> None:
    here, there = models.report(old), models.report(new)
    one, other = compare(here, there), compare(there, here)
    assert one.added == other.removed
    assert one.removed == other.added
    assert {state(p.old.name, p.new.name, p) for p in one.pairs} == {
        state(p.new.name, p.old.name, p) for p in other.pairs
    }
    assert one.outputs_changed == other.outputs_changed
    assert len(one.pairs) + len(one.removed) == len(here.layers)
    assert len(one.pairs) + len(one.added) == len(there.layers)
    assert len({pair.old.name for pair in one.pairs}) == len(one.pairs)


def state(old: str, new: str, pair: LayerChange) -> tuple[object, ...]:
    flags = (pair.renamed, pair.moved, pair.rewired, pair.kind_changed, pair.is_empty)
    return old, new, *flags, frozenset(argument.name for argument in pair.arguments)


@given(networks())
def test_any_network_and_itself(text: str) -> None:
    assert compare(models.report(text), models.report(text)).is_empty


def locked(text: str) -> Report:
    return reports.read(write(lock(models.report(text))).encode(), "net.lock.yaml")


UNITS = "blocks: {unit: {args: {n: }, layers: [{Dense: =n}, ReLU]}}\n"


def units(*numbers: int) -> str:
    return chain(*(f"{{unit: {number}}}" for number in numbers), input="[4]", more=UNITS)


BY_LOCK = {
    "arguments are not known": (
        chain("{Conv2D: {filters: 8, kernel_size: 3}}"),
        chain("{Conv2D: {filters: 8, kernel_size: 3, activation: relu}}"),
        [],
    ),
    "nor what is read, nor the order": (
        chain("{ReLU: , name: a}", "{ReLU: , name: b}"),
        chain("{ReLU: , name: b}", "{ReLU: , name: a}"),
        ["outputs"],
    ),
    "an inserted layer shifts the numbers alone": (
        chain(SAME, SAME, SAME, FLAT, dense(3)),
        chain(SAME, conv(9), conv(8), SAME, SAME, FLAT, dense(3)),
        ["+ conv2d_1", "+ conv2d_2"],
    ),
    "so does a unit": (units(3, 4, 5), units(3, 9, 9, 4, 5), [
        "+ unit_1/dense", "+ unit_1/re_lu", "+ unit_2/dense", "+ unit_2/re_lu",
        "~ unit_1/dense→unit_3/dense kernel params",
    ]),
    "a name that was given": (
        chain(FLAT, dense(3), dense(4)),
        chain(FLAT, dense(3), dense(4, "head")),
        ["~ dense_1→head renamed"],
    ),
    "another name that comes before others": (
        chain(FLAT, dense(3), dense(4), dense(5, "head")),
        chain(FLAT, dense(3), dense(4), dense(6, "classes")),
        ["~ head→classes kernel bias renamed shape params"],
    ),
    "a layer of another name with the same weights": (
        chain(FLAT, dense(7, "b"), dense(5, "m"), dense(9, "q")),
        chain(FLAT, dense(7, "z"), dense(5, "m"), dense(9, "c")),
        ["~ q→c renamed", "~ b→z renamed"],
    ),
    "the same weights as another layer had, whose name is still there": (
        chain("{Dense: 5, name: b, from: input}", "{Dense: 6, name: c, from: input}", input="[4]"),
        chain("{Dense: 6, name: b, from: input}", "{Dense: 7, name: d, from: input}", input="[4]"),
        ["~ b kernel bias shape params", "~ c→d kernel bias renamed shape params"],
    ),
    "another name among layers that are all the same": (
        chain(dense(4), dense(4), dense(4, "head"), input="[4]"),
        chain(dense(4), dense(4), dense(4, "classes"), input="[4]"),
        ["~ head→classes renamed"],
    ),
    "another name and other weights, beyond a name that is still there": (
        chain("{Dense: 5, name: b, from: input}", "{Dense: 6, name: m, from: input}", input="[4]"),
        chain("{Dense: 7, name: z, from: input}", "{Dense: 6, name: m, from: input}", input="[4]"),
        ["~ b→z kernel bias renamed shape params"],
    ),
    "another kind of the same name": (
        chain("{ReLU: , name: act}"),
        chain("{ELU: , name: act}"),
        ["~ act kind"],
    ),
    "another kind in the same place, which is not known": (
        chain(FLAT, "ReLU"),
        chain(FLAT, "ELU"),
        ["- re_lu", "+ elu", "outputs"],
    ),
    "another input": (
        chain(FLAT, input="[2, 3]"),
        chain(FLAT, input="[3, 2]"),
        ["~ input shape=[2, 3]→[3, 2] shape"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_LOCK)
def test_by_lock(case: str) -> None:
    old, new, expected = BY_LOCK[case]
    assert sorted(in_lines(compare(locked(old), locked(new)))) == sorted(expected)
    assert sorted(in_lines(compare(locked(old), models.report(new)))) == sorted(expected)
    assert sorted(in_lines(compare(models.report(old), locked(new)))) == sorted(expected)
