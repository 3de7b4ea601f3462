"""What deletes take with them is measured, whatever the foreign keys and triggers say."""

import pytest

from harness.cascade.model import Deletion, NotMeasured, Refusal, TableEffect
from harness.catalog import capture
from harness.data import deleting
from harness.data.contents import read_contents
from harness.data.deleting import measure_deletes
from harness.names import QualifiedName


def name(text):
    schema, _, table = text.rpartition(".")
    return QualifiedName(schema or "public", table)


@pytest.fixture
def measure(connection):
    """Measures in a database made by SQL, and sees to it that nothing of it stays."""

    def run(sql):
        connection.execute("SET search_path TO public")
        connection.execute(sql)
        connection.execute("SET search_path TO ''")
        before = read_contents(connection, capture(connection))
        facts = measure_deletes(connection, before)
        assert read_contents(connection, capture(connection)).rows == before.rows
        return facts

    return run


def of_parent(facts, table):
    return dict(facts.from_parents)[name(table)]


def of_key(facts, constraint):
    (found,) = (measured for key, measured in zip(facts.keys, facts.by_key, strict=True) if key.name == constraint)
    return found


def effects(measured):
    """What was deleted, changed and added, by table, without what was not."""
    assert isinstance(measured, Deletion), measured
    return {
        str(effect.table).removeprefix("public."): {
            what: number for what in ("deleted", "changed", "added") if (number := getattr(effect, what))}
        for effect in measured.effects}


THREE_LEVELS = """
    CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
    CREATE TABLE lines (id int PRIMARY KEY, order_id int REFERENCES orders ON DELETE CASCADE);
    INSERT INTO users VALUES (1), (2), (3);
    INSERT INTO orders VALUES (10, 1), (11, 1), (20, 2), (30, NULL);
    INSERT INTO lines VALUES (1, 10), (2, 20), (3, 20), (4, 20), (5, NULL);
"""


def test_three_levels_are_deleted_from_the_row_with_the_most_below_it(measure):
    facts = measure(THREE_LEVELS)
    measured = of_parent(facts, "users")
    assert measured.row == "(id=2)"
    assert effects(measured) == {"users": {"deleted": 1}, "orders": {"deleted": 1}, "lines": {"deleted": 3}}
    assert measured.of(name("lines")) == TableEffect(table=name("lines"), rows=5, deleted=3)


def test_each_foreign_key_is_measured_from_its_own_parent(measure):
    facts = measure(THREE_LEVELS)
    assert effects(of_key(facts, "lines_order_id_fkey")) == {"orders": {"deleted": 1}, "lines": {"deleted": 3}}


def test_a_foreign_key_on_which_the_largest_delete_does_not_act_is_measured_by_another(measure):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
        CREATE TABLE cards (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
        INSERT INTO users VALUES (1), (2);
        INSERT INTO orders VALUES (1, 1), (2, 1), (3, 1);
        INSERT INTO cards VALUES (1, 2);
    """)
    assert of_parent(facts, "users").row == "(id=1)"
    assert of_key(facts, "cards_user_id_fkey").row == "(id=2)"
    assert effects(of_key(facts, "cards_user_id_fkey")) == {"users": {"deleted": 1}, "cards": {"deleted": 1}}


def test_a_cycle_is_deleted_round(measure):
    facts = measure("""
        CREATE TABLE teams (id int PRIMARY KEY, lead int);
        CREATE TABLE people (id int PRIMARY KEY, team int REFERENCES teams ON DELETE CASCADE);
        ALTER TABLE teams ADD CONSTRAINT teams_lead FOREIGN KEY (lead) REFERENCES people ON DELETE CASCADE;
        INSERT INTO teams VALUES (1, NULL), (2, NULL);
        INSERT INTO people VALUES (1, 1), (2, 1), (3, 2);
        UPDATE teams SET lead = 2 WHERE id = 2;
    """)
    assert effects(of_parent(facts, "teams")) == {"teams": {"deleted": 2}, "people": {"deleted": 3}}


def test_a_table_that_refers_to_itself_is_counted_with_the_row(measure):
    facts = measure("""
        CREATE TABLE nodes (id int PRIMARY KEY, up int REFERENCES nodes ON DELETE CASCADE);
        INSERT INTO nodes VALUES (1, NULL), (2, 1), (3, 2), (4, NULL);
    """)
    assert effects(of_parent(facts, "nodes")) == {"nodes": {"deleted": 3}}


def test_a_composite_key_with_a_null_in_it_refers_to_nothing(measure):
    facts = measure("""
        CREATE TABLE posts (channel int, msg int, PRIMARY KEY (channel, msg));
        CREATE TABLE views (id int PRIMARY KEY, c int, m int,
                            CONSTRAINT views_post FOREIGN KEY (c, m) REFERENCES posts ON DELETE CASCADE);
        INSERT INTO posts VALUES (1, 1), (1, 2);
        INSERT INTO views VALUES (1, 1, 2), (2, 1, NULL), (3, NULL, 2);
    """)
    (key,) = facts.keys
    assert (key.columns, key.referenced_columns) == (("c", "m"), ("channel", "msg"))
    measured = of_key(facts, "views_post")
    assert measured.row == "(channel=1, msg=2)"
    assert effects(measured) == {"posts": {"deleted": 1}, "views": {"deleted": 1}}


def test_what_is_set_to_null_or_default_is_counted_as_changed(measure):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
        CREATE TABLE notes (id int PRIMARY KEY, author int REFERENCES users ON DELETE SET NULL);
        CREATE TABLE tasks (id int PRIMARY KEY, owner int DEFAULT 1 REFERENCES users ON DELETE SET DEFAULT);
        INSERT INTO users VALUES (1), (2);
        INSERT INTO orders VALUES (1, 2);
        INSERT INTO notes VALUES (1, 2), (2, 2), (3, 1);
        INSERT INTO tasks VALUES (1, 2), (2, 1);
    """)
    measured = of_parent(facts, "users")
    assert effects(measured) == {"users": {"deleted": 1}, "notes": {"changed": 2}, "orders": {"deleted": 1},
                                 "tasks": {"changed": 1}}
    assert measured.of(name("notes")).columns == ("author",)
    assert {key.child.name: key.on_delete.value for key in facts.keys} == {
        "notes": "SET NULL", "orders": "CASCADE", "tasks": "SET DEFAULT"}


