"""Values for every type of PostgreSQL: plain ones, edges that bring losses to light, and strategies for a search.

A type that is not known here has no source; whoever fills the column may still ask the server what it takes.
"""

from harness.data.values.lookup import PROBES, source_of, strategy_of
from harness.data.values.source import Source

__all__ = ["PROBES", "Source", "source_of", "strategy_of"]
