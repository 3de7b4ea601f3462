"""All rules, and how one is found by what a person types."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from harness.errors import UsageError
from harness.findings.model import Rule
from harness.findings.rules.cascade import RT406
from harness.findings.rules.failures import RT301, RT302, RT303, RT304, RT305, RT306, RT307, RT308, RT309, RT310
from harness.findings.rules.files import RT405, RT407, RT408
from harness.findings.rules.history import RT401, RT402, RT403, RT404
from harness.findings.rules.isolation import RT601
from harness.findings.rules.rows import RT101, RT102, RT103, RT104, RT105, RT106, RT107, RT108
from harness.findings.rules.schema import RT201, RT202, RT203, RT204, RT205, RT206, RT207

RULES: tuple[Rule, ...] = (
    RT101, RT102, RT103, RT104, RT105, RT106, RT107, RT108,
    RT201, RT202, RT203, RT204, RT205, RT206, RT207,
    RT301, RT302, RT303, RT304, RT305, RT306, RT307, RT308, RT309, RT310,
    RT401, RT402, RT403, RT404, RT405, RT406, RT407, RT408,
    RT601,
)
"""Every rule, in the order of their codes."""

RULE: Mapping[str, Rule] = MappingProxyType({rule.code: rule for rule in RULES})
"""The rules by code."""


def find_rule(text: str) -> Rule:
    """Return the rule whose code or slug is ``text``, in any case.

    Raises:
        UsageError: there is no such rule; names the closest.
    """
    wanted = text.strip().lower()
    by_name = {name: rule for rule in RULES for name in (rule.code.lower(), rule.slug)}
    if wanted in by_name:
        return by_name[wanted]
    closest = difflib.get_close_matches(wanted, by_name, n=1, cutoff=0.5)
    remedy = f"the rules are {RULES[0].code} to {RULES[-1].code}"
    if closest:
        rule = by_name[closest[0]]
        remedy = f"the closest is {rule.code} ({rule.slug})"
    raise UsageError(f"cannot find rule {text!r}", "there is no such code or slug", remedy)
