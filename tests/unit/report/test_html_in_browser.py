"""The page in a browser: what its script does, and that it fits."""

import dataclasses
import html
import json
import re
import shutil
import subprocess

import pytest

from harness.findings.model import Evidence, Severity
from harness.report.html import to_html

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")


@pytest.fixture
def dump(failed, tmp_path):
    """Writes the page, opens one beside it or itself, and returns the document once the scripts have run."""
    def open_page(address, shown=failed):
        (tmp_path / "report.html").write_text(to_html(shown), encoding="utf-8")
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                   f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{tmp_path}/{address}"]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout

    return open_page


@pytest.fixture
def act(dump, tmp_path):
    """Runs a script on the page, which it calls ``page``, in a frame of 390 px, and returns what the script returns."""
    def run(script):
        (tmp_path / "frame.html").write_text(
            '<iframe src="report.html" style="width:390px;height:800px"></iframe><output></output><script>\n'
            "const did = (page, frame, find, all) => {" + script + "};\nonload = () => {"
            "const frame = document.querySelector('iframe').contentWindow, page = frame.document;"
            "const find = (what) => page.querySelector(what), all = (what) => [...page.querySelectorAll(what)];"
            "document.querySelector('output').textContent = JSON.stringify(did(page, frame, find, all));};\n</script>",
            encoding="utf-8")
        return json.loads(html.unescape(re.search(r"<output>(.*?)</output>", dump("frame.html"))[1]))

    return run


def rules_shown(document):
    found = re.findall(r'<details class="finding [^>]*>', document)
    assert found
    return [re.search(r'data-rule="(\w+)"', tag)[1] for tag in found if "hidden" not in tag]


@pytest.mark.parametrize(("query", "rules"), [
    ("", ["RT401", "RT305", "RT308", "RT203", "RT102", "RT201", "RT303"]),
    ("?severity=warning,info", ["RT308", "RT203"]),
    ("?rule=RT102", ["RT102"]),
    ("?table=public.users&severity=error", ["RT102", "RT303"]),
    ("?text=NARROW+varchar", ["RT102"]),
    ("?text=no+such+thing", []),
])
def test_the_findings_are_filtered_as_the_address_says(dump, query, rules):
    document = dump(f"report.html{query}")
    assert rules_shown(document) == rules
    assert f"{len(rules)} of 7 findings shown" in document
    assert ('<p class="none-left" hidden="">' in document) == bool(rules)


def test_what_is_told_once_is_counted_as_often_as_it_was_found(dump, failed):
    irreversible = next(f for f in failed.result.findings if f.rule == "RT305")
    bare = dataclasses.replace(irreversible, evidence=Evidence(), accepted=None, severity=Severity.ERROR)
    revisions = tuple(dataclasses.replace(entry, findings=(dataclasses.replace(bare, revision=entry.revision),))
                      for entry in failed.result.revisions)
    many = dataclasses.replace(failed, result=dataclasses.replace(failed.result, revisions=revisions,
                                                                  project_findings=()))
    assert f"{len(revisions)} of {len(revisions)} findings shown" in dump("report.html", many)


def test_the_page_is_no_wider_than_a_telephone(act):
    needed, there = act("return [page.documentElement.scrollWidth, page.documentElement.clientWidth];")
    assert needed == there


def test_typing_filters_and_the_address_remembers(act):
    told = act("""
        const search = find("[name=text]");
        search.value = "varchar";
        search.dispatchEvent(new frame.Event("input", {bubbles: true}));
        return [all(".finding:not([hidden])").map((f) => f.dataset.rule), frame.location.search,
                all(".group:not([hidden])").length];
    """)
    assert told == [["RT102"], "?text=varchar", 1]


def test_only_what_is_shown_is_opened_and_closed(act):
    told = act("""
        const box = find("[name=severity][value=error]");
        box.click();
        find("[data-open=true]").click();
        const opened = all(".finding:not([hidden])").every((f) => f.open);
        find("[data-open=false]").click();
        return [opened, all(".finding[open]").map((f) => f.dataset.severity)];
    """)
    assert told == [True, ["error"] * 4]


def test_a_slash_goes_to_the_search(act):
    focused = act("""
        page.body.dispatchEvent(new frame.KeyboardEvent("keydown", {key: "/", bubbles: true}));
        return page.activeElement.name;
    """)
    assert focused == "text"


def test_all_details_are_open_while_the_page_is_printed(act):
    told = act("""
        const closed = () => all("main details:not([open])").length;
        const before = closed();
        frame.dispatchEvent(new frame.Event("beforeprint"));
        const meanwhile = closed();
        frame.dispatchEvent(new frame.Event("afterprint"));
        return [before, meanwhile, closed()];
    """)
    assert told == [3, 0, 3]


def test_a_schema_delta_is_side_by_side_where_there_is_room_and_stacked_where_not(act):
    told = act("""
        const row = all(".sides tr").find((row) => row.classList.contains("same"));
        const places = () => [...row.cells].map((cell) => cell.getBoundingClientRect());
        const narrow = places();
        frame.frameElement.style.width = "1200px";
        const wide = places();
        return [narrow[1].width, Math.abs(wide[0].width - wide[1].width) < 2, wide[0].right <= wide[1].left + 1,
                wide[0].top === wide[1].top];
    """)
    assert told == [0, True, True, True]
