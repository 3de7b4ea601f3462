"""CHECK constraints that say which of several references a row has: each table is filled, with every kind of row."""

import pytest

from harness.data.seed import seed_tables
from harness.data.shapes import read_shapes
from harness.names import QualifiedName

TARGETS = ("room", "event", "talk", "person", "team")
COLUMNS = ", ".join(f"{name}_id integer REFERENCES {name}" for name in TARGETS)
KINDS = ", ".join(
    f"CHECK (kind <> {number} OR ({' AND '.join(f'{name}_id IS NULL' for name in TARGETS if name != chosen)} "
    f"AND {chosen}_id IS NOT NULL))" for number, chosen in enumerate(TARGETS, 1))
TABLES = {
    "either": "room_id integer REFERENCES room, event_id integer REFERENCES event, "
              "CHECK ((room_id IS NULL) <> (event_id IS NULL))",
    "one_of": f"{COLUMNS}, CHECK (num_nonnulls({', '.join(f'{name}_id' for name in TARGETS)}) = 1)",
    "added_up": f"{COLUMNS}, CHECK ({' + '.join(f'({name}_id IS NOT NULL)::int' for name in TARGETS[:3])} = 1)",
    "by_kind": f"kind smallint NOT NULL CHECK (kind IN (1, 2, 3, 4, 5)), {COLUMNS}, {KINDS}",
    "by_kind_of_text": "kind text NOT NULL, provider text, name text, person_id integer REFERENCES person, "
                       "team_id integer REFERENCES team, "
                       "CHECK (kind = 'person' AND person_id IS NOT NULL AND team_id IS NULL AND provider IS NULL "
                       "OR kind = 'team' AND team_id IS NOT NULL AND person_id IS NULL AND provider IS NULL "
                       "OR kind = 'outside' AND provider IS NOT NULL AND name IS NOT NULL AND team_id IS NULL "
                       "AND person_id IS NULL), CHECK ((provider IS NULL) = (name IS NULL))",
    "with_a_default": f"is_default boolean NOT NULL, title text, {COLUMNS}, mode smallint NOT NULL "
                      f"CHECK (mode IN (1, 2)), kind smallint NOT NULL CHECK (kind IN (1, 2, 3, 4, 5)), {KINDS}, "
                      "CHECK (is_default = (title IS NULL)), CHECK (NOT (is_default AND mode <> 1))",
}
WANTED = 10


@pytest.fixture(scope="module")
def filled(databases):
    """Connection to a database whose tables are filled, and how many rows each holds."""
    name = databases.create("references")
    with databases.connect(name) as connection:
        connection.execute("SET search_path = public")
        for target in TARGETS:
            connection.execute(f"CREATE TABLE {target} (id serial PRIMARY KEY)")
        for table, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {table} (id serial PRIMARY KEY, {columns})")
        connection.execute("SET search_path = ''")
        shapes = read_shapes(connection)
        outcomes = seed_tables(connection, shapes, only=list(shapes.tables), rows=WANTED, seed=1)
        yield connection, {outcome.table: outcome for outcome in outcomes}
    databases.drop(name)


@pytest.mark.parametrize("table", TABLES)
def test_the_table_takes_all_rows_wanted(table, filled):
    outcome = filled[1][QualifiedName("public", table)]
    assert (outcome.rows, outcome.error) == (WANTED, None)


@pytest.mark.parametrize(("table", "kinds"), [
    ("by_kind", "kind"), ("by_kind_of_text", "kind"), ("with_a_default", "kind"), ("either", "room_id IS NULL")])
def test_rows_of_several_kinds_are_made(table, kinds, filled):
    ((found,),) = filled[0].execute(f"SELECT count(DISTINCT {kinds}) FROM public.{table}").fetchall()
    assert found > 1
