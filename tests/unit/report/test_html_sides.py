import pytest

from harness.report.html.sides import Cell, Line, side_by_side


def told(delta):
    return [(line.kind, *("".join((cell.start, f"[{cell.changed}]" if cell.changed else "", cell.end))
                          if (cell := side) is not None else None for side in (line.before, line.after)))
            for line in side_by_side(delta).lines]


def test_what_came_stands_on_the_right_with_all_that_belongs_to_it():
    delta = ("+ table public.t", "  id bigint NOT NULL", "  CONSTRAINT t_pkey PRIMARY KEY (id)")
    assert told(delta) == [("come", None, "table public.t"), ("come", None, "  id bigint NOT NULL"),
                           ("come", None, "  CONSTRAINT t_pkey PRIMARY KEY (id)")]
    assert side_by_side(delta).only == "after"


def test_what_is_gone_stands_on_the_left():
    assert told(("- index public.i CREATE INDEX",)) == [("gone", "index public.i CREATE INDEX", None)]
    assert side_by_side(("- index public.i",)).only == "before"


def test_an_attribute_stands_on_both_sides_and_what_differs_in_it_is_marked():
    delta = ("~ index public.i", "  - definition CREATE UNIQUE INDEX i", "  + definition CREATE INDEX i")
    assert told(delta) == [("same", "index public.i", "index public.i"),
                           ("other", "  definition CREATE [UNIQUE ]INDEX i", "  definition CREATE INDEX i")]
    assert side_by_side(delta).only is None


def test_each_attribute_is_paired_with_itself():
    delta = ("~ column public.t.c", "  - type text", "  + type bigint", "  - default 1", "  + collation C")
    assert [line[0] for line in told(delta)] == ["same", "other", "other"]
    assert told(("~ column public.t.c", "  - type text", "  + type text[]", "  - default 1"))[-1] == (
        "gone", "[  default 1]", None)


def test_of_long_texts_only_the_lines_that_differ_are_marked():
    before = ["  - source", "  -   BEGIN", "  -     RETURN 1;", "  -   END"]
    after = ["  + source", "  +   BEGIN", "  +     PERFORM f();", "  +     RETURN 1;", "  +   END"]
    assert told(("~ function public.f()", *before, *after)) == [
        ("same", "function public.f()", "function public.f()"), ("same", "  source", "  source"),
        ("same", "    BEGIN", "    BEGIN"), ("come", None, "[      PERFORM f();]"),
        ("same", "      RETURN 1;", "      RETURN 1;"), ("same", "    END", "    END")]


@pytest.mark.parametrize(("before", "after"), [("aa", "aaa"), ("aaa", "aa"), ("", "a"), ("abab", "ab"), ("x", "x")])
def test_the_parts_of_a_line_are_the_line(before, after):
    line = side_by_side(("~ a", f"  - {before}", f"  + {after}")).lines[1]
    joined = [f"{cell.start}{cell.changed}{cell.end}" for cell in (line.before, line.after)]
    assert joined == [f"  {before}", f"  {after}"]


def test_nothing_is_laid_out_as_nothing():
    assert side_by_side(()).lines == ()
    assert Line(Cell("a", "", ""), Cell("a", "", "")).kind == "same"
