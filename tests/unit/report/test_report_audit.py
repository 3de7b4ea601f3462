"""The audit as text, Markdown, HTML and JSON: complete, escaped, and readable whatever the history."""

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from rich.console import Console

from harness.assessment.assess import audit_project
from harness.assessment.document import (
    Counts,
    Coverage,
    Destroyed,
    Document,
    Impact,
    Metric,
    Probability,
    Recommendation,
    RevisionRow,
    Risk,
    RiskFactor,
    Status,
    Step,
    Topic,
    When,
)
from harness.config import load_settings
from harness.report.audit import audit_json_schema, audit_to_json, audit_to_markdown, render_audit
from harness.report.audit.html import audit_to_html

PROJECTS = Path(__file__).parents[2] / "projects"
NASTY = "<script>alert('&\"')</script> | `x` @someone"


def audit(name):
    folder = PROJECTS / name
    document = audit_project(load_settings({"alembic_ini": folder / "alembic.ini"}, start=folder, environ={}))
    metrics = tuple(replace(each, command="roundtrip check --json measured.json") for each in document.metrics)
    return replace(document, audited_on="2026-01-02", seconds=0.1, metrics=metrics)


@pytest.fixture(scope="module")
def document():
    return audit("analyticbot")


@pytest.fixture(scope="module")
def empty():
    return audit("env/no_revisions")


@pytest.fixture(scope="module")
def many(document):
    """Four hundred revisions, as far as the document is concerned."""
    rows = tuple(replace(document.rows[number % 14], revision=f"r{number:03d}", parents=(f"r{number - 1:03d}",))
                 for number in range(400))
    return replace(document, rows=rows, chain=document.chain[:1] * 400, dangers=document.dangers * 40,
                   keys=document.keys * 10, findings=document.findings * 10)


@pytest.fixture(scope="module")
def nasty():
    """Every text of it means something to HTML and Markdown."""
    factor = RiskFactor(topic=Topic.CASCADES, state=NASTY, consequence=NASTY, impact=Impact.SEVERE,
                        probability=Probability.LIKELY)
    row = RevisionRow(revision=NASTY, path=NASTY, message=NASTY, parents=(), status=Status.UNTOLD, risk=Risk.LOW,
                      note=NASTY, lines=1, size_bytes=1, operations=((NASTY, 1),), tables=(NASTY,), raw_sql=1,
                      changes_data=True)
    return Document(
        project=NASTY, alembic_ini=NASTY, script_location=NASTY, audited_on="2026-01-02", seconds=0.0, risk=Risk.HIGH,
        why_risk=NASTY, measurement=None, unseen=(NASTY,), chain=(), strong=(), weak=(), rows=(row,),
        broken=((NASTY, NASTY),),
        counts=Counts(revisions=1, placed=1, broken=1, bases=1, heads=1, merges=0, lines=1, operations=1, raw_sql=1,
                      data_revisions=1, tables=1),
        coverage=Coverage(of=1, by_status=((Status.UNTOLD, 1),), measured=0), dangers=(), chains=(), keys=(),
        factors=(factor,), findings=(),
        recommendations=(Recommendation(when=When.NOW, title=NASTY, why=NASTY, steps=(Step(NASTY, is_code=True),
                                                                                     Step(NASTY, is_code=False))),),
        metrics=(Metric(name=NASTY, target=NASTY, value=NASTY, is_met=None, source_says=None, command=NASTY),),
    )


