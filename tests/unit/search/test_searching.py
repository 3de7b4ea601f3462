"""The search itself, over rows of one number and rules that are known."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import strategies as st

from harness.names import QualifiedName
from harness.search.examples import NewRow
from harness.search.searching import FINDS_AT_MOST, RefusedError, Search

TABLE = QualifiedName("public", "t")
ROWS = st.lists(st.integers(0, 5000).map(lambda n: NewRow(TABLE, (("n", str(n)), ("other", "x")))), min_size=1,
                max_size=4).map(tuple)
OVER, EVEN = ("RT102", "public.t.n"), ("RT101", "public.t")


def numbers(example):
    return [int(dict(row.cells).get("n", 0)) for row in example]


def over(example):
    return frozenset({OVER} if any(number > 1000 for number in numbers(example)) else ())


def run(attempt, *, examples=100, seed="0", known=frozenset()):
    search = Search(ROWS, attempt, examples=examples, seed=seed)
    return search, list(search.run(known))


def test_the_smallest_rows_are_found_and_what_does_not_matter_is_left_out():
    _, (find,) = run(over)
    assert find.violation == OVER
    assert find.example == (NewRow(TABLE, (("n", "1001"),)),)


def test_each_violation_is_found_once():
    def both(example):
        even = any(number and number % 2 == 0 for number in numbers(example))
        return over(example) | frozenset({EVEN} if even else ())

    _, finds = run(both)
    assert {find.violation for find in finds} == {OVER, EVEN}
    assert len(finds) == 2


def test_what_is_known_is_not_looked_for():
    search, finds = run(over, known=frozenset({OVER}))
    assert finds == []
    assert search.tried > 30


def test_rows_that_the_server_refuses_are_no_find_and_are_counted():
    def picky(example):
        if any(number % 2 for number in numbers(example)):
            raise RefusedError("odd")
        return over(example)

    search, (find,) = run(picky)
    assert numbers(find.example) == [1002]
    assert search.refused > 0
    assert search.last_refusal == "odd"


def test_where_every_row_is_refused_nothing_was_tried():
    def refuse(_example):
        raise RefusedError("no")

    search, finds = run(refuse)
    assert (finds, search.tried) == ([], 0)
    assert search.refused > 0


@pytest.mark.parametrize("examples", [20, 200])
def test_so_many_are_tried_and_none_twice(examples):
    tried = []

    def note(example):
        tried.append(example)
        return frozenset()

    search, finds = run(note, examples=examples)
    assert finds == []
    assert len(tried) == len(set(tried)) == search.tried
    assert examples / 2 < len(tried) <= examples


def test_the_same_seed_tries_the_same_and_another_does_not():
    def tried_with(seed):
        tried = []
        run(lambda example: tried.append(example) or frozenset(), seed=seed)
        return tried

    assert tried_with("0:a") == tried_with("0:a") != tried_with("0:b")


def test_no_rows_are_no_example():
    empty = Search(st.just(()), over, examples=10, seed="0")
    assert list(empty.run()) == []
    assert (empty.tried, empty.refused) == (0, 1)


def test_violations_without_end_end():
    _, finds = run(lambda example: frozenset({("RT102", str(number)) for number in numbers(example)}))
    assert len(finds) == FINDS_AT_MOST


def test_another_error_ends_the_search():
    def fail(_example):
        raise KeyError("lost")

    with pytest.raises(KeyError):
        run(fail)


WORDS = """
from hypothesis import strategies as st
from tests.unit.search.test_searching import TABLE, NewRow, Search
rows = st.lists(st.text(min_size=1).map(lambda word: NewRow(TABLE, (("w", word),))), min_size=1).map(tuple)
print(len(list(Search(rows, lambda example: frozenset({("RT101", "t")}), examples=20, seed="0").run())))
"""


def test_nothing_is_left_in_the_folder_in_which_the_user_stands(tmp_path):
    root = Path(__file__).parents[3]
    ran = subprocess.run([sys.executable, "-c", WORDS], cwd=tmp_path, capture_output=True, text=True, check=False,
                         env={**os.environ, "PYTHONPATH": str(root)})
    assert ran.stdout == "1\n", ran.stderr
    assert list(tmp_path.iterdir()) == []