def test_what_triggers_delete_change_and_write_is_counted_though_no_foreign_key_tells(measure):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
        CREATE TABLE visits (id int PRIMARY KEY, who int);
        CREATE TABLE totals (id int PRIMARY KEY, orders int);
        CREATE TABLE log (id serial PRIMARY KEY, what text);
        CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            DELETE FROM visits WHERE who = OLD.id;
            UPDATE totals SET orders = orders - 1;
            INSERT INTO log (what) VALUES ('gone');
            RETURN OLD; END $$;
        CREATE TRIGGER users_tidy AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION tidy();
        INSERT INTO users VALUES (1);
        INSERT INTO orders VALUES (1, 1);
        INSERT INTO visits VALUES (1, 1), (2, 1), (3, 7);
        INSERT INTO totals VALUES (1, 5);
    """)
    assert effects(of_parent(facts, "users")) == {
        "users": {"deleted": 1}, "orders": {"deleted": 1}, "visits": {"deleted": 2}, "totals": {"changed": 1},
        "log": {"added": 1}}
    (trigger,) = facts.triggers
    assert (trigger.name, trigger.table, trigger.timing, trigger.function) == (
        "users_tidy", name("users"), "AFTER", "public.tidy()")


def test_a_trigger_that_keeps_the_row_is_believed_and_not_the_foreign_key(measure):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER users_keep BEFORE DELETE ON users FOR EACH ROW EXECUTE FUNCTION keep();
        INSERT INTO users VALUES (1);
        INSERT INTO orders VALUES (1, 1);
    """)
    assert effects(of_parent(facts, "users")) == {}


def test_a_delete_that_something_further_down_refuses_is_said_with_its_error(measure):
    facts = measure(THREE_LEVELS + """
        CREATE TABLE bills (id int PRIMARY KEY, line int NOT NULL REFERENCES lines ON DELETE RESTRICT);
        INSERT INTO bills SELECT id, id FROM lines;
    """)
    measured = of_parent(facts, "users")
    assert isinstance(measured, NotMeasured)
    assert [refusal.row for refusal in measured.refused] == ["(id=2)", "(id=1)"]
    assert all(refusal.error.startswith("RestrictViolation: ") or "ForeignKeyViolation: " in refusal.error
               for refusal in measured.refused)
    assert all("bills_line_fkey" in refusal.error for refusal in measured.refused)


def test_after_a_refusal_the_next_row_is_tried(measure):
    facts = measure(THREE_LEVELS + """
        CREATE TABLE bills (id int PRIMARY KEY, line int NOT NULL REFERENCES lines);
        INSERT INTO bills VALUES (1, 3);
    """)
    measured = of_parent(facts, "users")
    assert measured.row == "(id=1)"
    assert [refusal.row for refusal in measured.refused] == ["(id=2)"]
    assert effects(measured) == {"users": {"deleted": 1}, "orders": {"deleted": 2}, "lines": {"deleted": 1}}


