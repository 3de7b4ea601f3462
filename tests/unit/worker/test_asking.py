"""What comes of a question to nobody, told from what only resembles it."""

import getpass
import sys

import click
import pytest

from harness.worker.failures import describe, one_line


@pytest.fixture
def raised(monkeypatch):
    """Calls a function with nothing to read, and returns what it raises."""
    with open("/dev/null", encoding="utf-8") as nothing:  # noqa: PTH123 - a device
        monkeypatch.setattr(sys, "stdin", nothing)

        def call(function):
            with pytest.raises(BaseException) as caught:
                function()
            return caught.value

        yield call


def ask_without_echo():
    getpass.fallback_getpass(stream=sys.stderr)


@pytest.mark.parametrize(("ask", "told"), [
    (lambda: input("go on? "), "EOFError: EOF when reading a line; it waits for an answer"),
    (lambda: click.confirm("go on?", abort=True), "Abort: it waits for an answer"),
    pytest.param(ask_without_echo, "EOFError: it waits for an answer", marks=pytest.mark.filterwarnings("ignore")),
])
def test_a_question_that_nobody_answers_is_told_as_one(raised, ask, told):
    assert str(describe(raised(ask))).startswith(f"{told}, and there is nobody to give one")


def stop():
    raise click.Abort


def end_of_a_file():
    raise EOFError("Ran out of input")


def end_of_something():
    raise EOFError


@pytest.mark.parametrize("end", [stop, end_of_a_file, end_of_something])
def test_another_end_of_input_is_not_called_a_question(raised, end):
    assert "answer" not in one_line(raised(end))
