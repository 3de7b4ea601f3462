"""An example is written so that a person can paste it, and kept so that the next search finds it."""

import pytest

from harness.data.shapes import ColumnShape, Shapes, TableShape, TypeShape
from harness.names import QualifiedName, RevisionId
from harness.search.examples import NewRow, insert_statements, keep, kept, tables_of

USERS = QualifiedName("public", "users")
ORDER = QualifiedName("public", "order")
REVISION = RevisionId("0002_names")


def column(name, type_name, *, identity="", category="S"):
    kind = TypeShape(oid=1, name=QualifiedName("pg_catalog", type_name), sql=type_name, kind="b", category=category)
    return ColumnShape(name=name, attnum=1, type=kind, not_null=False, default_sql=None, sequence_default=False,
                       identity=identity, generated=False)


def statement(type_name, value, *, table=USERS, name="c", **options):
    shape = TableShape(name=table, oid=1, kind="r", columns=(column(name, type_name, **options),))
    (found,) = insert_statements(Shapes({table: shape}), [NewRow(table, ((name, value),))])
    return found


@pytest.mark.parametrize(("type_name", "value", "written"), [
    ("text", None, "NULL"), ("text", "O'Brien", "'O''Brien'"), ("text", "a\\b", "'a\\b'"), ("text", "7", "'7'"),
    ("int4", "-7", "-7"), ("int4", "0.5", "'0.5'"), ("int4", "007", "'007'"), ("numeric", "0.50", "0.50"),
    ("numeric", "NaN", "'NaN'"), ("float8", "Infinity", "'Infinity'"), ("bool", "true", "true"),
    ("text", "one\ntwo", "E'one\\u000atwo'"), ("text", "it's\t\\", "E'it\\'s\\u0009\\\\'"),
    ("text", "\U0001f469\u200d", "E'\U0001f469\\u200d'"), ("text", "\U000e0001", "E'\\U000e0001'"),
    ("varchar", "x" * 256, "repeat('x', 256)"), ("text", "'" * 40, "repeat('''', 40)"),
    ("text", "x" * 39, f"'{'x' * 39}'"),
    ("jsonb", "1" * 50, f"'{'1' * 50}'"),
])
def test_a_value_is_written_as_a_literal_on_one_line(type_name, value, written):
    found = statement(type_name, value)
    assert found == f"INSERT INTO public.users (c) VALUES ({written});"
    assert len(found.splitlines()) == 1


def test_names_are_quoted_where_they_must_be():
    assert statement("text", "a", table=ORDER, name="Group") == """INSERT INTO public."order" ("Group") VALUES ('a');"""


def test_a_number_that_the_server_would_give_is_given_all_the_same():
    assert "OVERRIDING SYSTEM VALUE" in statement("int4", "1", identity="a")


def test_a_row_of_defaults_is_written():
    shape = TableShape(name=USERS, oid=1, kind="r", columns=(column("c", "text"),))
    (found,) = insert_statements(Shapes({USERS: shape}), [NewRow(USERS, ())])
    assert found == "INSERT INTO public.users DEFAULT VALUES;"


def test_what_is_kept_is_found_again_of_that_revision_alone(tmp_path):
    one, other = ("INSERT INTO a (x) VALUES (1);", "INSERT INTO b (y) VALUES ('-- no comment');"), ("INSERT 2;",)
    keep(tmp_path / "new", REVISION, "versions/0002.py", [("RT101", "public.a", one), ("RT102", "public.b.y", other)])
    assert kept(tmp_path / "new", REVISION) == (one, other)
    assert kept(tmp_path / "new", RevisionId("0002_name")) == ()
    assert kept(tmp_path / "none", REVISION) == ()


def test_a_new_example_replaces_that_of_its_object_and_leaves_the_others(tmp_path):
    keep(tmp_path, REVISION, "p", [("RT101", "public.a", ("1;",)), ("RT101", "public.b", ("2;",))])
    keep(tmp_path, REVISION, "p", [("RT101", "public.b", ("3;",))])
    assert kept(tmp_path, REVISION) == (("1;",), ("3;",))


def test_nothing_found_makes_no_folder(tmp_path):
    keep(tmp_path / "new", REVISION, "p", [])
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("revision", ["../up", "a/b", "x*y", "[z]", "a b"])
def test_a_revision_s_name_is_no_path_and_no_pattern(tmp_path, revision):
    keep(tmp_path, RevisionId(revision), "p", [("RT101", "public.a", ("1;",))])
    assert len(list(tmp_path.iterdir())) == 1
    assert kept(tmp_path, RevisionId(revision)) == (("1;",),)


def test_the_tables_of_statements_are_told_by_their_whole_name():
    tables = {USERS, ORDER, QualifiedName("public", "users_old")}
    assert tables_of(['INSERT INTO public."order" (x) VALUES (1);', "INSERT INTO public.users_old DEFAULT VALUES;"],
                     tables) == {ORDER, QualifiedName("public", "users_old")}
