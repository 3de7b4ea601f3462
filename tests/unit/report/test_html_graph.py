import dataclasses
import random
import re

import pytest

from harness.outcomes import NotReached
from harness.report.html.graph import LANE_WIDTH, ROW_HEIGHT, Node, draw, nodes_of


def graph_of(**parents):
    return draw([Node(key=key, parents=tuple(above), entry=None) for key, above in parents.items()])


def lanes(graph):
    left = min(mark.x for mark in graph.marks)
    return {mark.node.key: (mark.x - left) // LANE_WIDTH for mark in graph.marks}


def test_a_line_of_revisions_is_one_lane():
    graph = graph_of(a="", b="a", c="b")
    assert set(lanes(graph).values()) == {0}
    assert [edge.path for edge in graph.edges] == ["M13 17V51", "M13 51V85"]


def test_a_branch_has_a_lane_until_it_is_merged():
    assert lanes(graph_of(a="", b="a", c="a", d="bc", e="d")) == {"a": 0, "b": 0, "c": 1, "d": 0, "e": 0}


def test_a_lane_that_ended_is_used_again():
    told = lanes(graph_of(a="", b="a", x="a", c="b", d="c", e="c"))
    assert told == {"a": 0, "b": 0, "x": 1, "c": 0, "d": 0, "e": 1}


def test_several_bases_stand_beside_each_other():
    assert lanes(graph_of(a="", x="", b="a", y="x")) == {"a": 0, "x": 1, "b": 0, "y": 1}


def test_a_parent_that_is_no_row_is_left_out():
    assert graph_of(b="?", c="b").edges == graph_of(b="", c="b").edges


def test_an_empty_history_has_no_height():
    assert draw([]).height == 0


@pytest.mark.parametrize("seed", range(20))
def test_no_line_runs_through_the_mark_of_another_revision(seed):
    numbers = random.Random(seed)
    keys = [f"r{number}" for number in range(60)]
    parents = {key: numbers.sample(keys[max(0, at - 12):at], min(at, numbers.choice([1, 1, 1, 2, 3])))
               for at, key in enumerate(keys)}
    graph = graph_of(**parents)
    marks = {(mark.x, mark.y): mark.node.key for mark in graph.marks}
    assert len(graph.edges) == sum(map(len, parents.values()))
    for edge in graph.edges:
        points = [(int(x), int(y)) for x, y in re.findall(r"(?:M|C\d+ \d+ \d+ \d+ )(\d+) (\d+)", edge.path)]
        for x, y in points:
            for down in re.findall(rf"{x} {y}V(\d+)", edge.path):
                crossed = {marks.get((x, at)) for at in range(y + ROW_HEIGHT, int(down), ROW_HEIGHT)}
                assert crossed == {None} or not crossed


def test_a_broken_file_stands_before_the_first_revision_that_it_blocks(failed_run):
    tail = failed_run.revisions[4]
    after = dataclasses.replace(tail, revision="0006_after", down_revisions=("0005_tail",),
                                outcome=NotReached("an ancestor is missing", "migrations/empty.py"))
    graph = draw(nodes_of((*failed_run.revisions, after), failed_run.project_findings))
    assert [mark.node.key for mark in graph.marks][-3:] == ["migrations/empty.py", "0005_tail", "0006_after"]
    assert [edge.is_broken for edge in graph.edges] == [False, False, True, False]


def test_a_broken_file_that_blocks_nothing_stands_last(failed_run):
    graph = draw(nodes_of(failed_run.revisions[:4], failed_run.project_findings))
    assert graph.marks[-1].node.key == "migrations/empty.py"
