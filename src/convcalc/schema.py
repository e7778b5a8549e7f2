"""The JSON Schema of the spec language, for editors; generated from the kinds.

Every spec without faults is valid. The reverse does not hold: the values of expressions,
combinations of arguments and shapes are beyond a schema.
"""

import inspect
import json
import keyword
import sys
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin

import msgspec

from convcalc import checks, shapes
from convcalc.dtypes import BITS, MIXED, QUANTIZATIONS
from convcalc.expectations import COUNTS, PEAK_MEMORY
from convcalc.formats.spec import entries, expectations
from convcalc.formats.spec.declarations import RESERVED
from convcalc.layers import aliases, argument_types, kinds, operations
from convcalc.layers.argument_types import LARGEST, DataFormat
from convcalc.layers.binding import (
    COMMON,
    default_of,
    former_arguments,
    mentions,
    per_axis_fields,
)
from convcalc.layers.kind import Kind, LayerInstance

Schema: TypeAlias = dict[str, Any]

WIDTH = 100
"""The maximum line width of the JSON, where a line can be broken."""


def spec_schema() -> Schema:
    """Generate the schema as plain JSON data, in the 2020-12 draft."""
    arguments = _Arguments()
    known = {**kinds(), **operations()}
    kind_schemas = {name: arguments.of_kind(kind) for name, kind in sorted(known.items())}
    kind_schemas |= {alias: _argument_of(name) for alias, name in sorted(aliases().items())}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "convcalc spec",
        "description": "A neural network, made of the layers of Keras.",
        "type": "object",
        "properties": _top_level(arguments),
        "patternProperties": {"^x-": {"description": "Not read: a place for anchors."}},
        "additionalProperties": False,
        "required": ["layers"],
        "not": {"required": ["input", "inputs"]},
        "$defs": {
            **_definitions(arguments),
            "kind": {"enum": list(kind_schemas)},
            "layer": _layer(kind_schemas),
            "sublayer": _sublayer([*kinds(), *aliases()]),
            **dict(sorted(arguments.definitions.items())),
        },
    }


def render(schema: Schema) -> str:
    """Format a schema as JSON text."""
    return f"{_json(schema, 0)}\n"


