"""Warnings: find likely mistakes in an analyzed network."""

import functools
import importlib
import pkgutil
from collections.abc import Collection, Iterator, Sequence

from convcalc.analysis.analysis import Analysis
from convcalc.checks.warning import Warn, registered
from convcalc.diagnostics import Diagnostic, did_you_mean, in_order
from convcalc.network import Network, Suppression
from convcalc.report import LayerReport

UNUSED_LAYER = "unused-layer"
"""The warning that every report already includes."""


@functools.cache
def warnings() -> dict[str, Warn]:
    """Every registered warning, by its code."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(registered().items()))


def codes() -> tuple[str, ...]:
    """The codes of the warnings that can be ignored."""
    return tuple(sorted((*warnings(), UNUSED_LAYER)))


def unknown_suppressions(network: Network) -> tuple[Diagnostic, ...]:
    """Faults for ignored codes that are not the code of a warning."""
    known = codes()
    found: list[Diagnostic] = []
    ignored = [*network.ignore, *(each for node in network.nodes for each in node.ignore)]
    for suppression in dict.fromkeys(ignored):
        code = suppression.code
        if code not in known:
            help = did_you_mean(code, known, found) or f"the codes are {', '.join(known)}"
            found.append(
                Diagnostic(
                    code="wrong-value",
                    message=f"there is no warning {code!r} that could be ignored",
                    span=suppression.span,
                    help=help,
                )
            )
    return tuple(found)


def find_warnings(analysis: Analysis, of: Collection[str] | None = None) -> tuple[Diagnostic, ...]:
    """The warnings about a network that its file does not ignore; `of` has the codes to look for.

    A needless `ignore` is a warning too, unless unknown shapes leave the need open.
    """
    network = analysis.network
    wanted = codes() if of is None else of
    found: list[Diagnostic] = []
    needed: set[Suppression] = set()
    for code, find in warnings().items():
        for finding in find(analysis) if code in wanted else ():
            ignored = network.ignored(finding.node, code)
            needed.update(ignored)
            if not ignored:
                found.append(finding.diagnostic(code, network.wording))
    for node in network.unused() if UNUSED_LAYER in wanted else ():
        needed.update(network.ignored(node, UNUSED_LAYER))
    found += _needless(analysis, wanted, needed)
    return in_order(found)


def _needless(
    analysis: Analysis, wanted: Collection[str], needed: Collection[Suppression]
) -> Iterator[Diagnostic]:
    """Warnings about each `ignore` that suppresses nothing."""
    if not analysis.report.ok:
        return
    unsure: set[Suppression] = set()
    judged: dict[Suppression, str | None] = dict.fromkeys(analysis.network.ignore)
    for node, layer in analysis.layers():
        of_node = (*node.ignore, *analysis.network.ignore)
        for ignored in node.ignore:
            judged.setdefault(ignored, node.name)
        if of_node and not _is_known(layer):
            unsure.update(of_node)
    for ignored, layer_name in judged.items():
        if ignored.code in wanted and ignored not in needed and ignored not in unsure:
            yield Diagnostic(
                code="unused-ignore",
                severity="warning",
                message=f"there is no warning {ignored.code} here that could be ignored",
                span=ignored.span,
                help="remove it",
                layer=layer_name,
            )


def _is_known(layer: LayerReport) -> bool:
    """Whether all input and output sizes of a layer are known, except the batch."""
    shapes: Sequence[tuple[int | None, ...] | None] = (
        *layer.input_shapes,
        *(layer.output_shapes or (None,)),
    )
    return all(shape is not None and None not in shape[1:] for shape in shapes)
