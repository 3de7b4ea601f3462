"""The rules as text: one rule for ``roundtrip explain`` and its page in docs/rules/, and the table of all."""

from __future__ import annotations

from collections.abc import Callable

from harness.findings.catalogue import RULES
from harness.findings.model import Rule

INDEX = "README.md"
"""The name of the page that lists the others; code hosts show it for the folder."""


def explain(rule: Rule) -> str:
    """Return everything about one rule as Markdown, ending in a newline."""
    return f"""\
# {title(rule)}

Severity: {rule.severity}. Condition: {rule.condition}.

{rule.effect}

**Remedy.** {rule.remedy}

Bad:

```python
{rule.bad}```

Good:

```python
{rule.good}```

Source: <{rule.source}>
"""


def title(rule: Rule) -> str:
    """Return code and slug as headings show them: ``RT101 rows-lost``."""
    return f"{rule.code} {rule.slug}"


def rules_table(link_to: Callable[[Rule], str]) -> str:
    """Return the Markdown table of all rules, ending in a newline; ``link_to`` gives the address of a rule's page."""
    head = "| code | rule | severity | condition |\n|---|---|---|---|\n"
    return head + "".join(f"| [{rule.code}]({link_to(rule)}) | {rule.slug} | {rule.severity} | {rule.condition} |\n"
                          for rule in RULES)


def rule_pages() -> dict[str, str]:
    """Return the pages of docs/rules/ by their file's name: one for each rule, and their index."""
    return {INDEX: _index(), **{page_name(rule): _page(rule) for rule in RULES}}


def page_name(rule: Rule) -> str:
    """Return the name of a rule's page: ``RT101.md``."""
    return f"{rule.code}.md"


def _index() -> str:
    introduction = """\
# Rules

Generated from the records in `harness/findings/rules/` by `make docs`; `roundtrip explain CODE` prints one of them.
The severity is the default; where a condition names a milder one in brackets, a finding may carry that. *Live rows* are
rows written while the revision was deployed: after its upgrade, before its downgrade.

"""
    return introduction + rules_table(page_name)


def _page(rule: Rule) -> str:
    projects = f"../../tests/projects/rules/{rule.code.lower()}"
    return (f"{explain(rule)}\nThe examples as projects that are walked: [bad]({projects}/bad), "
            f"[good]({projects}/good). [All rules]({INDEX})\n")
