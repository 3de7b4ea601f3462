"""The foreign keys after a history, and the trees of what a delete takes with it."""

import pytest

from harness.audit.keys import cascade_trees, declared_keys, depth_of, draw_tree, tables_below
from harness.cascade.model import Action

KEY = 'op.create_foreign_key({name!r}, {table!r}, {parent!r}, [{column!r}], ["id"], ondelete={action!r})'


def key(table, column, parent, action="CASCADE", name=None):
    return KEY.format(name=name, table=table, parent=parent, column=column, action=action)


@pytest.fixture
def keys(read):
    """The keys after revisions with these upgrades."""
    def make(*upgrades, before=""):
        return declared_keys([read(text, revision=f"{number:04d}", before=before)
                              for number, text in enumerate(upgrades, 1)])

    return make


def shown(found):
    return [(each.constraint, each.key.table, each.key.parent, each.key.on_delete.value, each.is_certain)
            for each in found]


FIRST = key("orders", "user_id", "users", name="fk")


@pytest.mark.parametrize("later", [
    'op.drop_constraint("fk", "orders")', 'op.drop_table("orders")', 'op.drop_table("users")',
    'op.drop_column("orders", "user_id")', 'op.execute("ALTER TABLE orders DROP CONSTRAINT IF EXISTS fk")',
    'op.execute("DROP TABLE IF EXISTS users CASCADE")', 'op.execute("ALTER TABLE users DROP COLUMN id CASCADE")',
    'with op.batch_alter_table("orders") as batch:\n    batch.drop_constraint("fk")',
])
def test_a_key_that_is_dropped_is_not_there_at_the_end(keys, later):
    assert keys(FIRST, later) == ()


def test_a_key_that_is_made_again_has_its_last_action_and_who_gave_it(keys):
    (found,) = keys(FIRST, 'op.drop_constraint("fk", "orders")\n' + key("orders", "user_id", "users", "RESTRICT", "fk"))
    assert (found.key.on_delete, found.revision, found.key.line) == (Action.RESTRICT, "0002", 11)


@pytest.mark.parametrize("later", [
    'if unknown:\n    op.drop_constraint("fk", "orders")', 'op.drop_constraint(helpers.NAME, "orders")',
    "op.drop_table(helpers.NAME)", 'op.drop_constraint("fk", helpers.NAME)',
    'op.execute("DO $$ BEGIN ALTER TABLE orders DROP CONSTRAINT fk; END $$")', "op.rename_table(helpers.A, helpers.B)",
])
def test_a_key_that_may_have_gone_is_not_certain(keys, later):
    assert shown(keys(FIRST, later, before="from shop import helpers")) == [("fk", "orders", "users", "CASCADE", False)]


@pytest.mark.parametrize(("later", "expected"), [
    ('op.rename_table("orders", "buys")', ("fk", "buys", "users")),
    ('op.rename_table("users", "people")', ("fk", "orders", "people")),
    ('op.execute("ALTER TABLE orders RENAME CONSTRAINT fk TO fk2")', ("fk2", "orders", "users")),
    ('op.drop_constraint("other", "orders")', ("fk", "orders", "users")),
    ('op.drop_constraint("fk", "lines")', ("fk", "orders", "users")),
])
def test_a_key_follows_what_is_renamed(keys, later, expected):
    assert shown(keys(FIRST, later)) == [(*expected, "CASCADE", True)]


def test_a_renamed_column_is_followed(keys):
    (found,) = keys(key("orders", "user_id", "users"),
                    'op.alter_column("orders", "user_id", new_column_name="owner_id")')
    assert found.key.columns == ("owner_id",)
    assert found.constraint == "orders_user_id_fkey"


@pytest.mark.parametrize("name", ["orders_user_id_fkey", "fk_orders_user_id_users"])
def test_an_unnamed_key_goes_by_the_name_that_it_got(keys, name):
    assert keys(key("orders", "user_id", "users"), f'op.drop_constraint("{name}", "orders")') == ()


def test_of_two_unnamed_keys_that_a_name_fits_neither_is_certain(keys):
    found = keys(key("o", "user_id", "users") + "\n" + key("o", "user", "people"),
                 'op.drop_constraint("fk_user_id_x", "o")')
    assert [each.is_certain for each in found] == [False, False]


def test_an_action_that_is_computed_is_not_certain(keys):
    (found,) = keys("op.create_foreign_key('fk', 'a', 'b', ['c'], ['d'], ondelete=helpers.X)",
                    before="from shop import helpers")
    assert not found.is_certain


def test_a_name_that_is_too_long_is_shortened_as_sqlalchemy_does(keys):
    name = "fk_block_schema_reference__reference_block_schema_id__block_schema"
    (found,) = keys(key("a", "b", "c", name=name))
    assert found.constraint == "fk_block_schema_reference__reference_block_schema_id__b_6e5d"


def test_the_tree_shows_every_way_of_a_delete_once(keys):
    tree, own = cascade_trees(keys("\n".join([
        key("channels", "user_id", "users"), key("posts", "channel_id", "channels"), key("posts", "user_id", "users"),
        key("likes", "post_id", "posts"), key("notes", "user_id", "users", "SET NULL"),
        key("plans", "user_id", "users", "RESTRICT"), key("marks", "note_id", "notes"),
    ])))
    assert draw_tree(tree) == (
        "users",
        "├─ channels (user_id)",
        "│  └─ posts (channel_id)",
        "│     └─ likes (post_id)",
        "├─ posts (user_id)  (as above)",
        "└─ notes (user_id)  [SET NULL]",
    )
    assert (tables_below(tree), depth_of(tree)) == (("channels", "posts", "likes"), 3)
    assert draw_tree(own) == ("notes", "└─ marks (note_id)")  # a row that is set to NULL takes nothing with it


def test_each_root_has_its_tree(keys):
    trees = cascade_trees(keys(key("b", "a_id", "a") + "\n" + key("d", "c_id", "c")))
    assert [tree.table for tree in trees] == ["a", "c"]


def test_tables_that_only_reach_each_other_have_one_tree(keys):
    trees = cascade_trees(keys(key("b", "a_id", "a") + "\n" + key("a", "b_id", "b")))
    assert [draw_tree(tree) for tree in trees] == [("a", "└─ b (a_id)", "   └─ a (b_id)  (as above)")]


def test_a_table_that_refers_to_itself_is_drawn_to_an_end(keys):
    (tree,) = cascade_trees(keys(key("nodes", "parent_id", "nodes")))
    assert draw_tree(tree) == ("nodes", "└─ nodes (parent_id)  (as above)")
    assert tables_below(tree) == ()


def test_without_a_cascade_there_is_no_tree(keys):
    assert cascade_trees(keys(key("b", "a_id", "a", "SET NULL") + "\n" + key("d", "c_id", "c", "RESTRICT"))) == ()
