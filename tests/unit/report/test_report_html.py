import dataclasses
import html
import re
from collections import Counter
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from harness import __version__
from harness.findings.catalogue import RULE
from harness.report.html import to_html
from harness.report.html.page import difference

EXPECTED = Path(__file__).parent / "expected"
VOID = {"meta", "input", "link", "br", "hr", "img"}
NASTY = "<script>alert('&\"')</script>"


class Tree(HTMLParser):
    """The tags of a page; an end that closes another tag than the last open one is an error."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] not in {"script", "style"}:
            self.texts.append(data)

    @property
    def text(self):
        return "".join(self.texts)

    def attributes(self, name):
        return [attrs[name] for _, attrs in self.tags if name in attrs]


def without_looks(text):
    """A page without its style, its script, and what the catalogue says of rules."""
    bare = re.sub(r"(<(style|script|dl)( class=.rules.)?>).*?(</\2>)", r"\1\4", text, flags=re.DOTALL)
    return re.sub(r"sha256-[^']+", "sha256-", bare).replace(__version__, "VERSION")


def test_a_run_that_failed_in_every_way_is_as_recorded(failed):
    assert without_looks(to_html(failed)) == (EXPECTED / "failed.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["failed", "proven", "cascading"])
def test_every_tag_is_closed_every_id_is_there_once_and_every_link_leads_to_one(kind, request):
    tree = Tree(to_html(request.getfixturevalue(kind)))
    ids = tree.attributes("id")
    assert Counter(ids).most_common(1)[0][1] == 1
    links = tree.attributes("href")
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert set(" ".join(tree.attributes("aria-labelledby")).split()) <= set(ids)


def test_nothing_is_loaded_from_elsewhere(failed):
    text = to_html(failed)
    tree = Tree(text)
    assert tree.attributes("src") == []
    assert not {"link", "img", "iframe", "object"} & {tag for tag, _ in tree.tags}
    assert not re.search(r"url\(|@import|https?://", text)
    (policy,) = [attrs["content"] for tag, attrs in tree.tags if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")


def test_a_statement_of_a_remedy_stands_as_written_to_its_end(with_long_statements):
    statements, reported = with_long_statements
    shown = html.unescape(to_html(reported))
    assert "<p>make it again:</p>" in shown
    assert f"<code>{statements}</code>" in shown
    assert "<p>or leave it</p>" in shown


def test_whatever_a_finding_holds_stays_text(with_findings, failed_run):
    finding = failed_run.revisions[3].findings[0]
    sample = dataclasses.replace(finding.evidence.samples[0], key=NASTY, column=NASTY, before=NASTY, after=f"x{NASTY}")
    evidence = dataclasses.replace(finding.evidence, samples=(sample,), delta=(f"- {NASTY}",), error=NASTY,
                                   notes=(NASTY,), statement=NASTY, location=NASTY, example=(NASTY,))
    odd = dataclasses.replace(finding, object=NASTY, message=f"`{NASTY}`", remedy=f"{NASTY}\nop.execute('{NASTY}')",
                              evidence=evidence, accepted=NASTY)
    reported = with_findings(odd)
    entry = dataclasses.replace(reported.result.revisions[0], revision=NASTY, message=NASTY, path=NASTY,
                                down_revisions=(NASTY,))
    project = dataclasses.replace(reported.result.project, name=NASTY, alembic_ini=NASTY)
    run = dataclasses.replace(reported.result, project=project, revisions=(entry,), project_findings=(odd,))
    text = to_html(dataclasses.replace(reported, result=run))
    tree = Tree(text)
    assert [tag for tag, _ in tree.tags].count("script") == 1
    assert text.count("<script>") == 1
    assert tree.text.count(NASTY) > 15


def test_the_rows_that_show_a_loss_can_be_pasted(with_findings, failed_run):
    finding = failed_run.revisions[3].findings[0]
    rows = ("INSERT INTO a VALUES (1);", "INSERT INTO b VALUES (2);")
    shown = dataclasses.replace(finding, evidence=dataclasses.replace(finding.evidence, example=rows))
    assert "\n".join(rows) in Tree(to_html(with_findings(shown))).text


def test_control_characters_and_turned_text_are_escapes(with_findings, failed_run):
    odd = dataclasses.replace(failed_run.revisions[3].findings[0], message="a\x00\x1b[2J\u202eb\ud800", object="\x07")
    text = to_html(with_findings(odd))
    assert "a\\x00\\x1b[2J\\u202eb\\ud800" in text
    assert text.encode("utf-8")


def test_without_its_script_all_findings_are_there_and_no_filter_is(failed):
    tags = Tree(to_html(failed)).tags
    assert ["hidden" in attrs for _, attrs in tags if attrs.get("class") == "filters"] == [True]
    findings = [attrs for _, attrs in tags if attrs.get("class", "").startswith("finding ")]
    assert len(findings) == 7
    assert not any("hidden" in attrs for attrs in findings)


def test_the_page_says_the_verdict_first(failed, proven):
    for reported, word in ((failed, "INCOMPLETE"), (proven, "PASSED")):
        tree = Tree(to_html(reported))
        assert tree.text.index(word) < tree.text.index("Findings")
        assert f'<h1><span class="word">{word}</span> shop</h1>' in to_html(reported)


def test_a_proven_run_says_that_nothing_was_found_and_has_no_filters(proven):
    text = to_html(proven)
    assert "Nothing was found. 5 revisions went up, down, up, down and up" in text
    assert 'class="filters"' not in text


def test_what_deletes_take_with_them_is_drawn_once_and_with_each_foreign_key(cascading):
    text = to_html(cascading)
    assert text.count("public.users: (id=3) deleted, and with it 6 rows of 2 tables") == 2
    assert '<h3 id="deletes">Deletes</h3>' in text
    assert "4 foreign keys (1 of them accepted) cascade at the heads" in text


def test_where_deletes_were_not_measured_the_page_says_why(failed, proven):
    assert "were not measured: migrations/empty.py stands between the walk and the heads" in to_html(failed)
    assert "no foreign key at the heads cascades" in to_html(proven)


def test_what_was_not_reached_is_told_with_its_reason(failed):
    text = to_html(failed)
    assert "1 revision: its parent is empty: migrations/empty.py" in text
    assert '<li class="not_reached" id="h-r-0005_tail">' in text


def test_every_rule_that_fired_is_explained_once(failed, failed_run):
    text = Tree(to_html(failed)).text
    for code in {finding.rule for finding in failed_run.findings}:
        assert text.count(f"{RULE[code].condition}.") == 1


def test_errors_are_open_unless_there_are_too_many(with_findings, failed_run):
    error = failed_run.revisions[3].findings[0]
    assert len(re.findall(r'<details class="finding error"[^>]* open>', to_html(with_findings(*[error] * 30)))) == 30
    assert " open>" not in re.findall(r'<details class="finding.*', to_html(with_findings(*[error] * 31)))[0]


def test_what_is_alike_in_two_long_values_is_left_out(failed_run):
    sample = failed_run.revisions[3].findings[0].evidence.samples[0]
    parts = difference(dataclasses.replace(sample, before="a" * 99 + "1" + "b" * 99, after="a" * 99 + "22" + "b" * 99))
    assert (parts.start, parts.before, parts.after, parts.end) == (f"…{'a' * 24}", "1", "22", f"{'b' * 24}…")


@pytest.mark.parametrize(("before", "after", "told"), [
    ("abc", "abd", ("ab", "c", "d", "")), ("aa", "a", ("a", "a", "", "")), ("a", "b", ("", "a", "b", "")),
    ("ab", "ab", ("ab", "", "", "")), ("a\nb", None, ("", "a\\nb", None, ""))])
def test_a_difference_is_what_neither_the_start_nor_the_end_share(failed_run, before, after, told):
    sample = failed_run.revisions[3].findings[0].evidence.samples[0]
    parts = difference(dataclasses.replace(sample, before=before, after=after))
    assert (parts.start, parts.before, parts.after, parts.end) == told


# -- looks -------------------------------------------------------------------------------------------------------------


def colours(scheme):
    style = files("harness.report.html").joinpath("page.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in re.findall(r":root \{(.*?)\}", style,
                                                                                        re.DOTALL)[:2])
    return light if scheme == "light" else {**light, **dark}


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at:at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "back"), [
    *((text, back) for text in ("ink", "soft", "link", "ok", "info", "warning", "error", "quiet")
      for back in ("paper", "card")),
    *((name, f"{name}-back") for name in ("error", "warning", "info", "quiet")),
    *(("ink", back) for back in ("code", "gone", "gone-strong", "come", "come-strong", "info-back")),
])
def test_text_stands_out_from_what_is_behind_it(scheme, text, back):
    """https://www.w3.org/TR/WCAG22/#contrast-minimum asks for 4.5."""
    named = colours(scheme)
    darker, lighter = sorted((luminance(named[text]), luminance(named[back])))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5
