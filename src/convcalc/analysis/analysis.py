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
    """A network with the requested input shapes and batch size, and its report.

    Only `analyze` and `unreadable` create one, so node i of the network is layer i of the report.
    If the file holds no readable network, `readable` is false, the network is empty, and the report
    has only the reasons.
    """

    network: Network
    report: Report
    readable: bool = True

    def layers(self) -> Iterator[tuple[Node, LayerReport]]:
        """Each node with its layer report, in order."""
        yield from zip(self.network.nodes, self.report.layers, strict=True)

    def with_diagnostics(self, more: Iterable[Diagnostic]) -> "Analysis":
        """The same analysis with more diagnostics, sorted by place."""
        return self.with_report(self.report.with_diagnostics(more))

    def with_report(self, report: Report) -> "Analysis":
        """The same network with another report, for example one that has costs or fixes."""
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
