"""What the comparison of two snapshots says."""

from __future__ import annotations

import dataclasses
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest

from harness.catalog import Action, AttributeChange, CatalogDelta, ColumnOrder, Snapshot, diff, objects, render
from harness.catalog.objects import CatalogObject
from harness.names import QualifiedName

CLASSES = tuple(
    item for name in objects.__all__
    if dataclasses.is_dataclass(item := getattr(objects, name)) and item is not CatalogObject
)

# Fields whose values are codes of a catalog, with two that it may hold.
CODES = {"relkind": ("r", "f"), "contype": ("u", "p"), "prokind": ("f", "p")}


def some(hint: Any, other: bool) -> Any:
    """A value of a field's type, or another one."""
    if isinstance(hint, UnionType):
        return some(get_args(hint)[0], other) if other else None
    return {
        bool: other,
        int: int(other),
        str: "other" if other else "one",
        QualifiedName: QualifiedName("app", "other" if other else "one"),
        frozenset[str]: frozenset({"a", "b"} if other else {"a"}),
        tuple[str, ...]: ("a", "b") if other else ("a",),
        tuple[QualifiedName, ...]: (QualifiedName("app", "p"),) if other else (),
    }[hint]


def example(cls: type[CatalogObject]) -> CatalogObject:
    hints = get_type_hints(cls)
    return cls(**{item.name: CODES[item.name][0] if item.name in CODES else some(hints[item.name], other=False)
                  for item in dataclasses.fields(cls)})


def fields_of(*, compare: bool):
    return [pytest.param(cls, item.name, id=f"{cls.__name__}.{item.name}")
            for cls in CLASSES for item in dataclasses.fields(cls) if item.compare is compare]


def perturbed(item: CatalogObject, name: str) -> CatalogObject:
    value = CODES[name][1] if name in CODES else some(get_type_hints(type(item))[name], other=True)
    return dataclasses.replace(item, **{name: value})


@pytest.mark.parametrize(("cls", "name"), fields_of(compare=True))
def test_every_field_that_counts_makes_a_change(cls: type[CatalogObject], name: str):
    item = example(cls)
    other = perturbed(item, name)

    delta = diff(Snapshot((item,)), Snapshot((other,)))

    assert delta
    if (item.kind, item.title) == (other.kind, other.title):
        (change,) = delta.changes
        (attribute,) = change.attributes
        assert attribute.attribute == name.replace("_", " ")
        assert attribute.before != attribute.after
    else:
        assert {change.action for change in delta.changes} == {Action.ADDED, Action.REMOVED}


@pytest.mark.parametrize(("cls", "name"), fields_of(compare=False))
def test_a_field_that_does_not_count_makes_none(cls: type[CatalogObject], name: str):
    item = example(cls)
    assert not diff(Snapshot((item,)), Snapshot((perturbed(item, name),)))


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_what_is_the_same_makes_no_change(cls: type[CatalogObject]):
    assert diff(Snapshot((example(cls),)), Snapshot((example(cls),))) == CatalogDelta((), ())


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_kind_can_be_shown_and_made(cls: type[CatalogObject]):
    item = example(cls)
    (change,) = diff(Snapshot(()), Snapshot((item,))).changes
    (first, *_) = render(CatalogDelta((change,), ()))
    assert first.startswith(f"+ {item.kind} {item.title}")


def column(name: str, attnum: int = 1, table: str = "users", **fields: Any) -> objects.Column:
    base = example(objects.Column)
    return dataclasses.replace(base, **{"table": QualifiedName("public", table), "name": name, "attnum": attnum,
                                        "type": "text", "is_local": True, "foreign_options": frozenset(), **fields})


def table(name: str = "users", **fields: Any) -> objects.Table:
    return dataclasses.replace(example(objects.Table), name=QualifiedName("public", name), **fields)


def index(name: str, table: str = "users") -> objects.Index:
    return dataclasses.replace(
        example(objects.Index), name=QualifiedName("public", name), table=QualifiedName("public", table),
        definition=f"CREATE INDEX {name} ON public.{table} USING btree (id)")


def test_a_table_that_came_stands_for_all_its_parts():
    after = Snapshot((table(), column("id"), column("name", 2), index("ix")))
    (change,) = diff(Snapshot(()), after).changes
    assert (change.kind, change.name, change.action, change.attributes) == ("table", "public.users", Action.ADDED, ())
    assert "id text" in (change.definition or "")


def test_a_table_that_went_stands_for_all_its_parts():
    (change,) = diff(Snapshot((table(), column("id"), index("ix"))), Snapshot(())).changes
    assert (change.name, change.action) == ("public.users", Action.REMOVED)


def test_a_schema_that_went_stands_for_all_that_lay_in_it():
    schema = dataclasses.replace(example(objects.Schema), name="public")
    (change,) = diff(Snapshot((schema, table(), column("id"))), Snapshot(())).changes
    assert (change.kind, change.name) == ("schema", "public")


def test_a_part_of_a_table_that_stays_is_a_change_of_its_own():
    before = Snapshot((table(), column("id"), column("name", 2)))
    after = Snapshot((table(), column("id"), index("ix")))
    found = [(change.action, change.kind, change.name) for change in diff(before, after).changes]
    assert found == [(Action.REMOVED, "column", "public.users.name"), (Action.ADDED, "index", "public.ix")]


def test_another_kind_under_one_name_is_removed_and_added():
    view = dataclasses.replace(example(objects.View), name=QualifiedName("public", "users"), relkind="v")
    found = [(change.action, change.kind) for change in diff(Snapshot((view,)), Snapshot((table(),))).changes]
    assert sorted(found) == [(Action.ADDED, "table"), (Action.REMOVED, "view")]


def test_the_definition_of_what_was_altered_is_the_one_before():
    before, after = Snapshot((table(), column("id"))), Snapshot((table(), column("id", type="integer")))
    (change,) = diff(before, after).changes
    assert change.attributes == (AttributeChange("type", "text", "integer"),)
    assert change.definition == "ALTER TABLE public.users ADD COLUMN id text"


def test_the_order_of_columns_alone_is_no_change():
    before = Snapshot((table(), column("a", 1), column("b", 2)))
    after = Snapshot((table(), column("a", 3), column("b", 2)))
    delta = diff(before, after)
    assert not delta
    assert before == after
    assert delta.column_orders == (ColumnOrder(QualifiedName("public", "users"), ("a", "b"), ("b", "a")),)


def test_numbers_with_gaps_are_no_other_order():
    before = Snapshot((table(), column("a", 1), column("b", 2)))
    after = Snapshot((table(), column("a", 3), column("b", 7)))
    assert diff(before, after).column_orders == ()


def test_another_set_of_columns_has_no_order_to_compare():
    before = Snapshot((table(), column("a", 1), column("b", 2)))
    after = Snapshot((table(), column("b", 2), column("c", 3)))
    assert diff(before, after).column_orders == ()