def _json(value: Any, indent: int) -> str:
    """Format JSON, breaking only values that are too long for a line."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + len(line) <= WIDTH or not isinstance(value, dict | list):
        return line
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_json(part, indent + 1)}" for name, part in value.items()]
    else:
        parts = [_json(part, indent + 1) for part in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    margin = "\n" + " " * indent
    return f"{left}{margin} {f',{margin} '.join(parts)}{margin}{right}"


def _ref(name: str, description: str | None = None) -> Schema:
    reference = {"$ref": f"#/$defs/{name}"}
    return {"description": description, **reference} if description else reference


_EXPRESSION = _ref("expression")
_NULL: Schema = {"type": "null"}
_SIZE: Schema = {"type": "integer", "minimum": 0}
_LIST_OR_EXPRESSION: list[Schema] = [{"type": "array"}, _EXPRESSION]

_COMMON = {"name": _ref("name"), "trainable": _ref("trainable"), "dtype": _ref("policy")}
"""The schemas of arguments that every layer has; the others in `COMMON` may be anything."""

_BUILTINS: dict[Any, str] = {bool: "Boolean", int: "Integer", float: "Number"}


class _Arguments:
    """Generates the schemas of kinds and arguments; a type with a name is defined only once."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def of_kind(self, kind: type[Kind]) -> Schema:
        """The schema of a kind's value: named arguments, positional ones, or only the first."""
        by_name = self.by_name(kind)
        required = by_name.get("required", [])
        schema: Schema = {"description": inspect.getdoc(kind), **by_name}
        names = kind.__struct_fields__
        fields = [_without_default(by_name["properties"][name]) for name in names]
        schema["type"] = ["object", "array", *([] if required else ["null"])]
        schema |= {"minItems": len(required), "maxItems": len(fields)}
        if fields and len(required) <= 1:
            # A value that is neither a list nor a mapping is the first argument.
            schema["if"] = {"type": ["object", "array", "null"]}
            schema["else"] = fields[0]
            schema["type"] += ["boolean", "number", "string"]
        while fields and not fields[-1]:
            fields.pop()
        return {**schema, "prefixItems": fields} if fields else schema

    def by_name(self, kind: type[Kind]) -> Schema:
        """The schema of a mapping with a kind's arguments, including those that every layer has."""
        fields = msgspec.structs.fields(kind)
        own = {field.name: self.of_field(kind, field) for field in fields}
        common = {name: _COMMON.get(name, {}) for name in COMMON}
        schema: Schema = {
            "type": "object",
            "properties": {
                **own,
                **{n: part for n, part in common.items() if n not in own},
                **{former: {} for former in former_arguments(kind)},
            },
            "additionalProperties": False,
        }
        required = [field.name for field in fields if field.required]
        return {**schema, "required": required} if required else schema

    def of_field(self, kind: type[Kind], field: msgspec.structs.FieldInfo) -> Schema:
        """The schema of an argument, with its default."""
        is_policy = field.name == "dtype" and kind.quantizes
        schema = _ref("policy") if is_policy else self.of_type(kind, field.type, field.name)
        return schema if field.required else {**schema, "default": default_of(field)}

    def of_type(self, kind: type[Kind], type_: Any, field: str) -> Schema:
        """The schema of a type, or a reference to it if it has a name."""
        name = _name_of(kind, type_)
        if name is None:
            if get_origin(type_) in {Union, UnionType}:
                parts = [self.of_type(kind, arg, field) for arg in get_args(type_)]
                return _any_of([alternative for part in parts for alternative in _flat(part)])
            return self.unnamed(kind, type_, field)
        if field in per_axis_fields(kind):
            name += f"{kind.rank}D"
        if field in kind.any_case:
            name += "InAnyCase"
        if name not in self.definitions:
            self.definitions[name] = self.unnamed(kind, type_, field)
        return _ref(name)

    def unnamed(self, kind: type[Kind], type_: Any, field: str) -> Schema:
        """The schema of a type, with an expression as an alternative to every part."""
        if mentions(type_, LayerInstance):
            one = _ref("sublayer")
            return one if type_ is LayerInstance else {"type": "array", "items": one}
        alternatives = list(_flat(msgspec.json.schema(type_)))
        if field in per_axis_fields(kind):
            for alternative in alternatives:
                if alternative.get("type") == "array":
                    alternative |= {"minItems": kind.rank, "maxItems": kind.rank}
        words = [word for alternative in alternatives for word in alternative.get("enum", ())]
        if words and field in kind.any_case:
            alternatives.append({"type": "string", "pattern": _in_any_case(words)})
        return _with_expressions({"anyOf": alternatives})


def _name_of(kind: type[Kind], type_: Any) -> str | None:
    """The name of a type in `argument_types`, `shapes` or the kind's module."""
    if isinstance(type_, type) or type_ is Any or type_ is NoneType:
        return _BUILTINS.get(type_)
    for module in (argument_types, shapes, sys.modules[kind.__module__]):
        for name, value in vars(module).items():
            if value == type_:
                return name
    return None


def _with_expressions(schema: Schema) -> Schema:
    """Add an expression as an alternative to every value of a schema."""
    alternatives = []
    for alternative in _flat(schema):
        part = {name: value for name, value in alternative.items() if value != LARGEST}
        for inner in ("items", "additionalProperties"):
            if inner in part:
                part[inner] = _with_expressions(part[inner])
        alternatives.append(part)
    if not alternatives[0] or alternatives == [_NULL] or {"type": "string"} in alternatives:
        return _any_of(alternatives)
    return _any_of([*alternatives, _EXPRESSION])


def _flat(schema: Schema) -> Iterator[Schema]:
    """The alternatives of a schema, one or several."""
    if "anyOf" not in schema:
        yield dict(schema)
    for part in schema.get("anyOf", ()):
        yield from _flat(part)


def _any_of(alternatives: list[Schema]) -> Schema:
    return alternatives[0] if len(alternatives) == 1 else {"anyOf": alternatives}


def _without_default(schema: Schema) -> Schema:
    return {name: value for name, value in schema.items() if name != "default"}


def _in_any_case(words: list[str]) -> str:
    """A regular expression for words in any case: JSON Schema has no flag for that."""
    spelt = ("".join(f"[{c.upper()}{c}]" if c.isalpha() else c for c in word) for word in words)
    return f"^({'|'.join(spelt)})$"


def _mapping_of(schema: Schema, description: str | None = None, **more: Any) -> Schema:
    """A mapping with user-defined names, which may be empty."""
    mapping = {"type": ["object", "null"], "additionalProperties": schema, **more}
    return {"description": description, **mapping} if description else mapping


