"""Tables for people: drawn on a terminal, plain text elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.machine import Machine
from benchmarks.timing import Ratio, Timing

_PLAIN_WIDTH = 120


def console() -> Console:
    """The standard output; one that is no terminal gets a fixed width, so that it reads the same everywhere."""
    screen = Console()
    return screen if screen.is_terminal else Console(width=_PLAIN_WIDTH)


def new_table(*headings: str) -> Table:
    """A table whose columns after the first hold numbers."""
    table = Table(box=box.SIMPLE)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place else "left")
    return table


def describe(machine: Machine) -> str:
    """The machine in a sentence."""
    versions = "; ".join(f"{name} {version}" for name, version in machine.versions)
    return f"{machine.date}: {machine.cpus} CPUs, load {machine.load} before the first run; {versions}"


def show(machine: Machine, timings: Sequence[Timing], found: Sequence[Ratio]) -> None:
    """Print what was timed."""
    screen = console()
    screen.print(describe(machine), highlight=False)
    table = new_table("", "revisions", "runs", "seconds", "CPU seconds", "ms a revision")
    for timing in timings:
        table.add_row(timing.what, str(timing.revisions), str(len(timing.runs)), f"{timing.seconds:.2f}",
                      _number(timing.cpu_seconds), f"{timing.milliseconds_a_revision:.1f}")
    screen.print(table)
    comparison = new_table("ratio", "value", "by CPU", "goal")
    for ratio in found:
        comparison.add_row(ratio.what, f"{ratio.value:.2f}", _number(ratio.cpu_value), ratio.goal)
    if found:
        screen.print(comparison)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"
