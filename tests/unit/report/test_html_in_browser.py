"""The page in a browser: what its script does, and that it fits."""

import re
import shutil
import subprocess

import pytest

from harness.report.html import to_html

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on PATH")


@pytest.fixture
def shown(failed, tmp_path):
    """Opens the page with a query, and returns its document once its script has run."""
    page = tmp_path / "report.html"
    page.write_text(to_html(failed), encoding="utf-8")

    def open_page(query="", *options):
        command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}",
                   *options, "--dump-dom", f"file://{page}{query}"]
        ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        return ran.stdout

    return open_page


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
def test_the_findings_are_filtered_as_the_address_says(shown, query, rules):
    document = shown(query)
    assert rules_shown(document) == rules
    assert f"{len(rules)} of 7 findings shown" in document
    assert ('<p class="none-left" hidden="">' in document) == bool(rules)


def test_the_page_is_no_wider_than_a_telephone(failed, tmp_path, shown):
    """A frame of 390 px around it says whether it would scroll sideways."""
    shown()
    (tmp_path / "frame.html").write_text(
        '<iframe src="report.html" style="width:390px;height:800px"></iframe><output></output><script>'
        "onload = () => { const page = document.querySelector('iframe').contentDocument.documentElement;"
        "document.querySelector('output').textContent = `${page.scrollWidth} of ${page.clientWidth}`; }</script>")
    ran = subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                          f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{tmp_path}/frame.html"],
                         capture_output=True, text=True, check=True, timeout=120)
    needed, there = re.search(r"<output>(\d+) of (\d+)", ran.stdout).groups()
    assert needed == there
