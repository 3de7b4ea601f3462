"""The command line."""

import signal
import sys

from harness.cli.complaint import say_interrupted as _say_interrupted

try:
    from harness.cli.main import main
except KeyboardInterrupt:  # there is no command yet that could say so
    _say_interrupted()
    sys.exit(128 + signal.SIGINT)

__all__ = ["main"]