def _record(properties: dict[str, Schema], *required: str) -> Schema:
    """A mapping with exactly these keys."""
    record = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**record, "required": list(required)} if required else record


def _top_level(arguments: _Arguments) -> dict[str, Schema]:
    data_format = arguments.of_type(kinds()["Conv2D"], DataFormat, "data_format")
    own_name = {"not": {"anyOf": [_ref("kind"), {"enum": ["share", *entries.KEYS]}]}}
    block = {"args": _ref("args"), "layers": _ref("layers"), "outputs": _ref("from")}
    expected = {"output": _ref("shape"), **dict.fromkeys(COUNTS, _ref("count"))}
    of_layer = {
        **expected,
        "outputs": {
            "description": "The outputs of a layer that has several; null for one that may be any.",
            "type": "array",
            "items": {"anyOf": [_ref("shape"), _NULL]},
        },
        "kernel": _ref("shape"),
        "weights": _ref("shapes"),
    }
    fed = {"type": "array", "items": {"anyOf": [_ref("shape"), _ref("shapes")]}}
    of_network = {
        **expected,
        PEAK_MEMORY: _ref("bytes"),
        "outputs": _ref("shapes"),
        "accepts": {"description": "Input shapes that must be accepted.", **fed},
        "rejects": {"description": "Input shapes that must be refused.", **fed},
        "layers": _mapping_of(_record(of_layer)),
    }
    return {
        "name": {
            "description": "The network's name; by default that of the file.",
            "type": ["string", "null"],
        },
        "input": _ref("input", "The shape of the one input, without the batch."),
        "inputs": {
            "description": "Several inputs, by name; or the order of those among the layers.",
            "type": ["object", "array"],
            "additionalProperties": _ref("input"),
            "minProperties": 1,
            "items": {"type": "string"},
            "minItems": 1,
        },
        "outputs": _ref("from", "The layers that give the outputs; by default the last one."),
        "vars": _mapping_of(
            {"not": {"type": "object"}},
            "Values for expressions; `--set name=value` gives one another value.",
            propertyNames=_ref("variable"),
        ),
        "blocks": _mapping_of(
            _record(block, "layers"),
            "Lists of layers with arguments, to be used as kinds.",
            propertyNames=own_name,
        ),
        "kinds": _mapping_of(
            _ref("declaration"),
            "Kinds of layers of your own, declared by their weights and output.",
            propertyNames=own_name,
        ),
        "layers": _ref("layers", "The layers; each reads the one above, unless it says otherwise."),
        "data_format": {"description": "The default for all layers that have it.", **data_format},
        "dtype": _ref("dtype", "The data type of weights, by default float32."),
        "expect": {
            "description": "What the network must come to.",
            **_record(of_network),
            "type": ["object", "null"],
        },
        "ignore": _ref("ignore", "Warnings that are not wanted of any layer."),
    }


def _limits(number: str) -> list[Schema]:
    """The forms of a limit; `number` is the pattern of numbers that are written as text."""
    limit = {"type": "string", "pattern": f"^({expectations.SIGN}{number})$"}
    end: Schema = {"anyOf": [_SIZE, {"type": "string", "pattern": f"^({number})$"}]}
    return [_SIZE, limit, {**_record({"min": end, "max": end}), "minProperties": 1}]


