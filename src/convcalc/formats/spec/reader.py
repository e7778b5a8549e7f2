"""Reads a spec's document as a network."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from convcalc.diagnostics import Span, SpecError, brief, closest, did_you_mean
from convcalc.documents import document
from convcalc.documents.document import Value
from convcalc.documents.faults import Faults
from convcalc.dtypes import BITS, policies, quantizing, read_policy
from convcalc.formats.spec import wording
from convcalc.formats.spec.declarations import read_blocks, read_kinds, read_variables
from convcalc.formats.spec.expansion import Expansion
from convcalc.formats.spec.expectations import read_expectations
from convcalc.formats.spec.names import NOWHERE, SEVERAL, Tensors
from convcalc.formats.spec.suppressions import read_ignored
from convcalc.formats.spec.values import FaultyValueError, Values
from convcalc.layers import aliases, find, kinds
from convcalc.layers.binding import shape_arguments
from convcalc.layers.core import INPUT
from convcalc.layers.kind import Kind
from convcalc.network import UNKNOWN, Network

KEYS = (
    "name",
    "input",
    "inputs",
    "outputs",
    "vars",
    "blocks",
    "kinds",
    "layers",
    "data_format",
    "dtype",
    "expect",
    "ignore",
)
"""The keys of a spec; keys that begin with `x-` are for anchors and are ignored."""


def read_spec(
    text: str,
    source: str,
    variables: Mapping[str, Any],
    kinds: Mapping[str, type[Kind]] | None = None,
) -> Network:
    """Read a spec as a network; `variables` replace values of its `vars`.

    `kinds` are declared outside the spec; the spec's own kinds override them. Raises SpecError if
    there is no network to return, UsageError for unknown variables. Other faults are in the
    network's diagnostics.
    """
    root = document.read(text)
    faults = Faults()
    if root is None or root.plain is None:
        faults.add(Span(1, 1, 1, 1), "empty", "there is no spec here", _SHAPE_OF_A_SPEC)
    elif not root.is_mapping:
        faults.add(root, "wrong-type", "a spec is a mapping", _SHAPE_OF_A_SPEC)
    elif _is_lock(root):
        model = root.plain.get("model")
        help = f"the model is {model}" if isinstance(model, str) else "give the model itself"
        faults.add(
            root.key("schema"), "lock-file", "this is the lock of a model, not a model", help
        )
    else:
        return _Reading(root, source, faults, kinds or {}).network(variables)
    raise SpecError(faults.found)


def _is_lock(root: Value) -> bool:
    """Whether a document is a lock file, by its `schema`."""
    return str(root.plain.get("schema")).startswith("convcalc.lock/")


def read_declarations(text: str) -> dict[str, type[Kind]]:
    """Read a file with only `kinds`, and `vars` for them. Raises SpecError with every fault."""
    root = document.read(text)
    faults = Faults()
    if root is None or not root.is_mapping or "kinds" not in root.parts:
        message = "a file of declarations is a mapping with `kinds`"
        faults.add(root or Span(1, 1, 1, 1), "missing-kinds", message)
        raise SpecError(faults.found)
    for name in root.parts:
        if name not in {"kinds", "vars"} and not name.startswith("x-"):
            message = f"there is no key {name!r} in a file of declarations"
            faults.add(root.key(name), "unknown-key", message, "its keys are kinds and vars")
    values = Values(faults)
    found = read_kinds(root.get("kinds"), read_variables(root.get("vars"), {}, values), values, {})
    if faults.found:
        raise SpecError(faults.found)
    return found


_SHAPE_OF_A_SPEC = "a spec has `input: [height, width, channels]` and `layers:` with a list"


def _names_inputs(inputs: Value) -> bool:
    """Whether `inputs` is a list of names, which only orders the inputs."""
    names = inputs.parts if inputs.is_list else []
    return bool(names) and all(isinstance(name.plain, str) for name in names)


class _Reading:
    """Reads one document."""

    def __init__(
        self, root: Value, source: str, faults: Faults, given: Mapping[str, type[Kind]]
    ) -> None:
        self.root = root
        self.given = given
        self.source = source
        self.faults = faults
        self.values = Values(faults)
        self.names: Mapping[str, Any] = {}

    def network(self, variables: Mapping[str, Any]) -> Network:
        root, faults = self.root, self.faults
        misspelt = self.check_keys()
        names = self.names = read_variables(root.get("vars"), variables, self.values)
        broken: dict[str, str] = {}
        own = read_kinds(root.get("kinds"), names, self.values, broken)
        declared = {**self.given, **own}
        known = frozenset({*kinds(), *aliases(), *declared})
        blocks = read_blocks(root.get("blocks"), faults, known, broken)
        expansion = Expansion(names, blocks, known.union(blocks, broken), broken, self.values)
        outputs = self.expand(expansion, misspelt)
        positions = self.in_order(expansion)
        self.check_input(expansion, misspelt)
        expect = read_expectations(root.get("expect"), self.source, faults)
        ignore = read_ignored(root.get("ignore"), faults)
        defaults = self.defaults()
        written = {key for key in ("data_format", "dtype") if self.is_given(key)}
        if written - defaults.keys() or misspelt & {"data_format", "dtype"}:
            raise SpecError(faults.found)  # without these defaults every layer is unknown
        return Network(
            wording=wording,
            name=self.text("name") or PurePath(self.source).stem or "model",
            source=self.source,
            nodes=expansion.nodes,
            inputs=positions,
            outputs=tuple(tensor for tensor in outputs if tensor is not UNKNOWN),
            kinds=declared,
            vocabulary=tuple(blocks),
            groups=expansion.groups,
            defaults=defaults,
            expect=expect,
            diagnostics=tuple(faults.found),
            ignore=ignore,
            reread=lambda others: _Reading(root, self.source, Faults(), self.given).network(others),
        )

    def expand(self, expansion: Expansion, misspelt: set[str | None]) -> Tensors:
        """Expand the inputs and layers; returns the outputs of the network."""
        inputs = self.inputs(expansion)
        layers, outputs = self.root.get("layers"), self.root.get("outputs")
        if layers is None:
            if "layers" not in misspelt:
                self.faults.add(Span(1, 1, 1, 1), "missing-layers", "the spec has no layers")
            return ()
        if not layers.is_list:
            self.faults.add(layers, "wrong-type", "layers must be a list")
            return ()
        only = expansion.names.tensors[inputs[0]] if len(inputs) == 1 else ()
        start = only or (SEVERAL if inputs else NOWHERE)
        scope = expansion.scope(layers, "", only, self.names, trainable=True)
        last = expansion.layers(layers, scope, start)
        return last if outputs is None else expansion.names.outputs(outputs, scope)

    def check_input(self, expansion: Expansion, misspelt: set[str | None]) -> None:
        """Report a network without an input."""
        starts_with_input = expansion.nodes and expansion.nodes[0].definition.kind == INPUT
        written = misspelt | self.root.parts.keys()
        if not starts_with_input and written.isdisjoint({"input", "inputs"}):
            self.faults.add(
                Span(1, 1, 1, 1),
                "missing-input",
                "the spec has no input",
                "add `input: [...]`, the shape without the batch",
            )

    def check_keys(self) -> set[str | None]:
        """Report unknown keys; returns the keys that were probably meant."""
        misspelt = set()
        for name in self.root.parts:
            if name not in KEYS and not name.startswith("x-"):
                self.faults.add(
                    self.root.key(name),
                    "unknown-key",
                    f"there is no key {name!r} in a spec",
                    did_you_mean(name, KEYS, self.faults.found)
                    or f"the keys are {', '.join(KEYS)}",
                )
                misspelt.add(closest(name, KEYS))
        return misspelt

    def text(self, key: str) -> str | None:
        """Return the string of a key, or None."""
        value = self.root.get(key)
        if value is None or value.plain is None:
            return None
        try:
            return self.values.typed(value, self.names, str, key, "a string")
        except FaultyValueError:
            return None

    def defaults(self) -> dict[str, Any]:
        """Return the network's defaults for arguments of its layers."""
        found = {}
        data_format = self.text("data_format")
        if data_format is not None:
            formats = ("channels_last", "channels_first")
            if data_format.lower() in formats:
                found["data_format"] = data_format.lower()
            else:
                self.refuse("data_format", f"{data_format!r} is not a data format", formats)
        dtype = self.text("dtype")
        if dtype is not None:
            policy = read_policy(dtype)
            if policy and policy.quantization is None:
                found["dtype"] = dtype
            else:
                quantized = dtype if policy else quantizing(dtype)
                help = (
                    quantized
                    and f"quantize single layers, as in Dense: {{units: 10, dtype: {quantized}}}"
                )
                known = policy or dtype in BITS
                message = "can't be the dtype of a whole network" if known else "is not a data type"
                self.refuse("dtype", f"{dtype!r} {message}", policies(), help)
        return found

    def is_given(self, key: str) -> bool:
        value = self.root.get(key)
        return value is not None and value.plain is not None

    def refuse(
        self, key: str, message: str, choices: Sequence[str], help: str | None = None
    ) -> None:
        """Report that a default is not one of the choices."""
        value = self.root.get(key)
        if value is not None:
            help = help or did_you_mean(str(value.plain), choices) or f"one of {', '.join(choices)}"
            self.faults.add(value, "wrong-value", message, help)

    def inputs(self, expansion: Expansion) -> list[str]:
        """Add the inputs to the network; returns their names."""
        one, several = self.root.get("input"), self.root.get("inputs")
        if one is not None and several is not None:
            message = "a spec has either `input` or `inputs`"
            self.faults.add(self.root.key("inputs"), "unknown-key", message)
        if one is not None:
            self.input(expansion, "input", one)
            return ["input"]
        if several is None:
            return self.input_of_first_layer(expansion)
        if _names_inputs(several):
            return []
        if not several.is_mapping or not several.parts:
            message = "inputs must be a mapping from names to shapes, or a list of names"
            self.faults.add(several, "wrong-type", message)
            return []
        for name, (_, value) in several.parts.items():
            self.input(expansion, name, value)
        return list(several.parts)

    def in_order(self, expansion: Expansion) -> tuple[int, ...]:
        """Return the inputs' positions, in the order of `inputs` if that is a list of names."""
        nodes = expansion.nodes
        found = {node.name: i for i, node in enumerate(nodes) if node.definition.kind == INPUT}
        several = self.root.get("inputs")
        if several is None or not _names_inputs(several):
            return tuple(found.values())
        order: dict[str, int] = {}
        for place in several.parts:
            name = place.plain
            if name not in found:
                message = f"{brief(name)} is not the name of an InputLayer"
                self.faults.add(place, "unknown-input", message, did_you_mean(name, found))
            elif name in order:
                self.faults.add(place, "duplicate-name", f"input {name!r} is listed twice")
            else:
                order[name] = found[name]
        missing = [name for name in found if name not in order]
        if missing:
            message = f"inputs must list every InputLayer, and {brief(missing[0])} is missing"
            self.faults.add(several, "missing-input", message)
        return (*order.values(), *(found[name] for name in missing))

    def input_of_first_layer(self, expansion: Expansion) -> list[str]:
        """Add the input that the first layer describes, as in Sequential; returns its name."""
        layers = self.root.get("layers")
        first = layers.parts[0] if layers is not None and layers.is_list and layers.parts else None
        if first is None or not first.is_mapping:
            return []
        for kind, (_, arguments) in first.parts.items():
            if not arguments.is_mapping:
                continue
            for name in shape_arguments(find(kind)):
                value = arguments.get(name)
                if value is not None and value.plain is not None:
                    self.input(expansion, "input", value, size=name == "input_dim")
                    return ["input"]
        return []

    def input(self, expansion: Expansion, name: str, value: Value, *, size: bool = False) -> None:
        """Add an input: a shape without the batch, or a mapping of InputLayer's arguments.

        With `size`, a number stands for a shape with one axis.
        """
        try:
            plain = self.values.plain(value, self.names)
            fault = None
        except FaultyValueError:
            plain, fault = None, "expression"
        if size and type(plain) is int:
            plain = [plain]
        if fault is None and not isinstance(plain, list | dict):
            message = f"input {name!r} must be a shape, such as [32, 32, 3], or a mapping"
            self.faults.add(value, "wrong-type", message)
            fault = "wrong-type"
        named = plain if isinstance(plain, dict) else {"shape": plain}
        expansion.add_input(name, named, value, fault)
