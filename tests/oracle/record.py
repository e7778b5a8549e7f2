"""Records what Keras makes of some cases of every kind: python tests/oracle/record.py."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import HealthCheck, Phase, given, seed, settings

from convcalc.layers import kinds
from oracle.differences import known
from oracle.keras_judge import NEEDS_TENSORFLOW, judge
from oracle.outcome import Accepted, Case, Outcome, Refused, infer
from oracle.strategies import STRATEGIES

RECORDED = Path(__file__).with_name("recorded.jsonl")
WANTED = {"accepted": 24, "arguments": 14, "inputs": 6}
"""Cases of a kind: accepted, refused for the arguments alone, refused for the inputs."""


def record(kind: str) -> list[str]:
    """The lines of a kind: cases spread evenly over what the strategy draws."""
    rows: dict[str, dict[str, None]] = {outcome: {} for outcome in WANTED}

    @seed(2015)
    @settings(
        max_examples=400,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(STRATEGIES[kind])
    def draw(case: Case) -> None:
        ours = infer(kind, *case)
        outcome = judge(kind, *case, doubted=isinstance(ours, Refused))
        if not known(kind, case, outcome, ours):
            heading = "accepted" if isinstance(outcome, Accepted) else outcome.by
            rows[heading][row(kind, case, outcome)] = None

    draw()
    return [line for heading, n in WANTED.items() for line in spread(list(rows[heading]), n)]


def row(kind: str, case: Case, outcome: Outcome) -> str:
    """One line of the table."""
    told = (
        {"outputs": outcome.outputs, "weights": outcome.weights}
        if isinstance(outcome, Accepted)
        else {"refused": outcome.by}
    )
    called = {"args": case.args, "inputs": case.inputs} | (
        {"names": case.names} if case.names else {}
    )
    return json.dumps({"kind": kind, **called, **told}, separators=(",", ":"))


def spread(lines: list[str], count: int) -> list[str]:
    """So many of the lines, evenly spaced."""
    return lines[:: max(1, -(-len(lines) // count))]


if __name__ == "__main__":
    table = [line for kind in sorted(kinds().keys() - NEEDS_TENSORFLOW) for line in record(kind)]
    RECORDED.write_text("".join(f"{line}\n" for line in table), encoding="utf-8")
    print(f"{len(table)} cases of {len(kinds())} kinds, {RECORDED.stat().st_size:,} bytes")  # noqa: T201
