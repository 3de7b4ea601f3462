"""``roundtrip explain``: everything about one rule, or a list of all."""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.markdown import Markdown

from harness.findings.catalogue import RULES, find_rule
from harness.findings.explain import explain as as_markdown


def explain(options: argparse.Namespace) -> int:
    """Print the rule that ``options`` name, or the list.

    Raises:
        UsageError: there is no such rule.
    """
    if options.list:
        widest = max(len(rule.slug) for rule in RULES)
        for rule in RULES:
            sys.stdout.write(f"{rule.code}  {rule.slug:{widest}}  {rule.severity:7}  {rule.condition}\n")
        return 0
    text = as_markdown(find_rule(options.rule))
    if sys.stdout.isatty():
        Console().print(Markdown(text))
    else:
        sys.stdout.write(text)
    return 0
