"""The costs of a network: receptive fields and memory."""

import msgspec

from convcalc.analysis import memory
from convcalc.analysis.analysis import Analysis
from convcalc.analysis.receptive_fields import with_fields
from convcalc.report.costs import Optimizer


def with_costs(
    analysis: Analysis, batch_size: int = 1, optimizer: Optimizer | None = None
) -> Analysis:
    """The analysis with receptive fields and memory.

    Memory is for `batch_size` samples, unless the network fixes its batch size. With an `optimizer`
    it includes an estimate for one training step.
    """
    analysis = with_fields(analysis)
    report = analysis.report
    found = memory.activations(analysis, batch_size)
    return analysis.with_report(
        msgspec.structs.replace(
            report,
            layers=tuple(
                msgspec.structs.replace(layer, activation_bytes=size)
                for layer, size in zip(report.layers, found.layers, strict=True)
            ),
            activations=found,
            training=optimizer and memory.training(analysis, optimizer, batch_size),
            parameters=memory.parameters(report),
        )
    )
