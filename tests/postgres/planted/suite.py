"""The tests that each family of planted defects goes through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from harness.findings.model import Finding, Severity
from harness.outcomes import Checked
from tests.postgres.planted.history import twin_of
from tests.postgres.planted.model import Find, Planted


class PlantedSuite:
    """A family; its class names its cases. All of them are one history, walked once."""

    CASES: ClassVar[Mapping[str, Planted]] = {}

    def test_it_is_found_with_its_rule_column_and_number_of_rows(self, planted, results, counted):
        wanted = [counted(find.of(planted)) for find in self.CASES[planted].finds]
        assert all(find.rows != 0 for find in wanted), f"no row shows it: {wanted}"
        assert found(results, planted, wanted) == set(wanted), told(results, planted)

    def test_its_twin_is_not_accused(self, planted, results, counted):
        wanted = [counted(find.of(twin_of(planted))) for find in self.CASES[planted].twin_finds]
        assert found(results, twin_of(planted), wanted) == set(wanted), told(results, twin_of(planted))


def found(results, revision, wanted):
    """What was reported of a revision, by the same measure; counts only where a count is wanted."""
    assert isinstance(results[revision].outcome, Checked), results[revision].outcome
    counts = {(find.rule, find.object): find for find in wanted}
    return {_as_find(finding, counts.get((finding.rule, finding.object)))
            for finding in results[revision].findings if finding.severity is not Severity.INFO}


def _as_find(finding: Finding, wanted: Find | None) -> Find:
    columns = finding.evidence.columns
    rows = finding.evidence.rows if wanted is None or wanted.rows is not None else None
    return Find(finding.rule, finding.object, rows, columns[0] if columns else None)


def told(results, revision):
    """All that was reported of a revision, for who reads why a test failed."""
    return "\n".join(
        [f"of {revision} was reported:", *(
            f"{f.rule} {f.severity} {f.object}: {f.message} [rows={f.evidence.rows} columns={f.evidence.columns} "
            f"statement={f.evidence.statement}] {f.evidence.samples}" for f in results[revision].findings)])
