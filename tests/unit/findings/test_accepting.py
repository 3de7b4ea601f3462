"""Which findings an acceptance speaks of, until when, and when it is told to have nothing left."""

import datetime as dt

import pytest

from harness.acceptance import Acceptance, acceptance_from
from harness.errors import UsageError
from harness.findings.accepting import accept, check_rules, unmatched
from harness.findings.building import finding
from harness.names import RevisionId
from harness.outcomes import Checked, NotReached, RevisionResult, Skipped

TODAY = dt.date(2026, 11, 24)
FOUND = finding("RT106", RevisionId("0001"), "public.users", "the downgrade drops public.users", "")


def acceptance(**given):
    return Acceptance(**{"rule": "RT106", "reason": "known", **given})


def revision(name, outcome=None, findings=()):
    return RevisionResult(revision=RevisionId(name), down_revisions=(), path=f"{name}.py", message="",
                          outcome=outcome or Checked(), findings=tuple(findings))


@pytest.mark.parametrize("given", [
    {}, {"rule": "rollback-discards"}, {"revision": "0001"}, {"object": "public.users"},
    {"revision": "0001", "object": "public.users"}, {"until": TODAY},
])
def test_what_speaks_of_a_finding_accepts_it(given):
    (accepted,) = accept([FOUND], [acceptance(**given)], TODAY)
    assert accepted.accepted.startswith("known")
    assert ("2026-11-24" in accepted.accepted) == ("until" in given)


@pytest.mark.parametrize("given", [{"rule": "RT101"}, {"revision": "000"}, {"object": "public.user"}])
def test_what_speaks_of_another_does_not(given):
    assert accept([FOUND], [acceptance(**given)], TODAY) == (FOUND,)


def test_one_that_is_over_accepts_nothing_and_the_finding_says_so():
    over = acceptance(until=dt.date(2026, 11, 23))
    (item,) = accept([FOUND], [over], TODAY)
    assert item.accepted is None
    assert item.evidence.notes == ("It was accepted until 2026-11-23: known",)
    assert accept([item], [over], TODAY) == (item,)


def test_one_that_holds_counts_beside_one_that_is_over():
    over = acceptance(until=dt.date(2026, 11, 23))
    (item,) = accept([FOUND], [over, acceptance(reason="longer")], TODAY)
    assert item.accepted == "longer"


def test_what_nothing_is_left_of_is_told_once_its_revision_was_checked():
    gone = acceptance(revision="0001", object="public.gone")
    checked = [revision("0001", findings=[FOUND])]
    assert unmatched([gone, acceptance()], [FOUND], checked) == (gone,)
    assert unmatched([gone], [FOUND], [revision("0001", Skipped("not selected"))]) == ()
    assert unmatched([gone], [FOUND], [revision("0001", NotReached("it stands behind 0000", "0000"))]) == ()


def test_one_of_any_revision_is_told_only_when_all_were_checked():
    anywhere = acceptance(rule="RT101")
    assert unmatched([anywhere], [], [revision("0001"), revision("0002")]) == (anywhere,)
    assert unmatched([anywhere], [], [revision("0001"), revision("0002", Skipped("not selected"))]) == ()


def test_one_of_a_revision_that_is_not_there_is_told():
    elsewhere = acceptance(revision="0009")
    assert unmatched([elsewhere], [], [revision("0001")]) == (elsewhere,)


def test_a_rule_that_there_is_not_is_refused():
    with pytest.raises(UsageError, match="RT999"):
        check_rules([acceptance(rule="RT999")])


@pytest.mark.parametrize(("entry", "wrong"), [
    ({"rule": "RT101"}, "no reason"), ({"reason": "known"}, "no rule"), ({"rule": "RT101", "reason": " "}, "reason"),
    ({"rule": "RT101", "reason": "known", "table": "users"}, "'table'"),
    ({"rule": "RT101", "reason": "known", "until": "soon"}, "'soon'"),
    ({"rule": "RT101", "reason": "known", "until": 2027}, "a day"),
    ({"rule": "RT101", "reason": "known", "until": dt.datetime(2027, 1, 1)}, "a day"),  # noqa: DTZ001 - as TOML has it
])
def test_an_entry_that_cannot_be_meant_is_refused(entry, wrong):
    with pytest.raises(ValueError, match=wrong):
        acceptance_from(entry)
