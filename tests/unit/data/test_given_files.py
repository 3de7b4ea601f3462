"""Which revision, table and rows a team's seed files give, and which are refused with what is wrong."""

import pytest

from harness.data.given import NO_SEEDS, GivenRows, GivenScript, GivenSeeds
from harness.data.given_files import read_seed_files
from harness.data.given_values import Written
from harness.errors import UsageError

KNOWN = ("ab12", "ab34", "ab3", "cd56")


@pytest.fixture
def users(tmp_path):
    file = tmp_path / "public.users.csv"
    file.write_text('id,name\n1,Ann\n2,\n3,"a,b"\n')
    return file


def read(tmp_path, **seeds):
    named = {key.replace("_", ":"): [str(path) for path in paths] for key, paths in seeds.items()}
    return read_seed_files(named, KNOWN, tmp_path)


def test_the_file_names_the_table_and_its_first_line_the_columns(tmp_path, users):
    (given,) = read(tmp_path, at_cd56=(users,)).at["cd56"]
    assert (given.table, given.origin) == ("public.users", "public.users.csv")
    assert given.rows == ({"id": Written("1"), "name": Written("Ann")}, {"id": Written("2"), "name": None},
                          {"id": Written("3"), "name": Written("a,b")})


@pytest.mark.parametrize(("written", "revision"), [("cd56", "cd56"), ("c", "cd56"), ("ab3", "ab3"), ("ab1", "ab12")])
def test_a_revision_is_named_by_its_id_or_the_start_of_it(tmp_path, users, written, revision):
    assert set(read(tmp_path, **{f"before_{written}": (users,)}).before) == {revision}


def test_files_are_in_the_order_in_which_they_are_named(tmp_path, users):
    orders = tmp_path / "orders.csv"
    orders.write_text("id\n1\n")
    given = read(tmp_path, at_cd56=(orders, users), at_cd=(orders,)).at["cd56"]
    assert [rows.table for rows in given] == ["orders", "public.users", "orders"]


def test_no_files_give_no_seeds(tmp_path):
    assert read(tmp_path) is NO_SEEDS


@pytest.mark.parametrize(("key", "told"), [
    ("at:", "cannot use the seeds of 'at:': it names no moment of the walk and no table; write before:REV"),
    ("after:cd56", "it names no moment"),
    ("", "it names no moment"),
    ("at:ef", "there is no revision 'ef' among the 4 that can be walked"),
    ("at:a", "'a' is the start of 3 revisions: ab12, ab3, ab34"),
])
def test_a_key_that_names_no_place_is_refused(tmp_path, users, key, told):
    with pytest.raises(UsageError) as error:
        read_seed_files({key: (str(users),)}, KNOWN, tmp_path)
    assert told in str(error.value)


@pytest.mark.parametrize(("content", "told"), [
    (None, "in users.csv: No such file or directory"),
    (b"", "its first line does not name every column"),
    (b"id,,name\n", "its first line does not name every column"),
    (b"id,name,id\n", "it names columns twice: id"),
    (b"id,name\n1,Ann\n2\n", "line 3 has 1 fields, not 2"),
    (b'id\n"1\n', "unexpected end of data"),
    (b"id\n\xff\n", "can't decode byte 0xff"),
], ids=["missing", "empty", "unnamed", "twice", "ragged", "quote", "encoding"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content, told):
    file = tmp_path / "users.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match="cannot read the seeds of 'at:cd56'") as error:
        read(tmp_path, at_cd56=(file,))
    assert told in str(error.value)


def test_a_file_of_another_kind_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"users\.txt is no CSV file, no SQL file and no function; give a CSV file"):
        read(tmp_path, at_cd56=(tmp_path / "users.txt",))


def test_a_sql_file_is_read_and_a_function_is_named(tmp_path):
    (tmp_path / "more.sql").write_text("SELECT 1")
    given = read(tmp_path, at_cd56=(tmp_path / "more.sql", "seeds.users:make")).at["cd56"]
    assert given == (GivenScript("more.sql", "SELECT 1"), GivenScript("seeds.users:make"))


def test_a_sql_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(UsageError, match=r"in users\.sql: No such file or directory; give a SQL file in UTF-8"):
        read(tmp_path, at_cd56=(tmp_path / "users.sql",))


def test_a_table_is_a_key_and_names_the_table_of_its_csv_file(tmp_path, users):
    given = read_seed_files({"people": (str(users), "seeds:make")}, KNOWN, tmp_path)
    assert not given.at
    assert [getattr(item, "table", item.origin) for item in given.tables["people"]] == ["people", "seeds:make"]


def test_seeds_of_tables_are_joined():
    first, last = GivenScript("one:make"), GivenScript("two:make")
    joined = GivenSeeds(tables={"a": (first,)}) + GivenSeeds(tables={"a": (last,), "b": (last,)})
    assert joined.tables == {"a": (first, last), "b": (last,)}


def test_seeds_are_joined_moment_by_moment():
    first, last = (GivenRows(name, ({"id": 1},)) for name in ("first", "last"))
    joined = GivenSeeds(at={"a": (first,)}) + GivenSeeds(at={"a": (last,), "b": (last,)}, before={"a": (last,)})
    assert joined == GivenSeeds(at={"a": (first, last), "b": (last,)}, before={"a": (last,)})
