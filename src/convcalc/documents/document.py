"""YAML 1.2 (core schema) as plain values with source positions."""

import functools
import re
from typing import Any, Never

import yaml

from convcalc.diagnostics import LINE_BREAK, Diagnostic, Span, SpecError

MAX_DEPTH = 200
"""Maximum nesting of collections; it lets later readers recurse safely."""

MAX_DIGITS = 1_000
"""Maximum length of an integer in characters."""

MAX_VALUES = 2_000_000
"""Maximum number of values and keys in a file: some 100,000 layers, or their lock."""

MAX_ALIASED = 1_000_000
"""Maximum number of values that aliases may add to a file."""

# Only PyYAML's parser is used: its composer recurses (in C, deep nesting crashes) and resolves
# plain scalars by YAML 1.1.
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Value:
    """A value of a document with its place and its parts.

    `plain` is the value as Python data. `parts` is None for a scalar, the values of a list, or a
    mapping from each name to its key and value. `text` is a scalar's source text. `size` counts
    this value and all values inside, `height` the levels of collections. `dynamic` is true if the
    value is an expression or contains one.
    """

    __slots__ = ("_end", "_start", "dynamic", "height", "parts", "plain", "size", "text")

    def __init__(self, plain: Any, parts: Any, event: Any, text: str | None = None) -> None:
        self.plain = plain
        self.parts = parts
        self.text = text
        self.size = 1
        self.height = 0 if parts is None else 1
        self.dynamic = type(plain) is str and plain.startswith("=")
        self._start = event.start_mark
        self._end = event.end_mark

    @property
    def span(self) -> Span:
        """The place of the whole value."""
        start, end = self._start, self._end
        return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    @property
    def is_mapping(self) -> bool:
        """Whether the value is a mapping."""
        return type(self.parts) is dict

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return type(self.parts) is list

    @property
    def is_expression(self) -> bool:
        """Whether the value is a string that begins with `=`."""
        return self.dynamic and self.parts is None

    def get(self, name: str) -> "Value | None":
        """Return the value of a mapping's key, or None if the key is missing."""
        entry = self.parts.get(name)
        return entry[1] if entry else None

    def key(self, name: str) -> "Value":
        """Return a mapping's key itself, with its place."""
        key: Value = self.parts[name][0]
        return key

    def _add(self, value: "Value", name: str | None = None, key: "Value | None" = None) -> None:
        if name is None:
            self.plain.append(value.plain)
            self.parts.append(value)
        else:
            self.plain[name] = value.plain
            self.parts[name] = (key, value)
        self.size += value.size
        if value.height >= self.height:
            self.height = value.height + 1
        self.dynamic = self.dynamic or value.dynamic

    def _close(self, event: Any) -> None:
        self._end = event.end_mark


def read(text: str) -> Value | None:
    """Read a text that holds a single document; return None if it is empty.

    Raises SpecError for invalid YAML, and for YAML that no spec may contain: tags that build
    objects, duplicate keys, keys that are collections, several documents, and anything beyond
    MAX_DEPTH, MAX_DIGITS, MAX_VALUES or MAX_ALIASED.
    """
    try:
        return _Reader(text).document()
    except yaml.YAMLError as error:
        raise SpecError(_too_deep_before(error, text) or [_syntax_fault(error, text)]) from error
    except UnicodeEncodeError as error:  # a lone surrogate, which only a command line can contain
        line, column = _end_of(text[: error.start])
        span = Span(line + 1, column + 1, line + 1, column + 2)
        fault = Diagnostic(code="syntax", message="this is not a character", span=span)
        raise SpecError([fault]) from error


