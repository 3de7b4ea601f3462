"""RT2xx: what the trip did to the schema."""

from __future__ import annotations

from harness.findings.model import Rule, Severity

RT201 = Rule(
    code="RT201",
    slug="schema-drift",
    severity=Severity.ERROR,
    condition="schema after the downgrade differs from before the upgrade",
    effect="The old release runs on a schema that no deploy ever made: a unique that no longer holds, a default that "
    "is gone, a type left over. Later revisions then fail where nobody looks for the cause.",
    remedy="Make downgrade() undo every line of upgrade() in reverse order, and write each object it creates with all "
    "its attributes: unique, nullability, default, ON DELETE, type with length and time zone.",
    bad="""\
def upgrade() -> None:
    op.drop_index("ix_users_email", "users")
    op.create_unique_constraint("uq_users_email", "users", ["email"])


def downgrade() -> None:
    op.drop_constraint("uq_users_email", "users", type_="unique")
    op.create_index("ix_users_email", "users", ["email"])
""",
    good="""\
def upgrade() -> None:
    op.drop_index("ix_users_email", "users")
    op.create_unique_constraint("uq_users_email", "users", ["email"])


def downgrade() -> None:
    op.drop_constraint("uq_users_email", "users", type_="unique")
    op.create_index("ix_users_email", "users", ["email"], unique=True)
""",
    source="https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.create_index",
)

RT202 = Rule(
    code="RT202",
    slug="reupgrade-drift",
    severity=Severity.ERROR,
    condition="schema after the second upgrade differs from the first",
    effect="A database that was rolled back and deployed again has another schema than one deployed once, so "
    "production, staging and a new developer's database differ under one revision id.",
    remedy="Take out of upgrade() what changes between two runs: the clock, random names, sequence values, rows read "
    "to decide what to create. Leave it to the server at run time: func.now() rather than the time of the deploy.",
    bad="""\
def upgrade() -> None:
    # The default becomes the moment of this deploy, for every order ever placed.
    op.alter_column("orders", "placed_at", server_default=datetime.now(UTC).isoformat())


def downgrade() -> None:
    op.alter_column("orders", "placed_at", server_default=None)
""",
    good="""\
def upgrade() -> None:
    op.alter_column("orders", "placed_at", server_default=sa.func.now())


def downgrade() -> None:
    op.alter_column("orders", "placed_at", server_default=None)
""",
    source="https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-CURRENT",
)

RT203 = Rule(
    code="RT203",
    slug="column-order",
    severity=Severity.INFO,
    condition="only the order of columns differs",
    effect="Nothing that names its columns notices. INSERT without a column list, COPY without one and SELECT * read "
    "by position do.",
    remedy="PostgreSQL adds columns only at the end, so a dropped column never comes back to its place. Rename the "
    "column instead and drop it in a later release, or name columns wherever they are read or written.",
    bad="""\
def upgrade() -> None:
    op.drop_column("users", "email_lower")


def downgrade() -> None:
    lower_case = sa.Computed("lower(email)", persisted=True)
    op.add_column("users", sa.Column("email_lower", sa.Text(), lower_case))
""",
    good="""\
def upgrade() -> None:
    # Dropped by a later revision, once nobody will roll back past this one.
    op.alter_column("users", "email_lower", new_column_name="email_lower_unused")


def downgrade() -> None:
    op.alter_column("users", "email_lower_unused", new_column_name="email_lower")
""",
    source="https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN",
)

RT205 = Rule(
    code="RT205",
    slug="history-edited",
    severity=Severity.ERROR,
    condition="a recorded revision no longer produces the schema recorded in schemas/",
    effect="Databases that were upgraded before the edit keep the old schema for good, and new ones get another under "
    "the same revision id. The next revision is then written and tested against a schema that production has not.",
    remedy="Leave a revision alone once a database has passed it, and put the change into a new one. Where none has, "
    "record the history again with `roundtrip schemas record`.",
    bad="""\
def upgrade() -> None:
    # It was String(50) when it was recorded, and when production was upgraded.
    op.add_column("users", sa.Column("nickname", sa.String(80)))


def downgrade() -> None:
    op.drop_column("users", "nickname")
""",
    good="""\
def upgrade() -> None:
    # As it was recorded; a revision after this one makes it longer.
    op.add_column("users", sa.Column("nickname", sa.String(50)))


def downgrade() -> None:
    op.drop_column("users", "nickname")
""",
    source="https://alembic.sqlalchemy.org/en/latest/tutorial.html",
)
