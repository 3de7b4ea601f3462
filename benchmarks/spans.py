"""Where the time of a check goes: functions of the harness are wrapped from outside, each for one part of the work.

A part is charged for the time in its functions that no other part is charged for, so that the parts add up to the
whole. A wrapped call costs about a microsecond; a profiler that hooks every call costs several times what it measures.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

STEPS = "steps"
IN_WORKER = "steps: in the worker"
"""Of the steps, what the worker took; the rest is the way there and back."""

TARGETS: tuple[tuple[str, str], ...] = (
    ("server: initdb", "harness.servers.throwaway:_initdb"),
    ("server: files of the wheel", "harness.servers.embedded_wheel:_link_into"),
    ("server: start", "harness.servers.throwaway:_start_postgres"),
    ("server: start", "harness.servers.throwaway:_wait"),
    ("server: stop", "harness.servers.throwaway:_stop"),
    ("worker: start, read the project", "harness.walk.process:start"),
    ("worker: end", "harness.walk.process:Worker.close"),
    ("env.py", "harness.walk.stepper:Stepper.prepare"),
    ("env.py", "harness.walk.stepper:Stepper._open"),
    ("env.py", "harness.walk.stepper:Stepper.release"),
    ("databases: make, clone, drop", "harness.servers.databases:Databases.create"),
    ("databases: make, clone, drop", "harness.servers.databases:Databases.clone"),
    ("databases: make, clone, drop", "harness.servers.databases:Databases.drop"),
    ("databases: connect", "harness.servers.databases:Databases.connect"),
    (STEPS, "harness.walk.stepper:Stepper.step"),
    ("snapshots: read", "harness.catalog.snapshot:capture"),
    ("snapshots: compare", "harness.catalog.snapshot:not_shared"),
    ("snapshots: compare", "harness.catalog.diff:*"),
    ("shapes of tables: read", "harness.walk.reading:Reader.shapes"),
    ("rows and sequences: read", "harness.data.contents:*"),
    ("rows: compare", "harness.data.compare:compare_rows"),
    ("rows: compare", "harness.walk.measure:*"),
    ("sequences: put back", "harness.data.sequences:restore_sequences"),
    ("seeding", "harness.walk.filling:*"),
    ("live rows: write", "harness.data.live:*"),
    ("live rows: take out", "harness.data.remove:*"),
    ("live rows: compare", "harness.walk.live:LiveTrip._compare"),
    ("rows that block: find", "harness.walk.isolation:Isolation.find"),
    ("rows that block: find", "harness.walk.isolation:Isolation.find_among"),
    ("roles", "harness.walk.lineage:read_roles"),
    ("judging", "harness.findings.judge:*"),
    ("judging", "harness.findings.history:*"),
    ("report", "harness.cli.check:report"),
)
"""Each part of the work with what does it: ``module:function``, ``module:class.method``, or ``module:*`` for every
public function that returns when its work is done."""


@dataclass(slots=True)
class _Open:
    """A span that has not ended."""

    part: str
    began: float
    inner_seconds: float = 0.0


class Spans:
    """Seconds by part of the work, and how many calls they are of."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: defaultdict[str, int] = defaultdict(int)
        self._open: list[_Open] = []

    @contextmanager
    def span(self, part: str) -> Iterator[None]:
        """Charge what happens inside to ``part``, but for what inner spans are charged for."""
        self._begin(part)
        try:
            yield
        finally:
            self._end()

    def wrap(self, part: str, target: str) -> None:
        """Have calls of ``target`` charged to ``part``, wherever the harness has imported it to."""
        for holder, name, function in find(target):
            wrapped = self._charging(part, function)
            setattr(holder, name, wrapped)
            for module_name, module in list(sys.modules.items()):
                if module_name.split(".")[0] == "harness":
                    for key, value in list(vars(module).items()):
                        if value is function:
                            setattr(module, key, wrapped)

    def _begin(self, part: str) -> None:
        self._open.append(_Open(part, time.perf_counter()))

    def _end(self) -> None:
        span = self._open.pop()
        seconds = time.perf_counter() - span.began
        self.seconds[span.part] += seconds - span.inner_seconds
        self.calls[span.part] += 1
        if self._open:
            self._open[-1].inner_seconds += seconds

    def _charging(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def charged(*arguments: Any, **keywords: Any) -> Any:
            self._begin(part)
            try:
                result = function(*arguments, **keywords)
            finally:
                self._end()
            if part == STEPS:
                self.seconds[IN_WORKER] += result.seconds
            return result

        return charged


def find(target: str) -> tuple[tuple[Any, str, Callable[..., Any]], ...]:
    """What ``target`` names: the module or class that holds each function, its name there, and itself.

    Raises:
        AttributeError: there is nothing of that name.
    """
    module_name, _, path = target.partition(":")
    holder: Any = importlib.import_module(module_name)
    if path == "*":
        return tuple(
            (holder, name, function) for name, function in inspect.getmembers(holder, inspect.isfunction)
            if function.__module__ == module_name and not name.startswith("_")
            and not inspect.isgeneratorfunction(inspect.unwrap(function))
        )
    *classes, name = path.split(".")
    for part in classes:
        holder = getattr(holder, part)
    return ((holder, name, getattr(holder, name)),)
