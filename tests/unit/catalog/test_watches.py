"""Nothing that a snapshot is read from goes unwatched."""

from __future__ import annotations

import re
from importlib.resources import files

from harness.catalog.signature import PIECEMEAL, Changes, Signature, Word, find_changes
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


def test_what_is_told_by_writes_to_rare_catalogs_is_told_by_them_alone():
    for scope in (Scope.ROUTINES, Scope.SCHEMAS):
        assert all(watch.is_rare for watch in WATCHES if watch.scope is scope)
    for scope in (Scope.RELATIONS, Scope.TYPES):
        assert not any(watch.is_rare for watch in WATCHES if watch.scope is scope)
    assert {watch.catalog for watch in WATCHES if watch.is_rare} | _WATCHED_BY_ITS_VIEW_AND_RARE == set(RARE_CATALOGS)


def signature(*relations: str, others: str = "", rare: str = "") -> Signature:
    return Signature((" ".join(relations), *("" for _ in PIECEMEAL[1:])), others, rare)


def test_changes_are_told_apart():
    before = signature("1:114:7:1", "2:114:8:1", "3:118:9:1")
    after = signature("1:114:7:2", "3:118:9:1", "4:83:6:1")
    assert find_changes(before, after) == Changes(
        gone=(Word(Scope.RELATIONS, 2, "r", "8"),),
        come=(Word(Scope.RELATIONS, 4, "S", "6"),),
        altered=(Word(Scope.RELATIONS, 1, "r", "7"),),
        renamed=(),
    )


def test_another_name_of_a_relation_is_told_and_of_anything_else_may_show_anywhere():
    changes = find_changes(signature("1:114:7:1"), signature("1:114:8:2"))
    assert changes is not None
    assert changes.renamed == (Word(Scope.RELATIONS, 1, "r", "8"),)
    types = (Signature(("", word, "", ""), "", "") for word in ("1:0:7:1", "1:0:8:2"))
    assert find_changes(*types) is None


def test_a_change_of_what_is_not_known_piece_by_piece_may_show_anywhere():
    assert find_changes(signature("1:114:7:1", others="5"), signature("1:114:7:1", others="6")) is None
    assert find_changes(signature("1:114:7:1", rare="5"), signature("1:114:7:1", rare="6")) is None