@pytest.mark.parametrize(("obstacle", "error"), [
    ("""CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'lines are for ever'; END $$;
        CREATE TRIGGER lines_refuse BEFORE DELETE ON lines FOR EACH ROW EXECUTE FUNCTION refuse();""",
     "RaiseException: lines are for ever"),
    ("""CREATE TABLE bills (id int PRIMARY KEY, line int REFERENCES lines DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO bills SELECT id, id FROM lines;""",
     'ForeignKeyViolation: update or delete on table "lines" violates foreign key constraint "bills_line_fkey"'),
    ("""CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not at the end'; END $$;
        CREATE CONSTRAINT TRIGGER lines_refuse AFTER DELETE ON lines DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION refuse();""",
     "RaiseException: not at the end"),
], ids=["a trigger that raises", "a deferred foreign key", "a deferred trigger"])
def test_what_refuses_a_delete_is_said_as_it_is(measure, obstacle, error):
    measured = of_key(measure(THREE_LEVELS + obstacle), "lines_order_id_fkey")
    assert isinstance(measured, NotMeasured)
    assert measured.refused[0].error.startswith(error)


@pytest.mark.parametrize(("rows", "reason"), [
    ("", "public.orders has no rows"),
    ("INSERT INTO users VALUES (1); INSERT INTO orders VALUES (1, NULL);", "no row refers to a row of public.users"),
])
def test_without_rows_that_refer_nothing_is_measured(measure, rows, reason):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
    """ + rows)
    assert of_parent(facts, "users") == of_key(facts, "orders_user_id_fkey") == NotMeasured(reason=reason)


def test_partitions_are_counted_under_their_root_on_either_side(measure):
    facts = measure("""
        CREATE TABLE events (id int, day int, PRIMARY KEY (id, day)) PARTITION BY LIST (day);
        CREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);
        CREATE TABLE events_2 PARTITION OF events FOR VALUES IN (2) PARTITION BY LIST (id);
        CREATE TABLE events_2_1 PARTITION OF events_2 DEFAULT;
        CREATE TABLE seen (id int, event int, day int, FOREIGN KEY (event, day) REFERENCES events ON DELETE CASCADE)
            PARTITION BY LIST (id);
        CREATE TABLE seen_all PARTITION OF seen DEFAULT;
        INSERT INTO events VALUES (1, 1), (2, 2);
        INSERT INTO seen VALUES (1, 1, 1), (2, 2, 2), (3, 2, 2);
    """)
    assert [key.title for key in facts.keys] == ["public.seen.seen_event_day_fkey"]
    measured = of_parent(facts, "events")
    assert measured.row == "(id=2, day=2)"
    assert effects(measured) == {"events": {"deleted": 1}, "seen": {"deleted": 2}}


def test_a_foreign_key_of_one_partition_alone_is_counted_under_the_root(measure):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE visits (id int, who int) PARTITION BY LIST (id);
        CREATE TABLE visits_1 PARTITION OF visits FOR VALUES IN (1);
        CREATE TABLE visits_2 PARTITION OF visits FOR VALUES IN (2);
        ALTER TABLE visits_1 ADD CONSTRAINT visits_1_who FOREIGN KEY (who) REFERENCES users ON DELETE CASCADE;
        INSERT INTO users VALUES (7);
        INSERT INTO visits VALUES (1, 7), (1, 7), (2, 7);
    """)
    (key,) = facts.keys
    assert (key.child, key.counted_in) == (name("visits_1"), name("visits"))
    assert effects(of_key(facts, "visits_1_who")) == {"users": {"deleted": 1}, "visits": {"deleted": 2}}


