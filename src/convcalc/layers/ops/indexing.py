"""Operations that read or write elements of a tensor by index."""

import re
from typing import Any, ClassVar, TypeAlias

from convcalc.layers.argument_types import NonNegative, Untyped
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, operation
from convcalc.layers.ops.operands import (
    Axis,
    Constant,
    combined,
    one,
    operand,
    plain,
)
from convcalc.layers.outputs import Named, Rule
from convcalc.layers.requirements import normalize_axis
from convcalc.shapes import Dim, Shape, add, format_shape, insert, product, replace, take

Item: TypeAlias = int | str | dict[str, Any] | None
"""One item of a key: an index, a slice in Python's notation, "...", or null for a new axis."""

ELLIPSIS = "..."
SLICE = re.compile(r"(-?[0-9]{1,18})?:(-?[0-9]{1,18})?(?::(-?[0-9]{1,18})?)?")


@operation
class GetItem(Kind, frozen=True):
    """Selects part of a tensor by a key, as x[key] does in Python.

    The key is an index or a list of items: an index, a slice such as "1:-1" or "::2", "..." for
    all axes between, or null for a new axis.
    Output: an index drops its axis; a slice keeps the positions that it selects. Weights: none.
    Source: https://keras.io/api/ops/
    """

    key: int | tuple[Item, ...] | None = None

    call_arguments: ClassVar[tuple[str, ...]] = ("key",)

    def items(self) -> list[int | str | slice | None]:
        """The parsed items of the key; an ellipsis is appended unless it has one."""
        key = (self.key,) if isinstance(self.key, int) else self.key or ()
        items = [_item(item) for item in key]
        return items if ELLIPSIS in items else [*items, ELLIPSIS]

    def validate(self) -> None:
        if self.key is None:
            raise LayerError("missing-argument", "ops.GetItem needs the argument key")
        if self.items().count(ELLIPSIS) > 1:
            raise _wrong_key("has more than one ellipsis")

    def infer(self, x: Shape) -> Inference:
        items = self.items()
        named = len(items) - items.count(None) - 1
        if named > len(x):
            raise _wrong_key(f"names {named} axes, but {format_shape(x)} has {len(x)}")
        shape: list[Dim] = []
        axis = 0
        for item in items:
            if item is None:
                shape.append(1)
            elif item == ELLIPSIS:
                end = axis + len(x) - named
                shape += x[axis:end]
                axis = end
            else:
                shape += _selected(x, axis, item)
                axis += 1
        return one(tuple(shape))


def _selected(x: Shape, axis: int, item: object) -> list[Dim]:
    """The size that an item leaves of an axis: one for a slice, none for an index."""
    size = x[axis]
    if isinstance(item, slice):
        return [take(size, item)]
    if isinstance(item, int) and size is not None and not -size <= item < size:
        raise _wrong_key(f"has the index {item}, but axis {axis} of {format_shape(x)} has {size}")
    return []


def _item(item: Item) -> int | str | slice | None:
    """An item of a key, parsed from a spec's notation or Keras's serialization."""
    item = plain(item)
    if item is None or isinstance(item, int) or item == ELLIPSIS:
        return item
    match = SLICE.fullmatch(str(item))
    if not match or isinstance(item, dict):
        raise _wrong_key(f"has {item!r}, which is no index, slice, ellipsis or null")
    start, stop, step = (None if part is None else int(part) for part in match.groups())
    if step == 0:
        raise _wrong_key(f"has the slice {item!r}, whose step is 0")
    return slice(start, stop, step)


def _wrong_key(problem: str) -> LayerError:
    return LayerError(
        "wrong-value",
        f"key {problem}",
        argument="key",
        help='write it as in Python, such as [":", 0, "1:-1"]',
    )


@operation
class Take(Kind, frozen=True):
    """Takes elements along an axis by their indices.

    Output: the shape of indices in place of the axis, or alone without an axis. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: Axis = None
    indices: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("indices",)

    def infer(self, x: Shape, indices: Shape | None = None) -> Inference:
        taken = operand(self, "indices", indices)
        if self.axis is None:
            return one(taken)
        axis = normalize_axis(self.axis, x)
        return one((*x[:axis], *taken, *x[axis + 1 :]))


@operation
class TakeAlongAxis(Kind, frozen=True):
    """Takes an element along an axis for each index, at the index's position on the other axes.

    Output: the shape of indices, broadcast with the other axes of x. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    axis: Axis = None
    indices: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("indices",)

    def infer(self, x: Shape, indices: Shape | None = None) -> Inference:
        taken = operand(self, "indices", indices)
        shape = (product(x),) if self.axis is None else x
        if len(shape) != len(taken):
            raise LayerError(
                "wrong-rank",
                f"indices must have {len(shape)} dimensions, but {format_shape(taken)} "
                f"has {len(taken)}",
            )
        axis = 0 if self.axis is None else normalize_axis(self.axis, x)
        return one(combined(replace(shape, axis, taken[axis]), taken))


