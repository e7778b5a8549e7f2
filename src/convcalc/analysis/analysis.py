"""An analysis: a network and its report."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath

import msgspec

from convcalc.analysis import engine
from convcalc.diagnostics import Diagnostic, SpecError
from convcalc.network import Network, Node, UsageError
from convcalc.report import LayerReport, Report
from convcalc.shapes import Dim


class Analysis(msgspec.Struct, frozen=True):
    """A network, with the inputs and batch size of the call to `analyze`, and its report.

    >>> analysis = convcalc.analyze("model.yaml")
    >>> analysis.network.name, analysis.report.ok
    ('model', True)

    Attributes:
        network: what was computed. Its node i is layer i of the report.
        report: the shapes, weights and faults.
        readable: false if the file describes no network. Then `network` is empty, and `report` has
            only the diagnostics. `convcalc.analyze` raises SpecError instead.
    """

    network: Network
    report: Report
    readable: bool = True

    def layers(self) -> Iterator[tuple[Node, LayerReport]]:
        """Pair each node of the network with its layer report, in order.

        >>> for node, layer in convcalc.analyze("model.yaml").layers():
        ...     print(node.definition.named, layer.output_shapes)
        {'shape': [32, 32, 3]} ((None, 32, 32, 3),)
        {'filters': 16, 'kernel_size': 3} ((None, 30, 30, 16),)
        {} ((None, 15, 15, 16),)
        {} ((None, 3600),)
        {} ((None, 10),)
        """
        yield from zip(self.network.nodes, self.report.layers, strict=True)

    def with_diagnostics(self, more: Iterable[Diagnostic]) -> "Analysis":
        """The analysis with more diagnostics in its report, sorted by place, without repeats."""
        return self.with_report(self.report.with_diagnostics(more))

    def with_report(self, report: Report) -> "Analysis":
        """The analysis with another report of the same network, such as one with costs."""
        return msgspec.structs.replace(self, report=report)


def analyze(
    network: Network,
    inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None = None,
    batch_size: int | None = None,
) -> Analysis:
    """Compute every shape and weight of a network, and collect every fault.

    `inputs` is the shape of the only input, or maps input names to shapes. Shapes exclude the
    batch; None is an unknown dimension. Raises UsageError for an unknown input.
    """
    if inputs is not None or batch_size is not None:
        network = network.with_inputs(_by_name(network, inputs), batch_size)
    return Analysis(network, engine.summarize(network))


def unreadable(error: SpecError, source: str) -> Analysis:
    """The analysis of a file that holds no readable network, with the reasons."""
    name = PurePath(source).stem
    return Analysis(
        Network(name=name, source=source, nodes=[], inputs=(), outputs=()),
        Report(name=name, source=source, diagnostics=error.diagnostics),
        readable=False,
    )


def _by_name(
    network: Network, inputs: Sequence[Dim] | Mapping[str, Sequence[Dim]] | None
) -> Mapping[str, Sequence[Dim]]:
    if inputs is None or isinstance(inputs, Mapping):
        return inputs or {}
    names = [network.nodes[i].name for i in network.inputs]
    if len(names) != 1:
        raise UsageError(
            f"the network has {len(names)} inputs ({', '.join(names)}): map names to shapes"
        )
    return {names[0]: inputs}