def test_nothing_cascades_from_the_rows_of_an_heir(measure):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE staff () INHERITS (users);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
        INSERT INTO staff VALUES (1);
        INSERT INTO users VALUES (2);
        INSERT INTO orders VALUES (1, 2);
    """)
    assert effects(of_parent(facts, "users")) == {"users": {"deleted": 1}, "orders": {"deleted": 1}}


def test_other_schemas_and_names_that_need_quotes_are_written_as_they_are(measure):
    facts = measure("""
        CREATE SCHEMA "Sales %s";
        CREATE TABLE "Sales %s"."User's" ("Id %" int PRIMARY KEY);
        CREATE TABLE "order" (id int PRIMARY KEY, "user" int);
        ALTER TABLE "order" ADD CONSTRAINT "Of ""%Users" FOREIGN KEY ("user") REFERENCES "Sales %s"."User's"
            ON DELETE CASCADE;
        INSERT INTO "Sales %s"."User's" VALUES (1);
        INSERT INTO "order" VALUES (1, 1);
    """)
    (key,) = facts.keys
    assert key.title == 'public."order"."Of ""%Users"'
    measured = of_key(facts, 'Of "%Users')
    assert measured.row == '("Id %"=1)'
    assert effects(measured) == {'"Sales %s"."User\'s"': {"deleted": 1}, '"order"': {"deleted": 1}}


def test_triggers_find_their_tables_as_in_a_session_of_the_application(measure):
    facts = measure("""
        CREATE TABLE log (what text);
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
        CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES ('gone'); RETURN OLD;
            END $$;
        CREATE TRIGGER orders_note AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION note();
        INSERT INTO users VALUES (1);
        INSERT INTO orders VALUES (1, 1);
    """)
    assert effects(of_parent(facts, "users"))["log"] == {"added": 1}


@pytest.mark.parametrize(("columns", "only_joins"), [
    ("u int REFERENCES users ON DELETE CASCADE, r int REFERENCES roles, PRIMARY KEY (u, r)", True),
    ("id serial PRIMARY KEY, u int REFERENCES users ON DELETE CASCADE, r int REFERENCES roles", True),
    ("u int REFERENCES users ON DELETE CASCADE, r int REFERENCES roles, since date, PRIMARY KEY (u, r)", False),
    ("id serial PRIMARY KEY, u int REFERENCES users ON DELETE CASCADE", False),
])
def test_a_table_only_joins_where_it_holds_nothing_but_references(measure, columns, only_joins):
    facts = measure(f"CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE roles (id int PRIMARY KEY); "
                    f"CREATE TABLE user_roles ({columns})")
    assert [key.only_joins for key in facts.keys] == [only_joins]


def test_a_table_to_which_others_refer_does_not_only_join(measure):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE roles (id int PRIMARY KEY);
        CREATE TABLE user_roles (id int PRIMARY KEY, u int REFERENCES users ON DELETE CASCADE, r int REFERENCES roles);
        CREATE TABLE grants (id int PRIMARY KEY, of int REFERENCES user_roles);
    """)
    assert [key.only_joins for key in facts.keys] == [False]


def test_an_ordinary_foreign_key_is_none_of_it(measure):
    facts = measure("CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE orders (u int REFERENCES users)")
    assert (facts.keys, facts.from_parents) == ((), ())


def test_a_foreign_key_that_is_not_enforced_does_nothing(measure, server):
    if server.version_number < 180000:
        pytest.skip("NOT ENFORCED came with PostgreSQL 18")
    facts = measure("CREATE TABLE users (id int PRIMARY KEY); "
                    "CREATE TABLE orders (u int REFERENCES users ON DELETE CASCADE NOT ENFORCED)")
    assert facts.keys == ()


def test_a_refusal_names_its_row(measure):
    facts = measure("""
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            RAISE 'no' USING DETAIL = 'never'; END $$;
        CREATE TRIGGER users_refuse BEFORE DELETE ON users EXECUTE FUNCTION refuse();
        INSERT INTO users VALUES (1);
        INSERT INTO orders VALUES (1, 1);
    """)
    assert of_parent(facts, "users").refused == (Refusal("(id=1)", "RaiseException: no; never"),)


def test_where_all_would_be_too_much_the_roots_are_measured_and_the_rest_says_so(measure, monkeypatch):
    monkeypatch.setattr(deleting, "_MOST_COST", 1)
    facts = measure(THREE_LEVELS)
    assert isinstance(of_parent(facts, "users"), Deletion)
    assert isinstance(of_key(facts, "orders_user_id_fkey"), Deletion)
    assert of_parent(facts, "orders") == of_key(facts, "lines_order_id_fkey") == NotMeasured(
        reason="what the chains of this schema lead to is too much to read after each delete")


def test_why_a_delete_was_refused_is_told_in_short_where_the_key_is_long(measure):
    facts = measure("""
        CREATE TABLE p (id text PRIMARY KEY); CREATE TABLE c (p text REFERENCES p);
        CREATE TABLE d (p text REFERENCES p ON DELETE CASCADE);
        INSERT INTO p SELECT repeat('long', 500); INSERT INTO c TABLE p; INSERT INTO d TABLE p;
    """)
    measured = of_parent(facts, "p")
    assert isinstance(measured, NotMeasured)
    (refusal,) = measured.refused
    assert refusal.error.startswith("ForeignKeyViolation: update or delete on table")
    assert len(refusal.error) == 400
