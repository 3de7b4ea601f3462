"""The report as one HTML file that needs nothing beside itself: no network, no font, no script but its own."""

from harness.report.html.page import to_html

__all__ = ["to_html"]
