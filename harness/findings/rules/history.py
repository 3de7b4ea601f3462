"""RT4xx: the revision files and the graph they form."""

from __future__ import annotations

from harness.findings.model import Rule, Severity

RT401 = Rule(
    code="RT401",
    slug="broken-revision",
    severity=Severity.ERROR,
    condition="revision file empty, unparsable, unimportable or without identifiers",
    effect="Every alembic command fails as soon as it loads the folder, for the whole team and in the middle of a "
    "deploy; or what the file was to do never runs.",
    remedy="Complete the file with revision and down_revision, resolve what a merge left in it, or delete it. What is "
    "no revision does not belong into a version location.",
    bad="""\
# Kept from before we used Alembic.
def upgrade() -> None:
    op.create_index("ix_orders_status", "orders", ["status"])


def downgrade() -> None:
    op.drop_index("ix_orders_status", "orders")
""",
    good="""\
revision = "0002_order_status_index"
down_revision = "0001_orders"


def upgrade() -> None:
    op.create_index("ix_orders_status", "orders", ["status"])


def downgrade() -> None:
    op.drop_index("ix_orders_status", "orders")
""",
    source="https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script",
)

RT402 = Rule(
    code="RT402",
    slug="duplicate-revision",
    severity=Severity.ERROR,
    condition="two files claim one id",
    effect="Alembic only warns, keeps the file that it reads last, and never runs the other. A database that another "
    "state of the folder upgraded has what the other file did, under the same id.",
    remedy="Give one of the files an id of its own and put it behind the other. Where one of them has been deployed, "
    "that one keeps the id.",
    bad="""\
revision = "0002"  # 0002_customer_city.py says so too
down_revision = "0001"


def upgrade() -> None:
    op.add_column("customers", sa.Column("phone", sa.String(32)))


def downgrade() -> None:
    op.drop_column("customers", "phone")
""",
    good="""\
revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("customers", sa.Column("phone", sa.String(32)))


def downgrade() -> None:
    op.drop_column("customers", "phone")
""",
    source="https://alembic.sqlalchemy.org/en/latest/branches.html",
)

RT403 = Rule(
    code="RT403",
    slug="broken-chain",
    severity=Severity.ERROR,
    condition="missing parent, or a cycle",
    effect='Alembic stops with a KeyError or "Cycle is detected" before it runs anything. No database can be '
    "upgraded or downgraded until the files are mended.",
    remedy="Point down_revision at a revision that exists, or bring back the file that was deleted or renamed. Never "
    "delete a revision that a database may stand at.",
    bad="""\
revision = "0003_order_note"
down_revision = "0002_order_total"  # squashed into 0001_orders, and its file deleted


def upgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.String(200)))


def downgrade() -> None:
    op.drop_column("orders", "note")
""",
    good="""\
revision = "0003_order_note"
down_revision = "0001_orders"


def upgrade() -> None:
    op.add_column("orders", sa.Column("note", sa.String(200)))


def downgrade() -> None:
    op.drop_column("orders", "note")
""",
    source="https://alembic.sqlalchemy.org/en/latest/branches.html",
)

RT404 = Rule(
    code="RT404",
    slug="multiple-heads",
    severity=Severity.WARNING,
    condition="more than one head",
    effect='`alembic upgrade head` refuses to run: "Multiple head revisions are present". The deploy that brings the '
    "second head stops there.",
    remedy="Join the heads with `alembic merge heads`, or put the revision that is not deployed yet behind the other. "
    "Where several heads are wanted, deploy with `upgrade heads` and accept the finding.",
    bad="""\
revision = "0003_user_phone"
down_revision = "0001_users"  # and so says 0002_user_city


def upgrade() -> None:
    op.add_column("users", sa.Column("phone", sa.String(32)))


def downgrade() -> None:
    op.drop_column("users", "phone")
""",
    good="""\
revision = "0004_merge"
down_revision = ("0002_user_city", "0003_user_phone")


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
""",
    source="https://alembic.sqlalchemy.org/en/latest/branches.html#merging-branches",
)
