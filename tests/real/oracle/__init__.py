"""An oracle for real histories: plain Alembic commands, and ``pg_dump -s`` before and after each. Nothing of harness.

``python -m tests.real.oracle PACKAGE`` runs in an environment that holds the package, on a server that is given.
"""
