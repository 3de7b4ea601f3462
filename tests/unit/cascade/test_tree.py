from harness.cascade.chains import by_parent
from harness.cascade.model import DeleteTrigger
from harness.cascade.tree import draw, lay_out, triggers_by_table
from tests.unit.cascade.foreign_keys_by_hand import key, keys, table


def label(branch):
    name = branch.of.name if isinstance(branch.of, DeleteTrigger) else branch.of.child.name
    return name + (" again" if branch.is_repeated else "")


def drawn(given, root, *, triggers=(), first=None, most=None):
    branches = lay_out(by_parent(given), triggers_by_table(triggers), table(root), set(), first, most)
    return list(draw(branches, label, most=most))


def test_each_table_hangs_below_the_one_it_refers_to():
    assert drawn(keys("users > orders", "orders > lines", "orders > notes", "users > visits"), "users") == [
        "├─ orders",
        "│  ├─ lines",
        "│  └─ notes",
        "└─ visits",
    ]


def test_what_hangs_on_a_table_is_drawn_once():
    assert drawn(keys("users > a", "users > b", "a > c", "b > c", "c > d"), "users") == [
        "├─ a",
        "│  └─ c",
        "│     └─ d",
        "└─ b",
        "   └─ c again",
    ]


def test_a_cycle_and_a_self_reference_end():
    assert drawn(keys("a > b", "b > a", "b > b", "b > c"), "a") == [
        "└─ b",
        "   ├─ a again",
        "   ├─ b again",
        "   └─ c",
    ]


def test_nothing_hangs_below_rows_that_are_only_set_to_null():
    assert drawn(keys("users - orders", "orders > lines"), "users") == ["└─ orders"]


def test_triggers_stand_below_their_table():
    trigger = DeleteTrigger(name="archive", table=table("orders"), timing="AFTER", function="public.archive()")
    assert drawn(keys("users > orders", "orders > lines"), "users", triggers=(trigger,)) == [
        "└─ orders",
        "   ├─ archive",
        "   └─ lines",
    ]


def test_one_branch_is_drawn_alone():
    given = keys("users > orders", "users > visits", "orders > lines")
    assert drawn(given, "users", first=given[0]) == ["└─ orders", "   └─ lines"]


def test_what_another_tree_has_drawn_is_not_drawn_again():
    children = by_parent(keys("users > orders", "shops > orders", "orders > lines"))
    seen = set()
    lay_out(children, {}, table("users"), seen)
    assert [label(branch) for branch in lay_out(children, {}, table("shops"), seen)] == ["orders again"]


def test_of_too_many_lines_the_last_says_so():
    given = keys(*(f"users > t{number:02}" for number in range(10)))
    assert drawn(given, "users", most=4) == ["├─ t00", "├─ t01", "├─ t02", "└─ t03", "… and more below"]


def test_a_chain_of_a_thousand_tables_is_drawn():
    given = tuple(key(f"t{number} > t{number + 1}") for number in range(1000))
    assert len(drawn(given, "t0")) == 1000