class Page(HTMLParser):
    """The tags and texts of a page; an end that closes another tag than the last open one is an error."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "br", "input", "col", "path", "circle", "use"} or tag == "use":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag != "col":
            assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def text_of(document, width=100, code=1):
    stream = io.StringIO()
    render_audit(document, Console(file=stream, width=width), code)
    return stream.getvalue()


class TestJson:
    @pytest.mark.parametrize("name", ["analyticbot", "analyticbot_fixed", "env/no_revisions", "env/graph"])
    def test_it_is_what_its_schema_describes(self, name):
        written = json.loads(json.dumps(audit_to_json(audit(name), 1)))
        jsonschema.validate(written, audit_json_schema())

    def test_the_schema_is_one(self):
        jsonschema.Draft202012Validator.check_schema(audit_json_schema())

    def test_the_schema_knows_every_field(self, document):
        written, schema = audit_to_json(document, 1), audit_json_schema()
        assert set(written) == set(schema["properties"]) == set(schema["required"])

    def test_no_password_is_in_it(self, document):
        assert "change_me" not in json.dumps(audit_to_json(document, 1))


class TestMarkdown:
    def test_it_has_every_part(self, document):
        headings = re.findall(r"^## (.*)$", audit_to_markdown(document), re.MULTILINE)
        assert headings == ["Executive summary", "Dependency chain", "Configuration", "Revisions",
                            "Dangerous rollbacks", "Deletes that cascade", "Risk matrix", "Recommendations",
                            "Success metrics", "Findings"]

    @pytest.mark.parametrize("name", ["document", "empty", "many", "nasty"])
    def test_every_table_has_as_many_cells_as_its_head(self, name, request):
        lines = audit_to_markdown(request.getfixturevalue(name)).splitlines()
        for number, line in enumerate(lines):
            if re.fullmatch(r"\|(---\|)+", line):
                wanted = len(re.findall(r"(?<!\\)\|", lines[number - 1]))
                below = number + 1
                while below < len(lines) and lines[below].startswith("|"):
                    assert len(re.findall(r"(?<!\\)\|", lines[below])) == wanted, lines[below]
                    below += 1

    def test_nothing_in_it_means_anything(self, nasty):
        text = re.sub(r"`+[^`]*`+", "", audit_to_markdown(nasty))
        assert "<script>" not in re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        assert "@someone" not in re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)

    def test_nothing_of_many_revisions_is_left_out(self, many):
        text = audit_to_markdown(many)
        table = text[text.index("## Revisions"):text.index("## Dangerous")]
        assert len(re.findall(r"^\| `r\d{3}` ", table, re.MULTILINE)) == 400


class TestHtml:
    @pytest.mark.parametrize("name", ["document", "empty", "many", "nasty"])
    def test_it_is_one_well_formed_page_that_loads_nothing(self, name, request):
        text = audit_to_html(request.getfixturevalue(name), 1)
        page = Page(text)
        assert not [attrs for tag, attrs in page.tags if tag in {"link", "img", "iframe"} or "src" in attrs]
        assert not re.search(r"url\(|@import|https?://", re.sub(r"<code>.*?</code>", "", text, flags=re.DOTALL))
        policy = next(attrs["content"] for _, attrs in page.tags if attrs.get("http-equiv"))
        assert policy.startswith("default-src 'none'")

    def test_what_a_project_holds_is_text(self, nasty):
        page = Page(audit_to_html(nasty, 1))
        assert sum(tag == "script" for tag, _ in page.tags) == 1
        assert any(NASTY.partition("`")[0].strip() in text for text in page.texts)

    def test_its_anchors_lead_somewhere_and_its_ids_are_unique(self, document):
        page = Page(audit_to_html(document, 1))
        ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        links = {attrs["href"][1:] for tag, attrs in page.tags if tag == "a"}
        assert len(ids) == len(set(ids))
        assert links <= set(ids)

    def test_every_revision_and_the_broken_file_are_in_the_table_and_the_chain(self, document):
        page = Page(audit_to_html(document, 1))
        assert sum("data-risk" in attrs for tag, attrs in page.tags if tag == "tr") == 15
        assert sum(tag == "use" and "x" in attrs for tag, attrs in page.tags) == 15

    def test_a_long_chain_is_folded(self, many, document):
        folded, open_ = ("<details open>\n<summary>" in audit_to_html(each, 1) for each in (many, document))
        assert (folded, open_) == (False, True)

    def test_no_password_is_in_it(self, document):
        assert "change_me" not in audit_to_html(document, 1)


class TestText:
    def test_what_matters_comes_first(self, document):
        text = text_of(document)
        assert text.startswith("CRITICAL RISK analyticbot")
        places = [text.index(part) for part in ("6 errors", "Configuration", "To do now", "Success metrics")]
        assert places == sorted(places)
        assert "FAILED (exit 1)" in text

    def test_a_history_of_which_nothing_was_seen_is_never_called_fine(self, empty):
        text = text_of(empty, code=4)
        assert text.startswith("NOT ASSESSED")
        assert "INCOMPLETE (exit 4)" in text
        assert "Not seen, and so not judged" in text

    def test_it_stays_readable_with_many_revisions(self, many):
        assert len(text_of(many).splitlines()) < 400

    def test_it_shows_rows_where_they_were_measured(self, document):
        danger = replace(document.dangers[0], destroyed=(Destroyed("table users", 3, 1234, is_certain=True),))
        assert "table users (1,234 rows)" in text_of(replace(document, dangers=(danger,)))
