"""The features by which a layer is recognized in another network."""

from typing import Any

from convcalc.report import LayerReport


def features(layer: LayerReport) -> dict[str, Any]:
    """The arguments of a layer, or its output shapes and weights if those are unknown."""
    arguments = layer.arguments
    if arguments is not None:
        return arguments
    weights = {weight.path: (weight.shape, weight.dtype) for weight in layer.weights or ()}
    return {"": layer.output_shapes, **weights}


def kind_of(layer: LayerReport) -> str:
    """The name of the layer's kind, with aliases resolved."""
    return layer.kind if layer.layer is None else type(layer.layer).__name__


def is_distinctive(layer: LayerReport) -> bool:
    """Whether a layer has arguments without default values, or weights if those are unknown."""
    if layer.layer is None:
        return bool(layer.weights)
    values = {name: getattr(layer.layer, name) for name in layer.layer.__struct_fields__}
    count = len(values) - len(layer.layer.__struct_defaults__)
    given = dict(list(values.items())[count:])
    defaults = dict(zip(given, layer.layer.__struct_defaults__, strict=True))
    return count > 0 or any(repr(given[name]) != repr(defaults[name]) for name in given)
