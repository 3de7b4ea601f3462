"""What a GitHub Actions run is told: annotations of lines, as workflow commands.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from harness.findings.model import Severity
from harness.report.layout import printable_lines
from harness.report.reported import Reported, worst_first

MOST_ANNOTATIONS = 10
"""GitHub shows no more of one kind from one step."""
_COMMANDS: Mapping[Severity, str] = MappingProxyType({Severity.ERROR: "error", Severity.WARNING: "warning"})


def workflow_commands(reported: Reported) -> Iterator[str]:
    """Yield a workflow command for each error and warning, errors first; of each as many as GitHub shows."""
    given: Counter[Severity] = Counter()
    for finding in worst_first(reported.result.findings):
        command = _COMMANDS.get(finding.severity)
        given[finding.severity] += 1
        if command is None or given[finding.severity] > MOST_ANNOTATIONS:
            continue
        place = reported.places.of(finding)
        title = " ".join(part for part in (finding.rule, finding.slug, finding.revision) if part)
        yield (f"::{command} file={_property(place.path)},line={place.line},title={_property(title)}"
               f"::{_data(finding.message)}")


def _data(text: str) -> str:
    # A carriage return, which would have to be escaped too, is not printable.
    return printable_lines(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
