"""The rules as text: one rule for ``roundtrip explain``, the table of the README, and the whole of docs/rules.md.

``python -m harness.findings.explain > docs/rules.md`` writes that page anew.
"""

from __future__ import annotations

import sys

from harness.findings.catalogue import RULES
from harness.findings.model import Rule


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


def rules_table() -> str:
    """Return the Markdown table of all rules, ending in a newline."""
    head = "| code | rule | severity | condition |\n|---|---|---|---|\n"
    return head + "".join(f"| {rule.code} | {rule.slug} | {rule.severity} | {rule.condition} |\n" for rule in RULES)


def rules_page() -> str:
    """Return the whole of docs/rules.md: the table, then each rule under a heading of its own."""
    introduction = """\
# Rules

Generated from the records in `harness/findings/rules/`; `roundtrip explain CODE` prints one of them. The severity is
the default; where a condition names a milder one in brackets, a finding may carry that. *Live rows* are rows written
while the revision was deployed: after its upgrade, before its downgrade.

"""
    return introduction + rules_table() + "".join(f"\n#{explain(rule)}" for rule in RULES)


if __name__ == "__main__":
    sys.stdout.write(rules_page())