class _Open:
    """A collection that has not ended yet, and the key that waits for its value."""

    __slots__ = ("anchor", "key", "merged", "value")

    def __init__(self, value: Value, anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: Value | None = None
        self.merged: list[Value] = []


class _Reader:
    def __init__(self, text: str) -> None:
        self.next_event = _Loader(text).get_event
        self.open: list[_Open] = []
        self.anchors: dict[str, Value | None] = {}
        self.aliased = 0
        self.written = 0
        self.faults: list[Diagnostic] = []

    def document(self) -> Value | None:
        root: Value | None = None
        while (event := self.next_event()) is not None:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self.refuse(event, "several-documents", "a second YAML document begins here")
            value = self.finished(event)
            if value is None:
                continue
            self.written += 1
            if self.written > MAX_VALUES:
                self.refuse(event, "too-large", f"there are more than {MAX_VALUES:,} values here")
            if self.open:
                self.put(self.open[-1], value)
            else:
                root = value
        if self.faults:
            raise SpecError(self.faults)
        return root

    def finished(self, event: Any) -> Value | None:
        """Return the value that an event completes, or None."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            value = self.scalar(event)
            anchor = event.anchor
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            self.begin(event, {} if kind is yaml.MappingStartEvent else [])
            return None
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            collection = self.open.pop()
            value, anchor = collection.value, collection.anchor
            value._close(event)  # noqa: SLF001
            for source in collection.merged:
                self.merge(value, source)
        elif kind is yaml.AliasEvent:
            return self.alias(event)
        else:
            return None
        if anchor:
            self.anchors[anchor] = value
        return value

    def begin(self, event: Any, empty: Any) -> None:
        self.check_depth(event, 1)
        if event.tag not in {None, "!", _TAG + "map", _TAG + "seq"}:
            self.refuse_tag(event)
        self.open.append(_Open(Value(empty, type(empty)(), event), event.anchor))
        if event.anchor:
            self.anchors[event.anchor] = None  # until the collection ends

    def check_depth(self, event: Any, height: int) -> None:
        if len(self.open) + height > MAX_DEPTH:
            self.refuse(event, "too-deep", f"values are nested deeper than {MAX_DEPTH} levels")

    def put(self, collection: _Open, value: Value) -> None:
        """Add a finished value to the collection around it."""
        owner, key = collection.value, collection.key
        if owner.is_list:
            owner._add(value)  # noqa: SLF001
        elif key is None:
            if value.text is None:
                self.refuse(value, "wrong-type", "a key must be a string, not a list or mapping")
            collection.key = value
        else:
            collection.key = None
            name = key.text or ""
            if name == "<<":
                collection.merged.append(value)
            elif name in owner.parts:
                first = owner.key(name).span.line
                self.fault(
                    key.span,
                    "duplicate-key",
                    f"key {name!r} is given twice",
                    f"the first is at line {first}",
                )
            else:
                owner._add(value, name, key)  # noqa: SLF001

    def merge(self, owner: Value, source: Value) -> None:
        """Add the values of a merge key; keys of the mapping itself win."""
        for mapping in source.parts if source.is_list else [source]:
            if not mapping.is_mapping:
                self.fault(
                    mapping.span, "wrong-type", "a merge key takes a mapping or a list of them"
                )
                continue
            for name, (key, value) in mapping.parts.items():
                if name not in owner.parts:
                    owner._add(value, name, key)  # noqa: SLF001

    def alias(self, event: Any) -> Value:
        value = self.anchors.get(event.anchor)
        if value is None:
            inside = event.anchor in self.anchors
            self.refuse(
                event,
                "wrong-alias",
                f"alias *{event.anchor} stands inside what it names"
                if inside
                else f"there is no anchor &{event.anchor} above",
            )
        self.check_depth(event, value.height)
        self.aliased += value.size
        if self.aliased > MAX_ALIASED:
            self.refuse(event, "too-large", f"aliases expand to more than {MAX_ALIASED:,} values")
        return value

    def scalar(self, event: Any) -> Value:
        text = event.value
        if event.implicit[0]:
            return Value(self.plain(event), None, event, text)
        tag = event.tag
        if tag is None or tag == _TAG + "str":
            return Value(text, None, event, text)
        if tag not in _TYPES:
            self.refuse_tag(event)
        value = self.plain(event)
        if _TYPES[tag] is float and type(value) is int:
            value = float(value)
        if type(value) is not _TYPES[tag]:
            self.fault(_span(event), "wrong-type", f"{text!r} is not of the type that its tag says")
        return Value(value, None, event, text)

    def plain(self, event: Any) -> Any:
        try:
            return plain_scalar(event.value)
        except ValueError:
            self.fault(_span(event), "wrong-value", "this number has too many digits")
            return 0

    def refuse_tag(self, event: Any) -> Never:
        tag = event.tag.replace(_TAG, "!!")
        self.refuse(
            event,
            "tag-refused",
            f"tag {tag} builds an object",
            "a spec is plain data: remove the tag",
        )

    def fault(self, span: Span, code: str, message: str, help: str | None = None) -> None:
        self.faults.append(Diagnostic(code=code, message=message, span=span, help=help))

    def refuse(self, place: Any, code: str, message: str, help: str | None = None) -> Never:
        """Report a fault that ends the reading."""
        span = place.span if isinstance(place, Value) else _span(place)
        self.fault(span, code, message, help)
        raise SpecError(self.faults)


def _span(event: Any) -> Span:
    start, end = event.start_mark, event.end_mark
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)


_TAG = "tag:yaml.org,2002:"
_TYPES: dict[str, type] = {
    _TAG + "int": int,
    _TAG + "float": float,
    _TAG + "bool": bool,
    _TAG + "null": type(None),
}

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@functools.lru_cache(maxsize=4096)
def plain_scalar(text: str) -> str | int | float | bool | None:
    """Return the value of a plain scalar. Raises ValueError for an integer beyond MAX_DIGITS.

    Source: https://yaml.org/spec/1.2.2/#103-core-schema.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(text)
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _too_deep_before(error: yaml.YAMLError, text: str) -> list[Diagnostic]:
    """Return the faults if the text before PyYAML's error is nested too deeply.

    PyYAML reads ahead, and since 6.0.4 has a depth limit that is larger than ours.
    """
    mark = getattr(error, "problem_mark", None)
    try:
        _Reader(text[: mark.index] if mark else _before_character(error, text)).document()
    except SpecError as earlier:
        return list(earlier.diagnostics) if earlier.diagnostics[-1].code == "too-deep" else []
    except yaml.YAMLError:
        pass
    return []


def _syntax_fault(error: yaml.YAMLError, text: str) -> Diagnostic:
    """Convert PyYAML's error, which has a mark or else names a character that it refuses."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        # In a text without a final line break, PyYAML puts the end on the next line.
        line, column = min((mark.line, mark.column), _end_of(text))
    else:
        line, column = _end_of(_before_character(error, text))
    message = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    context = getattr(error, "context", None)
    return Diagnostic(
        code="syntax",
        message=f"{message} {context}" if context else message,
        span=Span(line + 1, column + 1, line + 1, column + 2),
        help=_syntax_help(message, context or ""),
    )


def _before_character(error: yaml.YAMLError, text: str) -> str:
    """Return the text before the character that PyYAML refuses."""
    # The error's own position counts characters in the Python loader, but bytes in the C one.
    return text.partition(chr(max(getattr(error, "character", 0), 0)))[0]


def _syntax_help(message: str, context: str) -> str | None:
    if message.startswith("mapping values are not allowed"):
        return "a colon may be missing: `- Conv2D: {...}`, and `- ReLU:` where more keys follow"
    if message.startswith("found character that cannot start any token"):
        return "indent with spaces, not tabs, and quote text that begins with % @ or `"
    if "flow" in context:
        return "inside { } and [ ], quote an expression that has brackets or commas itself"
    return None


def _end_of(text: str) -> tuple[int, int]:
    """Return the zero-based line and column of the end of a text."""
    lines = re.split(LINE_BREAK, text)
    return len(lines) - 1, len(lines[-1])


def decode(data: bytes) -> str:
    """Decode a file as UTF-8. Raises SpecError with the place of the first invalid byte."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Not `data`: the error's position does not count a byte order mark.
        line, column = _end_of(error.object[: error.start].decode())
        fault = Diagnostic(
            code="not-utf-8",
            message=f"byte 0x{error.object[error.start]:02x} is not UTF-8",
            span=Span(line + 1, column + 1, line + 1, column + 2),
            help="save the file as UTF-8",
        )
        raise SpecError([fault]) from error
