"""Which revisions can be walked, by example and by law."""

from hypothesis import given
from hypothesis import strategies as st

from harness.names import RevisionId
from harness.project.graph import Node, chart


def node(revision, *down, depends_on=(), labels=()):
    return Node(RevisionId(revision), tuple(RevisionId(item) for item in down), tuple(depends_on), tuple(labels))


def test_parents_come_before_children_whatever_the_order_of_the_files():
    result = chart([node("c", "b"), node("a"), node("b", "a")])
    assert list(result.parents) == ["a", "b", "c"]


def test_a_merge_waits_for_both_branches():
    result = chart([node("m", "b", "c"), node("b", "a"), node("c", "a"), node("a")])
    assert list(result.parents)[-1] == "m"
    assert result.parents[RevisionId("m")] == ("b", "c")


def test_a_generation_comes_whole_and_in_the_order_of_the_files():
    result = chart([node("d", "c"), node("b", "a"), node("c", "z"), node("z"), node("a"), node("e", "a")])
    assert list(result.parents) == ["z", "a", "b", "c", "e", "d"]


def test_a_dependency_may_be_a_label_or_the_beginning_of_an_id():
    result = chart([node("x1", depends_on=["core", "ab"]), node("a1", labels=["core"]), node("abc")])
    assert result.parents[RevisionId("x1")] == ("a1", "abc")


def test_an_ambiguous_beginning_is_missing():
    assert chart([node("x", depends_on=["ab"]), node("ab1"), node("ab2")]).missing == {"x": ("ab",)}


def test_a_missing_parent_blocks_only_its_descendants():
    result = chart([node("a"), node("b", "gone"), node("c", "b"), node("d", "a")])
    assert set(result.parents) == {"a", "d"}
    assert result.missing == {"b": ("gone",)}
    assert result.blocked == {"c": "b"}


def test_a_cycle_is_named_whole_and_blocks_what_follows():
    result = chart([node("a", "c"), node("b", "a"), node("c", "b"), node("d", "c"), node("e")])
    assert set(result.parents) == {"e"}
    assert [set(cycle) for cycle in result.cycles] == [{"a", "b", "c"}]
    assert result.blocked["d"] in {"a", "b", "c"}


def test_a_revision_that_follows_itself_is_a_cycle():
    assert chart([node("a", "a")]).cycles == (("a",),)


def test_of_two_files_with_one_id_the_last_counts():
    assert chart([node("a"), node("b", "gone"), node("b", "a")]).parents[RevisionId("b")] == ("a",)


@st.composite
def histories(draw):
    names = [f"r{number}" for number in range(draw(st.integers(0, 12)))]
    nodes = []
    for name in names:
        pool = [*names, "gone"]
        down = draw(st.lists(st.sampled_from(pool), max_size=2, unique=True)) if names else []
        nodes.append(node(name, *down))
    return nodes


@given(histories())
def test_every_revision_has_exactly_one_place(nodes):
    result = chart(nodes)
    in_cycles = [revision for cycle in result.cycles for revision in cycle]
    places = [*result.parents, *result.missing, *in_cycles, *result.blocked]
    assert sorted(places) == sorted(item.revision for item in nodes)


@given(histories())
def test_the_order_never_puts_a_child_before_its_parent(nodes):
    seen = set()
    for revision, parents in chart(nodes).parents.items():
        assert set(parents) <= seen
        seen.add(revision)