@operation
class Slice(Kind, frozen=True):
    """Takes a block of a given shape, from a start index on each axis.

    Output: shape, where −1 means everything from the start index on. Weights: none.
    Source: https://keras.io/api/ops/core/
    """

    shape: tuple[int, ...]
    start_indices: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("start_indices",)

    def validate(self) -> None:
        if any(size < -1 for size in self.shape):
            raise LayerError("wrong-value", "a size must be −1 or more", argument="shape")

    def infer(self, inputs: Shape, start_indices: Shape | None = None) -> Inference:
        starts = operand(self, "start_indices", start_indices)
        for name, count in (("shape", len(self.shape)), ("start_indices", _length(starts))):
            if count not in {len(inputs), None}:
                raise LayerError(
                    "wrong-value",
                    f"{name} has {count} numbers for the {len(inputs)} axes of "
                    f"{format_shape(inputs)}",
                    argument=name if getattr(self, name) is not None else None,
                )
        return one(
            tuple(
                size if size != -1 else self.rest(dim, axis)
                for axis, (dim, size) in enumerate(zip(inputs, self.shape, strict=True))
            )
        )

    def rest(self, dim: Dim, axis: int) -> Dim:
        """The rest of a dimension from its start index on; unknown if the index is an input."""
        if self.start_indices is None:
            return None
        left = add(dim, -int(self.start_indices[axis]))
        if left is not None and left < 0:
            raise LayerError(
                "wrong-value",
                f"start_indices begins axis {axis} of {dim} at {self.start_indices[axis]}",
                argument="start_indices",
            )
        return left


def _length(shape: Shape) -> Dim:
    return shape[0] if shape else 1


@operation
class SliceUpdate(Kind, frozen=True):
    """Writes a block into a tensor, from a start index on each axis.

    Output: as inputs. Weights: none.
    Source: https://keras.io/api/ops/core/
    """

    inputs: Constant = None
    start_indices: Constant = None
    updates: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("inputs", "start_indices", "updates")

    def infer(
        self,
        inputs: Shape | None = None,
        start_indices: Shape | None = None,
        updates: Shape | None = None,
    ) -> Inference:
        operand(self, "start_indices", start_indices)
        operand(self, "updates", updates)
        return one(operand(self, "inputs", inputs))


@operation
class ScatterUpdate(Kind, frozen=True):
    """Writes values into a tensor at given indices.

    Output: as inputs. Weights: none.
    Source: https://keras.io/api/ops/core/
    """

    reduction: str | None = None
    inputs: Constant = None
    indices: Constant = None
    updates: Constant = None

    call_arguments: ClassVar[tuple[str, ...]] = ("inputs", "indices", "updates")

    def infer(
        self,
        inputs: Shape | None = None,
        indices: Shape | None = None,
        updates: Shape | None = None,
    ) -> Inference:
        operand(self, "indices", indices)
        operand(self, "updates", updates)
        return one(operand(self, "inputs", inputs))


@operation
class Scatter(Kind, frozen=True):
    """Creates a tensor of zeros with values at given indices.

    Output: shape. Weights: none.
    Source: https://keras.io/api/ops/core/
    """

    shape: tuple[NonNegative | None, ...]
    indices: Constant = None
    values: Constant = None

    typed_by: ClassVar[tuple[str, ...]] = ("values",)
    call_arguments: ClassVar[tuple[str, ...]] = ("indices", "values")

    def infer(self, indices: Shape | None = None, values: Shape | None = None) -> Inference:
        operand(self, "indices", indices)
        operand(self, "values", values)
        return one(self.shape)


@operation
class OneHot(Kind, frozen=True):
    """Encodes each number as a vector with a 1 at its index.

    Output: the input's shape with a new axis of num_classes. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    num_classes: NonNegative
    axis: int = -1
    dtype: str | None = None
    sparse: bool = False

    output_dtype_rule: ClassVar[Rule] = Named("float32")

    def infer(self, x: Shape) -> Inference:
        return one(_with_classes(x, self.axis, self.num_classes))


@operation
class MultiHot(Kind, frozen=True):
    """Encodes the numbers of each sample as one vector, with a 1 at the index of each.

    Output: as Keras infers: without the second axis, and with num_classes. Weights: none.
    Source: https://keras.io/api/ops/nn/
    """

    num_classes: NonNegative | None = None
    axis: int = -1
    dtype: str | None = None
    sparse: bool = False

    def validate(self) -> None:
        if self.num_classes is None:
            raise LayerError("missing-argument", "ops.MultiHot needs the argument num_classes")

    def infer(self, inputs: Shape) -> Inference:
        shape = _with_classes(inputs, self.axis, self.num_classes)
        return one(shape[-1:] if len(shape) == 2 else (shape[0], *shape[2:]))


def _with_classes(x: Shape, axis: int, classes: Dim) -> Shape:
    if axis != -1 and not 0 <= axis < len(x):
        raise LayerError(
            "axis-out-of-range",
            f"axis must be −1 or one of the {len(x)} of {format_shape(x)}, not {axis}",
            argument="axis",
        )
    return insert(x, len(x) if axis == -1 else axis, classes)


@operation
class Select(Kind, frozen=True):
    """Takes each element from the first of several choices whose condition holds.

    Output: as the first choice. Weights: none.
    Source: https://keras.io/api/ops/numpy/
    """

    default: Untyped = 0

    typed_by: ClassVar[tuple[str, ...]] = ("choicelist",)
    call_arguments: ClassVar[tuple[str, ...]] = ("default",)

    def infer(
        self,
        condlist: Shape | tuple[Shape, ...],  # noqa: ARG002 (Keras ignores its shape)
        choicelist: Shape | tuple[Shape, ...],
    ) -> Inference:
        first = choicelist[0] if choicelist else ()
        return one(first if isinstance(first, tuple) else choicelist)  # type: ignore[arg-type]
