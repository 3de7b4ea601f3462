"""The audit's page in a browser: what its script does, and that it fits."""

import html
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.assessment.assess import audit_project
from harness.config import load_settings
from harness.report.audit.html import audit_to_html

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PROJECT = Path(__file__).parents[2] / "projects" / "analyticbot"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")


@pytest.fixture(scope="module")
def page():
    settings = load_settings({"alembic_ini": PROJECT / "alembic.ini"}, start=PROJECT, environ={})
    return audit_to_html(audit_project(settings), 1)


@pytest.fixture
def act(page, tmp_path):
    """Runs a script on the page, in a frame of 390 px, and returns what the script returns."""
    def run(script):
        (tmp_path / "audit.html").write_text(page, encoding="utf-8")
        (tmp_path / "frame.html").write_text(
            '<iframe src="audit.html" style="width:390px;height:800px"></iframe><output></output><script>\n'
            "const did = (page, frame, find, all) => {" + script + "};\nonload = () => {"
            "const frame = document.querySelector('iframe').contentWindow, page = frame.document;"
            "const find = (what) => page.querySelector(what), all = (what) => [...page.querySelectorAll(what)];"
            "document.querySelector('output').textContent = JSON.stringify(did(page, frame, find, all));};\n</script>",
            encoding="utf-8")
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                   f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{tmp_path}/frame.html"]
        document = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
        return json.loads(html.unescape(re.search(r"<output>(.*?)</output>", document)[1]))

    return run


def test_the_page_is_no_wider_than_a_telephone(act):
    needed, there = act("return [page.documentElement.scrollWidth, page.documentElement.clientWidth];")
    assert needed == there


def test_the_revisions_are_filtered_by_risk_and_words(act):
    told = act("""
        const shown = () => all("#revisions-table tbody tr:not([hidden])").length;
        const set = (name, value) => {
          const field = find(`.filters [name=${name}]`);
          field.value = value;
          field.dispatchEvent(new frame.Event("input", {bubbles: true}));
        };
        const counts = [shown()];
        set("risk", "critical"); counts.push(shown());
        set("risk", ""); set("status", "incomplete"); counts.push(shown());
        set("status", ""); set("text", "payments"); counts.push(shown());
        return [counts, find(".filters .shown").textContent];
    """)
    assert told == [[15, 2, 1, 1], "1 of 15 shown"]


def test_all_details_are_open_while_the_page_is_printed(act):
    told = act("""
        const closed = () => all("main details:not([open])").length;
        const before = closed();
        frame.dispatchEvent(new frame.Event("beforeprint"));
        const meanwhile = closed();
        frame.dispatchEvent(new frame.Event("afterprint"));
        return [before > 0, meanwhile, closed() === before];
    """)
    assert told == [True, 0, True]
