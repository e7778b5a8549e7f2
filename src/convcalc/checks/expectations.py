"""Checks a report against expectations."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from convcalc.checks.finding import Finding, Outcome, Place
from convcalc.diagnostics import Diagnostic, Span, did_you_mean, listed
from convcalc.expectations import (
    PEAK_MEMORY,
    RECEPTIVE_FIELD,
    AnyExpectation,
    CountExpectation,
    Expectations,
    InputExpectation,
    Limit,
    OutputExpectation,
    WeightExpectation,
    format_inputs,
    format_written,
)
from convcalc.network import UsageError
from convcalc.report import LayerReport, ParamTotals, Report, WeightReport, some_of
from convcalc.report.costs import AxisReceptiveField, ReceptiveField, ReceptiveFields
from convcalc.shapes import Dim, Shape, format_sizes, total

RULES = {
    "expect-output": "an output has another shape, or there is no such output",
    "expect-kernel": "the kernel of a layer has other sizes, or there is none",
    "expect-weight": "a weight of a layer has other sizes, or there is none of that name",
    "expect-layer": "something is expected of a layer that there is not",
    "expect-params": "a number of parameters is not within its limit",
    "expect-trainable-params": "likewise of trainable parameters",
    "expect-non-trainable-params": "likewise of parameters that are not trained",
    "expect-macs": "a number of multiply-accumulates is not within its limit",
    "expect-receptive-field": "a receptive field is not within its limit, or can't be known",
    "expect-peak-memory": "the peak of the activations is not within its limit",
    "expect-accepts": "an input shape is refused that must be accepted",
    "expect-rejects": "an input shape is accepted that must be refused",
    "budget-params": "a number of parameters is not within its limit in convcalc.yaml",
    "budget-trainable-params": "likewise of trainable parameters",
    "budget-non-trainable-params": "likewise of parameters that are not trained",
    "budget-macs": "likewise of multiply-accumulates",
    "budget-receptive-field": "likewise of a receptive field",
    "budget-peak-memory": "likewise of the peak of the activations",
    "no-model": "a pattern in convcalc.yaml names no model",
    "not-checked": "a file can't be read, or not be checked as it is asked for",
}
"""The rules of findings other than faults, warnings and drifts, with their descriptions."""

NOT_CHECKED = "not-checked"

Compute = Callable[[Shape | Mapping[str, Shape]], Report]
"""Computes the model with other input shapes. Raises UsageError for an unknown input."""


_Form: TypeAlias = Callable[[Shape], str]
"""Formats a shape."""


class _Subject(NamedTuple):
    """The subject of an expectation: the network, a layer or a group. Unknown values are None."""

    called: str
    outputs: Mapping[str, Shape | None] | None
    params: ParamTotals | None
    macs: Dim
    fields: Sequence[ReceptiveFields | None] = (None,)
    peak: Dim = None
    weights: Sequence[WeightReport] | None = ()
    span: Span | None = None
    unknown: Mapping[str, Sequence[str]] = {}
    """Maps unknown counts to the layers that make them unknown."""


class _Difference(NamedTuple):
    """How a value differs from its expectation, in words and as plain data."""

    message: str
    found: Any = None
    difference: Any = None
    help: str | None = None
    layer: Diagnostic | None = None


def judge(
    report: Report, expected: Expectations, compute: Compute | None
) -> Iterator[tuple[Outcome | None, Finding | None]]:
    """The outcome of each expectation, with a finding if it fails.

    An unknown layer is one finding without an outcome. `compute` is None if the model could not be
    read.
    """
    subjects = _subjects(report)
    names = [name for name in subjects if name]
    found: list[Finding] = []
    for named in expected.layers if compute else ():
        if named.name not in subjects:
            found.append(
                Finding(
                    rule="expect-layer",
                    model=report.source,
                    message=f"there is no layer {named.name!r} of which to expect anything",
                    layer=named.name,
                    help=did_you_mean(named.name, names, found),
                    place=Place(expected.source, named.span),
                )
            )
            yield None, found[-1]
    for expectation in expected.all:
        subject = subjects.get(expectation.layer)
        if subject is None and compute:
            yield _outcome(expectation, expected.pattern, held=False), None
            continue
        called = f" of {expectation.layer}" if expectation.layer else ""
        subject = subject or _Subject(called, None, None, None, weights=None)
        wrong = _wrong(expectation, subject, compute, found)
        finding = wrong and _finding(wrong, expectation, subject, report, expected)
        found += [finding] if finding else []
        yield _outcome(expectation, expected.pattern, held=wrong is None), finding


def _outcome(expectation: AnyExpectation, pattern: str | None, *, held: bool) -> Outcome:
    return Outcome(
        rule=expectation.rule,
        key=expectation.key,
        layer=expectation.layer,
        pattern=pattern,
        expected=expectation.plain,
        held=held,
    )


def _finding(
    wrong: _Difference,
    expectation: AnyExpectation,
    subject: _Subject,
    report: Report,
    expected: Expectations,
) -> Finding:
    layer, span = expectation.layer, subject.span
    if wrong.layer is not None:
        layer, span = wrong.layer.layer, wrong.layer.span
    return Finding(
        rule=expectation.rule,
        model=report.source,
        message=wrong.message,
        layer=layer,
        key=expectation.key,
        pattern=expected.pattern,
        help=wrong.help,
        expected=expectation.plain,
        found=wrong.found,
        difference=wrong.difference,
        place=Place(expected.source, expectation.span),
        layer_place=Place(report.source, span) if layer else None,
    )


def _subjects(report: Report) -> dict[str | None, _Subject]:
    """The possible subjects of expectations, by name; None is the network."""
    found: dict[str | None, _Subject] = {}
    inside = _inside(report)
    for name, group in report.groups.items():
        layers = inside.get(name, ())
        found[name] = _Subject(
            f" of {name}",
            _numbered(group.output_shapes),
            _params_of(layers),
            total(map(_macs, layers)),
            (group.receptive_field,),
        )
    for layer in report.layers:
        shapes = layer.output_shapes
        found[layer.name] = _Subject(
            f" of {layer.name}",
            None if shapes is None else _numbered(shapes),
            layer.params,
            _macs(layer),
            (layer.receptive_field,),
            None,
            layer.weights,
            layer.span,
        )
    outputs = {tensor.name: _without_batch(tensor.shape) for tensor in report.outputs}
    params = None if report.partial else report.params
    fields = {layer.name: layer.receptive_field for layer in report.layers}
    activations = report.activations
    peak = None if activations is None else activations.peak
    output_fields = [fields.get(tensor.name.partition(":")[0]) for tensor in report.outputs]
    unknown = {"macs": report.known_op_counts().missing}
    if activations is not None:
        unknown[PEAK_MEMORY] = report.names(activations.missing)
    found[None] = _Subject(
        "", outputs or None, params, report.op_counts.macs, output_fields, peak, unknown=unknown
    )
    return found


def _inside(report: Report) -> dict[str, list[LayerReport]]:
    """The layers in each group, including those in nested groups."""
    found: dict[str, list[LayerReport]] = {}
    for layer in report.layers:
        around = layer.group
        while around is not None:
            found.setdefault(around, []).append(layer)
            around = report.groups[around].parent if around in report.groups else None
    return found


def _params_of(layers: Iterable[LayerReport]) -> ParamTotals | None:
    """The parameters of some layers together; None if one is unknown."""
    params = ParamTotals()
    for layer in layers:
        if layer.params is None:
            return None
        params += layer.params
    return params


def _macs(layer: LayerReport) -> Dim:
    return None if layer.op_counts is None else layer.op_counts.macs


def _counted(what: str, subject: _Subject) -> int | None:
    if what == "macs":
        return subject.macs
    if what == PEAK_MEMORY:
        return subject.peak
    params = subject.params
    if params is None:
        return None
    return {
        "params": params.count,
        "trainable_params": params.trainable,
        "non_trainable_params": params.non_trainable,
    }[what]


def _numbered(shapes: Sequence[Shape | None]) -> dict[str, Shape | None]:
    return {str(i): _without_batch(shape) for i, shape in enumerate(shapes)}


def _without_batch(shape: Shape | None) -> Shape | None:
    return None if shape is None else shape[1:]


def _wrong(
    expectation: AnyExpectation,
    subject: _Subject,
    compute: Compute | None,
    found: Sequence[Finding],
) -> _Difference | None:
    """How an expectation fails, or None. `found` has the earlier findings, for suggestions."""
    match expectation:
        case CountExpectation(count=count) if count == RECEPTIVE_FIELD:
            return _wrong_field(expectation, subject)
        case CountExpectation():
            return _wrong_count(expectation, subject)
        case OutputExpectation():
            return _wrong_output(expectation, subject, found)
        case WeightExpectation():
            return _wrong_weight(expectation, subject, found)
        case InputExpectation():
            return _wrong_input(expectation, compute)


def _wrong_count(expectation: CountExpectation, subject: _Subject) -> _Difference | None:
    limit, what = expectation.limit, expectation.count
    count = _counted(what, subject)
    unit = " bytes" if what == PEAK_MEMORY else ""
    if count is None:
        message = f"{what}{subject.called} can't be known, but must be {_in_words(limit)}{unit}"
        names = subject.unknown.get(what)
        help = f"it is unknown of {some_of(names)}" if names else None
        return _Difference(message, help=help)
    difference = limit.difference(count)
    if not difference:
        return None
    is_ = "is" if what == PEAK_MEMORY else "are"
    beyond = f"{_beyond(limit, difference)} ({difference:+,})"
    message = f"{what}{subject.called} {is_} {count:,}{unit}, {beyond}"
    return _Difference(message, count, difference)


def _wrong_field(expectation: CountExpectation, subject: _Subject) -> _Difference | None:
    """How the receptive field exceeds its limit on some spatial axis of some input."""
    limit = expectation.limit
    axes = [axis for fields in subject.fields for seen in (fields or {}).values() for axis in seen]
    sizes = [None if axis is None else _size(axis) for axis in axes]
    if not sizes or None in sizes or None in subject.fields:
        message = (
            f"{RECEPTIVE_FIELD}{subject.called} can't be known, but must be {_in_words(limit)}"
        )
        return _Difference(message)
    differences = [limit.difference(size) for size in sizes if size is not None]
    worst = max(differences, key=abs)
    if not worst:
        return None
    found = ["all" if size == _ALL else size for size in sizes]
    written = _format_fields(subject.fields)
    message = f"{RECEPTIVE_FIELD}{subject.called} is {written}, {_beyond(limit, worst)}"
    by = None if abs(worst) > _ALL // 2 else worst
    return _Difference(message, found, by)


_ALL = 10**5000
"""The size of an unlimited field: larger than any limit that can be written."""


def _format_fields(fields: Sequence[ReceptiveFields | None]) -> str:
    """The sizes of receptive fields on each axis, with the names of the inputs if several."""
    seen = [(name, axes) for each in fields for name, axes in (each or {}).items()]
    several = len(dict(seen)) > 1
    sizes = [
        f"{name} {sizes}" if several else sizes
        for name, axes in seen
        for sizes in ["×".join("all" if _size(a) == _ALL else f"{_size(a)}" for a in axes)]
    ]
    return ", ".join(dict.fromkeys(sizes))


def _size(axis: AxisReceptiveField) -> int:
    return axis.size if isinstance(axis, ReceptiveField) else _ALL


def _beyond(limit: Limit, difference: int) -> str:
    """How a limit is violated, with the numbers as written in it."""
    if limit.least == limit.most:
        return f"not {limit.most:,}"
    is_strict = limit.text[:1] in {"<", ">"} and limit.text[1:2] != "="
    if difference > 0 and limit.most is not None:
        return f"not less than {limit.most + 1:,}" if is_strict else f"more than {limit.most:,}"
    if is_strict and limit.least is not None:
        return f"not more than {limit.least - 1:,}"
    return f"less than {limit.least:,}"


def _in_words(limit: Limit) -> str:
    if limit.least is None:
        return f"at most {limit.most:,}"
    if limit.most is None:
        return f"at least {limit.least:,}"
    if limit.least == limit.most:
        return f"{limit.most:,}"
    return f"{limit.least:,} to {limit.most:,}"


def _wrong_output(
    expectation: OutputExpectation, subject: _Subject, found: Sequence[Finding]
) -> _Difference | None:
    outputs, expected = subject.outputs, expectation.shape
    name = expectation.name
    what = "output" if name is None else f"output {name!r}"
    what += subject.called
    if outputs is None:
        return _unknown_shape(what, expected, format_written)
    if name is None and subject.called:
        shape = next(iter(outputs.values()), None)  # the first of a layer's outputs
    elif name is None:
        if len(outputs) > 1:
            message = f"there are {len(outputs)} outputs, so that none of them is the output"
            help = f"expect `outputs`, by their names: {listed(outputs)}"
            return _Difference(message, help=help)
        shape = next(iter(outputs.values()))
    elif name not in outputs:
        help = did_you_mean(name, outputs, found) or f"the outputs are {listed(outputs)}"
        return _Difference(f"there is no {what}", help=help)
    else:
        shape = outputs[name]
    return _wrong_shape(what, shape, expected, format_written)


def _wrong_weight(
    expectation: WeightExpectation, subject: _Subject, found: Sequence[Finding]
) -> _Difference | None:
    expected, name = expectation.shape, expectation.name
    what = f"{name}{subject.called}"
    if subject.weights is None:
        return _unknown_shape(what, expected, _sizes)
    by_path = {weight.path: weight for weight in subject.weights}
    named = [weight for weight in subject.weights if weight.name == name]
    weight = by_path.get(name) or (named[0] if len(named) == 1 else None)
    if weight is not None:
        return _wrong_shape(what, weight.shape, expected, _sizes)
    known = listed(by_path)
    help = f"its weights are {known}" if known else "it has no weights of its own"
    if named:
        message = f"{name!r}{subject.called} may be any of {len(named)} weights"
    else:
        message = f"there is no weight {name!r}{subject.called}"
        help = did_you_mean(name, by_path, found) or help
    return _Difference(message, help=help)


def _sizes(shape: Shape) -> str:
    """The sizes of a weight as in the summary; None is any size."""
    return format_sizes(shape).replace("?", "any")


def _unknown_shape(what: str, expected: Shape, form: _Form) -> _Difference:
    message = f"{what} can't be known, but must be {form(expected)}"
    return _Difference(message)


def _wrong_shape(
    what: str, found: Shape | None, expected: Shape, form: _Form
) -> _Difference | None:
    """How a shape differs from the expected one, where a size of None matches any."""
    if found is None:
        return _unknown_shape(what, expected, form)
    message = f"{what} is {form(found)}, not {form(expected)}"
    if len(found) != len(expected):
        has_batch = len(expected) == len(found) + 1 and expected[0] is None
        help = "shapes are expected without the batch" if has_batch else None
        return _Difference(message, list(found), help=help)
    if all(want is None or have == want for have, want in zip(found, expected, strict=True)):
        return None
    differences = [
        None if have is None else 0 if want is None else have - want
        for have, want in zip(found, expected, strict=True)
    ]
    return _Difference(message, list(found), differences)


def _wrong_input(expectation: InputExpectation, compute: Compute | None) -> _Difference | None:
    shapes, expected = expectation.shapes, expectation.plain
    written = format_inputs(shapes)
    if compute is None:
        message = f"whether input {written} is {expected} can't be known"
        return _Difference(message)
    try:
        report = compute(shapes)
    except UsageError as error:
        return _Difference(f"input {written} can't be tried: {error}")
    found = "accepted" if report.ok else "refused"
    if found == expected:
        return None
    fault = next((d for d in report.diagnostics if d.severity == "error"), None)
    if fault is None:
        message = f"input {written} is accepted, but must be refused"
        return _Difference(message, found)
    message = f"input {written} is refused: {fault.message} [{fault.code}]"
    return _Difference(message, found, layer=fault)