def _definitions(arguments: _Arguments) -> dict[str, Schema]:
    """The shared definitions, except the layers."""
    weight: dict[str, Schema] = {
        "shape": {"anyOf": _LIST_OR_EXPRESSION},
        "trainable": {"type": "boolean"},
    }
    code: Schema = {"enum": list(checks.codes())}
    declaration: dict[str, Schema] = {
        "args": _ref("args"),
        "weights": _mapping_of({"anyOf": [*_LIST_OR_EXPRESSION, _record(weight, "shape")]}),
        "output": {"anyOf": _LIST_OR_EXPRESSION},
        "macs": {
            "description": "Multiply-accumulates of one sample; not known where it is left out.",
            "anyOf": [_SIZE, _NULL, _EXPRESSION],
        },
    }
    return {
        "expression": {
            "description": "An expression, such as `=4 * width`.",
            "type": "string",
            "pattern": "^=",
        },
        "variable": {
            "description": "A name that expressions can use.",
            "type": "string",
            "pattern": r"^[^\s0-9-][^\s-]*$",
            "not": {"enum": sorted({*RESERVED, *keyword.kwlist})},
        },
        "args": _mapping_of(
            {},
            "Names and defaults of arguments; one without any value is required.",
            propertyNames=_ref("variable"),
        ),
        "shape": {
            "description": "Sizes without the batch; null for any.",
            "type": "array",
            "items": {"anyOf": [_SIZE, _NULL]},
        },
        "shapes": {"type": "object", "additionalProperties": _ref("shape")},
        "count": {
            "description": 'A number, a limit such as "<= 25.6M", or min and max.',
            "anyOf": _limits(expectations.NUMBER),
        },
        "bytes": {
            "description": 'Bytes, a limit such as "<= 20 MB", or min and max.',
            "anyOf": _limits(expectations.BYTES),
        },
        "input": {
            "anyOf": [
                {"type": "array", "items": {"anyOf": [_SIZE, _NULL, _EXPRESSION]}},
                arguments.by_name(kinds()["InputLayer"]),
                _EXPRESSION,
            ]
        },
        "dtype": {"anyOf": [{"enum": [*BITS, *MIXED]}, _EXPRESSION, _NULL]},
        "policy": {
            "description": "A data type, or a policy of quantization such as int8_from_float32.",
            "anyOf": [
                _ref("dtype"),
                {"type": "string", "pattern": f"^({'|'.join(QUANTIZATIONS)}).*_from_"},
                {"type": "object"},
            ],
        },
        "trainable": {"anyOf": [{"type": "boolean"}, _EXPRESSION]},
        "name": {"type": "string", "minLength": 1},
        "from": {
            "description": "A name, a list of names, or names by call arguments.",
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                {
                    "type": "object",
                    "additionalProperties": {
                        "anyOf": [
                            {"type": "string"},
                            {"type": "array", "items": {"type": "string"}, "minItems": 1},
                        ]
                    },
                    "minProperties": 1,
                },
            ],
        },
        "ignore": {
            "description": "The code of a warning, or a list of codes.",
            "anyOf": [code, {"type": "array", "items": code}, _NULL],
        },
        "declaration": _record(declaration, "output"),
        "layers": {"type": "array", "items": _ref("layer")},
    }


def _argument_of(kind: str) -> Schema:
    return {"$ref": f"#/$defs/layer/properties/{kind}"}


def _sublayer(names: list[str]) -> Schema:
    """A layer as an argument of another layer; its kind may be one that the file declares."""
    return {
        "description": "A kind, alone or with its arguments.",
        "type": ["string", "object"],
        "properties": {name: _argument_of(name) for name in sorted(names)},
        "minProperties": 1,
        "maxProperties": 1,
    }


def _layer(kind_schemas: dict[str, Schema]) -> Schema:
    """One entry in a list of layers."""
    beside: dict[str, Schema] = {
        "name": _ref(
            "name", "By default the kind in snake case, with a number from the second on."
        ),
        "from": _ref("from", "What it reads; by default the layer above."),
        "repeat": {
            "description": "How often it is there; in expressions, `i` is the copy's number.",
            "anyOf": [_SIZE, _EXPRESSION],
        },
        "when": {
            "description": "Whether it is there.",
            "anyOf": [{"type": ["boolean", "integer"]}, _EXPRESSION],
        },
        "branches": {
            "description": "Lists of layers that start side by side, and whose ends it reads.",
            "anyOf": [
                {"type": "array", "items": _ref("layers")},
                {"type": "object", "additionalProperties": _ref("layers")},
            ],
        },
        "trainable": _ref("trainable", "Whether its weights are trained."),
        "ignore": _ref("ignore", "Warnings that are not wanted of it."),
    }
    share = {
        "description": "The name of a layer above, to be applied again with the same weights.",
        "type": "string",
    }
    without_arguments = [name for name, schema in kind_schemas.items() if "required" not in schema]
    keys: Schema = {"enum": list(entries.KEYS)}
    known: Schema = {"anyOf": [_ref("kind"), {"const": "share"}]}
    return {
        "type": ["string", "object"],
        "anyOf": [
            {"enum": without_arguments},
            {"type": "string", "not": _ref("kind")},
            {"type": "object", "not": {"propertyNames": keys}},
        ],
        # Another key is a block or a declared kind, but not beside a kind that is known.
        "if": {"type": "object", "not": {"propertyNames": {"not": known}}},
        "then": {"propertyNames": {"anyOf": [keys, *known["anyOf"]]}},
        "properties": {**beside, "share": share, **kind_schemas},
    }
