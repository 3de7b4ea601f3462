"""RT406: foreign keys that delete."""

from __future__ import annotations

from harness.findings.model import Rule, Severity

RT406 = Rule(
    code="RT406",
    slug="cascade-delete",
    severity=Severity.WARNING,
    condition="ON DELETE CASCADE, with the chain and its measured blast radius",
    effect="Deleting one row deletes all that refers to it, and what refers to that, without a question and without a "
    "trace: a DELETE typed once too often, an account closed or a test of a script empties tables that nobody named. "
    "How much goes with one row is measured on the rows of the walk.",
    remedy="Where the rows are worth more than the convenience (payments, what customers wrote, audit trails), make "
    "the foreign key RESTRICT in a new revision, and have the application delete or archive what hangs on a row on "
    "purpose; on a large table add it NOT VALID and validate it in a revision of its own. Where rows mean nothing "
    "without their parent, as in a table that only joins two others, CASCADE is what it is for: accept the finding "
    "with that reason.",
    bad="""\
def upgrade() -> None:
    # So that a customer can be deleted.
    op.drop_constraint("payments_customer_id_fkey", "payments", type_="foreignkey")
    op.create_foreign_key(
        "payments_customer_id_fkey", "payments", "customers", ["customer_id"], ["id"], ondelete="CASCADE"
    )


def downgrade() -> None:
    op.drop_constraint("payments_customer_id_fkey", "payments", type_="foreignkey")
    op.create_foreign_key("payments_customer_id_fkey", "payments", "customers", ["customer_id"], ["id"])
""",
    good="""\
def upgrade() -> None:
    # What a customer has paid outlives the wish to be forgotten: the application keeps it, anonymised.
    op.drop_constraint("payments_customer_id_fkey", "payments", type_="foreignkey")
    op.create_foreign_key(
        "payments_customer_id_fkey", "payments", "customers", ["customer_id"], ["id"], ondelete="RESTRICT"
    )


def downgrade() -> None:
    op.drop_constraint("payments_customer_id_fkey", "payments", type_="foreignkey")
    op.create_foreign_key("payments_customer_id_fkey", "payments", "customers", ["customer_id"], ["id"])
""",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
)
