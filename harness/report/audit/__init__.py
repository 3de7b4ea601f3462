"""The audit as text, Markdown, HTML and JSON."""

from harness.report.audit.as_json import audit_json_schema, audit_to_json
from harness.report.audit.markdown import audit_to_markdown
from harness.report.audit.text import render_audit

__all__ = ["audit_json_schema", "audit_to_json", "audit_to_markdown", "render_audit"]
