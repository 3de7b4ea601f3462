"""What runs beside the user's code, in a process of its own: the only package that imports Alembic or SQLAlchemy.

The parent starts ``python -m harness.worker FD``, and the two talk in the messages of ``harness.worker.protocol``.
"""
