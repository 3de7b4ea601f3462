"""How a delta reads."""

from harness.catalog import Action, AttributeChange, CatalogDelta, Change, ColumnOrder, render
from harness.names import QualifiedName


def lines(*changes: Change) -> tuple[str, ...]:
    return render(CatalogDelta(changes, ()))


def test_what_is_missing_is_one_line():
    assert lines(Change("column", "public.users.phone", Action.REMOVED, (), None, ("character varying(32)",))) == (
        "- column public.users.phone character varying(32)",)


def test_what_was_added_is_one_line():
    assert lines(Change("type", "public.mood", Action.ADDED, (), None, ("AS ENUM ('sad', 'ok')",))) == (
        "+ type public.mood AS ENUM ('sad', 'ok')",)


def test_what_was_altered_shows_each_side():
    attributes = AttributeChange("type", "character varying(50)", "text"), AttributeChange("comment", None, "theirs")
    assert lines(Change("column", "public.users.name", Action.ALTERED, attributes, None)) == (
        "~ column public.users.name",
        "  - type character varying(50)",
        "  + type text",
        "  + comment theirs",
    )


def test_a_text_of_several_lines_keeps_them():
    attributes = (AttributeChange("definition", "SELECT 1;", "SELECT\n1;"),)
    assert lines(Change("view", "public.v", Action.ALTERED, attributes, None)) == (
        "~ view public.v", "  - definition SELECT 1;", "  + definition", "  +   SELECT", "  +   1;")


def test_a_table_lists_what_it_is_made_of():
    change = Change("table", "public.t", Action.ADDED, (), None, ("id integer", "name text"))
    assert lines(change) == ("+ table public.t", "  id integer", "  name text")


def test_the_order_of_columns_shows_both():
    order = ColumnOrder(QualifiedName("public", "t"), ("a", "b"), ("b", "a"))
    assert render(CatalogDelta((), (order,))) == (
        "~ order of the columns of public.t", "  - a, b", "  + b, a")
