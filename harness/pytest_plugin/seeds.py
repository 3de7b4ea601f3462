"""Read the rows that a team gives to pytest-alembic as seeds of the walk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from harness.data.given import NO_SEEDS, GivenRows, GivenSeeds
from harness.names import RevisionId

_TABLE = "__tablename__"
_MOMENTS = ("before_revision_data", "at_revision_data")


def seeds_from(alembic_config: Any) -> GivenSeeds:
    """The seeds in what the fixture ``alembic_config`` gives: a dict, a pytest-alembic Config, or an Alembic Config.

    Raises:
        pytest.UsageError: a row names no table, or is no row.
    """
    before, at = (_seeds_of(moment, _data(alembic_config, moment)) for moment in _MOMENTS)
    return GivenSeeds(before=before, at=at) if before or at else NO_SEEDS


def without_unknown(seeds: GivenSeeds, known: Iterable[RevisionId]) -> tuple[GivenSeeds, tuple[str, ...]]:
    """Leave out the revisions that the history does not have, and return them too: pytest-alembic passes over them."""
    there = frozenset(known)
    unknown = sorted({revision for moment in (seeds.before, seeds.at) for revision in moment} - there)
    if not unknown:
        return seeds, ()
    kept = GivenSeeds(before={key: rows for key, rows in seeds.before.items() if key in there},
                      at={key: rows for key, rows in seeds.at.items() if key in there})
    return kept, tuple(unknown)


def _data(alembic_config: Any, moment: str) -> Mapping[str, Any]:
    is_dict = isinstance(alembic_config, Mapping)
    found = alembic_config.get(moment) if is_dict else getattr(alembic_config, moment, None)
    found = getattr(found, "data", found)  # pytest-alembic's RevisionSpec
    if found is not None and not isinstance(found, Mapping):
        raise pytest.UsageError(f"cannot read {moment} of alembic_config: {found!r} is no dict; give rows by revision")
    return found or {}


def _seeds_of(moment: str, data: Mapping[str, Any]) -> dict[RevisionId, tuple[GivenRows, ...]]:
    return {RevisionId(revision): tuple(_lots(moment, revision, rows)) for revision, rows in data.items()}


def _lots(moment: str, revision: str, rows: Any) -> Iterator[GivenRows]:
    """Rows in their order, those for one table that follow each other together."""
    lot: list[Mapping[str, object]] = []
    table: str | None = None
    for row in [rows] if isinstance(rows, Mapping) else rows:
        if not isinstance(row, Mapping) or not isinstance(row.get(_TABLE), str):
            raise pytest.UsageError(f"cannot read {moment} of alembic_config: {row!r} for revision {revision!r} names "
                                    f"no table; give it {_TABLE!r}")
        if row[_TABLE] != table and table is not None:
            yield GivenRows(table, tuple(lot))
            lot = []
        table = row[_TABLE]
        lot.append({str(column): value for column, value in row.items() if column != _TABLE})
    if table is not None:
        yield GivenRows(table, tuple(lot))
