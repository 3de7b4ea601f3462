"""Nothing that a snapshot is read from goes unwatched."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from harness.catalog.signature import PIECEMEAL, Changes, Glance, Signature, Word, find_changes, follow
from harness.catalog.versions import VARIANTS
from harness.catalog.watches import WATCHES, Scope
from harness.locks import RARE_CATALOGS

# What a query reads, by name, and no change of which shows: the name of the database, the views and functions.
_NOT_READ = {"pg_database", "pg_user_mapping"}
_WATCHED_BY_ITS_VIEW = {"pg_user_mappings"}
_WATCHED_BY_ITS_VIEW_AND_RARE = {"pg_user_mapping"}


def test_every_catalog_that_a_query_reads_is_watched():
    folder = files("harness.catalog") / "queries"
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir()] + [item.sql for item in VARIANTS.values()]
    read = {name for text in texts for name in re.findall(r"\b(?:FROM|JOIN)\s+(pg_\w+)(?!\w*\()", text)}
    watched = {watch.catalog for watch in WATCHES} | _NOT_READ | _WATCHED_BY_ITS_VIEW
    assert {"pg_class", "pg_rewrite", "pg_statistic_ext"} <= read
    assert read <= watched


def test_a_watch_of_objects_has_a_key():
    assert all(watch.key != "0" for watch in WATCHES if watch.scope is not Scope.EVERYTHING)
    assert all(watch.has_own_key or watch.key == "16383::oid"
               for watch in WATCHES if watch.scope is Scope.RELATIONS)


def test_what_is_told_by_writes_to_rare_catalogs_is_told_by_them_alone():
    for scope in (Scope.ROUTINES, Scope.SCHEMAS):
        assert all(watch.is_rare for watch in WATCHES if watch.scope is scope)
    for scope in (Scope.RELATIONS, Scope.TYPES):
        assert not any(watch.is_rare for watch in WATCHES if watch.scope is scope)
    assert {watch.catalog for watch in WATCHES if watch.is_rare} | _WATCHED_BY_ITS_VIEW_AND_RARE == set(RARE_CATALOGS)


def signature(
    *, rows: int = 0, counts: dict[int, int] | None = None, others: str = "", contents: str = "", rare: str = "",
    types: dict[int, str] | None = None, **relations: str,
) -> Signature:
    words = {int(oid.removeprefix("oid")): word for oid, word in relations.items()}
    return Signature((words, types or {}, *({} for _ in PIECEMEAL[2:])), others, contents, rare, rows,
                     len(types or {}), counts or {}, "750")


def test_changes_are_told_apart():
    before = signature(oid1="114:7:1:1", oid2="114:8:1:1", oid3="118:9:1:1")
    after = signature(oid1="114:7:2:1", oid3="118:9:1:1", oid4="83:6:1:1")
    assert find_changes(before, after) == Changes(
        gone=(Word(Scope.RELATIONS, 2, "r", "8"),),
        come=(Word(Scope.RELATIONS, 4, "S", "6"),),
        altered=(Word(Scope.RELATIONS, 1, "r", "7"),),
        renamed=(),
    )


def test_another_name_of_a_relation_is_told_and_of_anything_else_may_show_anywhere():
    changes = find_changes(signature(oid1="114:7:1:1"), signature(oid1="114:8:2:1"))
    assert changes is not None
    assert changes.renamed == (Word(Scope.RELATIONS, 1, "r", "8"),)
    assert find_changes(signature(types={1: "0:7:1:0"}), signature(types={1: "0:8:2:0"})) is None


@pytest.mark.parametrize("what", ["others", "contents", "rare"])
def test_a_change_of_what_is_not_known_piece_by_piece_may_show_anywhere(what):
    assert find_changes(signature(**{what: "5"}), signature(**{what: "6"})) is None


KNOWN = signature(oid1="114:7:1:1", oid2="114:8:1:1", rows=100, counts={1: 5, 2: 4}, contents="3")
TOUCHED = frozenset({1, 9})


def glance(*, rows: int = 103, new_elsewhere: int = 0, contents: str = "3") -> Glance:
    return Glance({1: "114:7:2:1", 9: "83:6:1:1"}, {1: 6, 9: 2}, rows, new_elsewhere, contents, "760")


def test_a_glance_tells_of_what_was_touched_and_goes_into_the_signature():
    followed = follow(KNOWN, glance(), TOUCHED)
    assert followed is not None
    after, changes = followed
    assert [word.oid for word in (*changes.altered, *changes.come)] == [1, 9]
    assert after == signature(oid1="114:7:2:1", oid2="114:8:1:1", oid9="83:6:1:1", rows=103,
                              counts={1: 6, 2: 4, 9: 2}, contents="3")
    assert after.horizon == "760"


TYPED = signature(oid1="114:7:1:1", rows=100, counts={1: 5}, types={3: "0:3:3:0", 4: "0:4:4:0"})
HERE = {"relations": {1: "114:7:2:1"}, "counts": {1: 6}, "contents": "", "horizon": "760"}


@pytest.mark.parametrize(("rows", "new_elsewhere", "types", "new_types", "gone", "come"), [
    (104, 1, {3: "0:3:3:0", 4: "0:4:4:0", 5: "0:5:5:0"}, 1, [], [5]),
    (102, 0, {3: "0:3:3:0"}, 0, [4], []),
    (103, 1, {3: "0:3:3:0", 5: "0:5:5:0"}, 1, [4], [5]),
])
def test_types_that_came_and_went_are_told_beside_what_was_touched(rows, new_elsewhere, types, new_types, gone, come):
    seen = Glance(rows=rows, new_elsewhere=new_elsewhere, **HERE)
    assert follow(TYPED, seen, TOUCHED) is None
    followed = follow(TYPED, replace(seen, types=types, type_rows=len(types), new_types=new_types), TOUCHED)
    assert followed is not None
    after, changes = followed
    assert [word.oid for word in changes.altered] == [1]
    assert ([word.oid for word in changes.gone], [word.oid for word in changes.come]) == (gone, come)
    assert after == signature(oid1="114:7:2:1", rows=101, counts={1: 6}, types=types)


@pytest.mark.parametrize(("rows", "new_elsewhere", "types", "new_types"), [
    (103, 1, {3: "0:3:3:0", 4: "0:9:9:0"}, 1),  # one was altered
    (105, 1, {3: "0:3:3:0", 4: "0:4:4:0", 5: "0:5:5:0"}, 1),  # and something else came
    (104, 2, {3: "0:3:3:0", 4: "0:4:4:0", 5: "0:5:5:0"}, 1),  # and something else was written
])
def test_a_glance_at_types_does_not_do_where_more_changed(rows, new_elsewhere, types, new_types):
    seen = Glance(rows=rows, new_elsewhere=new_elsewhere, types=types, type_rows=len(types), new_types=new_types,
                  **HERE)
    assert follow(TYPED, seen, TOUCHED) is None


@pytest.mark.parametrize("elsewhere", [{"rows": 102}, {"new_elsewhere": 1}, {"contents": "4"}])
def test_a_glance_does_not_do_where_anything_else_changed(elsewhere):
    assert follow(KNOWN, glance(**elsewhere), TOUCHED) is None
