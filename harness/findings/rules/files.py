"""RT405, RT407, RT408: what the files of a project hold, whatever the migrations do."""

from __future__ import annotations

from harness.findings.model import Rule, Severity

RT405 = Rule(
    code="RT405",
    slug="hardcoded-credentials",
    severity=Severity.ERROR,
    condition="a password or a full URL in alembic.ini, env.py or a revision (warning: only as a default, or without a "
    "password; info: without one, of the machine itself)",
    effect="Everybody who can read the repository, or an old copy of it, has the password. And whoever runs `alembic` "
    "without further settings migrates the database that is named there, whichever they had in mind.",
    remedy="Have env.py take the URL from the environment, without a default, and change the password: it stays in the "
    "history of the repository.",
    bad="""\
def run_migrations_online() -> None:
    engine = create_engine("postgresql+psycopg://shop:tiger@db.internal:5433/shop", poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
""",
    good="""\
def run_migrations_online() -> None:
    engine = create_engine(os.environ["DATABASE_URL"], poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
""",
    source="https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file",
)

RT407 = Rule(
    code="RT407",
    slug="oversized-revision",
    severity=Severity.INFO,
    condition="lines, bytes or operations over the threshold",
    effect="What does much at once is hard to review, holds its locks until the last statement is done, and is rolled "
    "back whole or not at all: one part that fails costs all others.",
    remedy="Split what is not deployed yet into revisions of one concern each. The thresholds are settings: "
    "oversized_lines (200), oversized_bytes (8192) and oversized_operations (25).",
    bad="""\
def upgrade() -> None:
    op.add_column("customers", sa.Column("phone", sa.String(32)))
    op.add_column("customers", sa.Column("city", sa.String(64)))
    op.add_column("customers", sa.Column("country", sa.String(2)))
    op.create_index("ix_customers_city", "customers", ["city"])


def downgrade() -> None:
    op.drop_index("ix_customers_city", "customers")
    op.drop_column("customers", "country")
    op.drop_column("customers", "city")
    op.drop_column("customers", "phone")
""",
    good="""\
def upgrade() -> None:
    op.add_column("customers", sa.Column("city", sa.String(64)))
    op.create_index("ix_customers_city", "customers", ["city"])


def downgrade() -> None:
    op.drop_index("ix_customers_city", "customers")
    op.drop_column("customers", "city")
""",
    source="https://www.postgresql.org/docs/current/explicit-locking.html",
)

RT408 = Rule(
    code="RT408",
    slug="ambiguous-numbering",
    severity=Severity.WARNING,
    condition="files share a number, or number and chain disagree",
    effect="People read the order of the files from their numbers, Alembic from down_revision. Where the two differ, a "
    "review, a manual rollback or `ls` tells a wrong story of what ran before what.",
    remedy="Rename the file (its revision id may stay as it is) so that numbers rise along the chain. Two revisions "
    "written in parallel get two numbers, and the later one goes behind the other or both are merged.",
    bad="""\
revision = "0002_city"  # 0002_customer_phone.py is the one before it
down_revision = "0002_phone"


def upgrade() -> None:
    op.add_column("customers", sa.Column("city", sa.String(64)))


def downgrade() -> None:
    op.drop_column("customers", "city")
""",
    good="""\
revision = "0003_city"
down_revision = "0002_phone"


def upgrade() -> None:
    op.add_column("customers", sa.Column("city", sa.String(64)))


def downgrade() -> None:
    op.drop_column("customers", "city")
""",
    source="https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file",
)
