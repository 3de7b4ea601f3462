"""RT3xx: steps that failed, refused, did nothing, or did not end."""

from __future__ import annotations

from harness.findings.model import Rule, Severity

RT301 = Rule(
    code="RT301",
    slug="upgrade-fails",
    severity=Severity.ERROR,
    condition="upgrade fails on an empty database too",
    effect="No database gets past this revision: neither production, nor a new developer's, nor the one CI builds. "
    "Every revision after it is out of reach, unless one upgrade with all before it gets past it.",
    remedy="Run the upgrade on an empty database and mend what the error names. CREATE INDEX CONCURRENTLY and other "
    "commands that cannot run in a transaction belong inside op.get_context().autocommit_block().",
    bad="""\
def upgrade() -> None:
    op.create_index("ix_orders_customer_id", "orders", ["customer_id"], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_orders_customer_id", "orders", postgresql_concurrently=True)
""",
    good="""\
def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index("ix_orders_customer_id", "orders", ["customer_id"], postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_customer_id", "orders", postgresql_concurrently=True)
""",
    source="https://alembic.sqlalchemy.org/en/latest/api/runtime.html"
    "#alembic.runtime.migration.MigrationContext.autocommit_block",
)

RT302 = Rule(
    code="RT302",
    slug="downgrade-fails",
    severity=Severity.ERROR,
    condition="downgrade fails on an empty database too",
    effect="This revision cannot be rolled back by `alembic downgrade` at all; with it, no revision before it can be "
    "reached.",
    remedy="Give every constraint a name, in the revision or by a naming convention on the metadata, and drop it by "
    "that name: autogenerate writes None where it knows none, and None cannot be dropped.",
    bad="""\
def upgrade() -> None:
    op.add_column("orders", sa.Column("coupon_id", sa.Integer()))
    op.create_foreign_key(None, "orders", "coupons", ["coupon_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint(None, "orders", type_="foreignkey")
    op.drop_column("orders", "coupon_id")
""",
    good="""\
def upgrade() -> None:
    op.add_column("orders", sa.Column("coupon_id", sa.Integer()))
    op.create_foreign_key("fk_orders_coupon_id_coupons", "orders", "coupons", ["coupon_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_orders_coupon_id_coupons", "orders", type_="foreignkey")
    op.drop_column("orders", "coupon_id")
""",
    source="https://alembic.sqlalchemy.org/en/latest/naming.html",
)

RT303 = Rule(
    code="RT303",
    slug="downgrade-fails-on-data",
    severity=Severity.ERROR,
    condition="downgrade runs empty but fails with rows that were there before",
    effect="The downgrade passes in CI, where tables are empty, and fails in production at the moment it is needed. "
    "Where all that fails is that the driver cannot give it a date or time of rows that Roundtrip made, as Python has "
    "no value for it (before year 1, after 9999, infinite, 24:00), it is a warning.",
    remedy="Look at the rows named in the finding. Take a constraint off before rows are rewritten and put one on "
    "after they are: NOT VALID spares old rows only until somebody updates them.",
    bad="""\
def upgrade() -> None:
    op.alter_column("products", "is_hidden", new_column_name="is_visible")
    op.execute("UPDATE products SET is_visible = NOT is_visible")
    op.execute("ALTER TABLE products ADD CONSTRAINT ck_products_price CHECK (price >= 0) NOT VALID")


def downgrade() -> None:
    op.execute("UPDATE products SET is_visible = NOT is_visible")
    op.alter_column("products", "is_visible", new_column_name="is_hidden")
    op.drop_constraint("ck_products_price", "products", type_="check")
""",
    good="""\
def upgrade() -> None:
    op.alter_column("products", "is_hidden", new_column_name="is_visible")
    op.execute("UPDATE products SET is_visible = NOT is_visible")
    op.execute("ALTER TABLE products ADD CONSTRAINT ck_products_price CHECK (price >= 0) NOT VALID")


def downgrade() -> None:
    # First of all: an UPDATE has every row it touches checked again, old ones too.
    op.drop_constraint("ck_products_price", "products", type_="check")
    op.execute("UPDATE products SET is_visible = NOT is_visible")
    op.alter_column("products", "is_visible", new_column_name="is_hidden")
""",
    source="https://www.postgresql.org/docs/current/sql-altertable.html",
)

RT304 = Rule(
    code="RT304",
    slug="reupgrade-fails",
    severity=Severity.ERROR,
    condition="the second upgrade fails",
    effect='After a rollback the mended release cannot be deployed: its migration stops with "already exists" until '
    "somebody cleans the database by hand. Where only live rows stop it, by a date or time that Python has no value "
    "for, it is a warning, as with RT307.",
    remedy="Have downgrade() remove everything that upgrade() made, and what dropping a column or table leaves behind "
    "too: enum types, functions, sequences of their own, large objects.",
    bad="""\
def upgrade() -> None:
    kind = postgresql.ENUM("customer", "supplier", name="company_kind")
    kind.create(op.get_bind(), checkfirst=False)
    op.add_column("companies", sa.Column("kind", kind))


def downgrade() -> None:
    op.drop_column("companies", "kind")
""",
    good="""\
def upgrade() -> None:
    kind = postgresql.ENUM("customer", "supplier", name="company_kind")
    kind.create(op.get_bind(), checkfirst=False)
    op.add_column("companies", sa.Column("kind", kind))


def downgrade() -> None:
    op.drop_column("companies", "kind")
    op.execute("DROP TYPE company_kind")
""",
    source="https://www.postgresql.org/docs/current/sql-droptype.html",
)

RT305 = Rule(
    code="RT305",
    slug="irreversible",
    severity=Severity.ERROR,
    condition="downgrade refuses by raising (NotImplementedError, RuntimeError, …) before it touches the database, "
    "or there is none",
    effect="A rollback past this revision ends in a restore from backup, with the loss of all that was written since.",
    remedy="Write the downgrade; where the upgrade destroys what it would need, keep the original until a later "
    "revision. Where it is one-way on purpose, accept the finding with the reason and say so in the runbook.",
    bad="""\
def upgrade() -> None:
    op.add_column("users", sa.Column("full_name", sa.String(201)))
    op.execute("UPDATE users SET full_name = concat_ws(' ', first_name, last_name)")


def downgrade() -> None:
    raise NotImplementedError("a full name cannot be split again")
""",
    good="""\
def upgrade() -> None:
    # first_name and last_name stay until no rollback needs them.
    op.add_column("users", sa.Column("full_name", sa.String(201)))
    op.execute("UPDATE users SET full_name = concat_ws(' ', first_name, last_name)")


def downgrade() -> None:
    op.drop_column("users", "full_name")
""",
    source="https://alembic.sqlalchemy.org/en/latest/tutorial.html#downgrading",
)

RT306 = Rule(
    code="RT306",
    slug="empty-downgrade",
    severity=Severity.ERROR,
    condition="downgrade does nothing though the upgrade changed something",
    effect="`alembic downgrade` reports success and changes the version number alone. The schema stays new, and the "
    "next upgrade fails because what it creates is there already.",
    remedy="Write what undoes the upgrade. `pass` is right only where upgrade() changes nothing either, as in a merge.",
    bad="""\
def upgrade() -> None:
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])


def downgrade() -> None:
    pass
""",
    good="""\
def upgrade() -> None:
    op.create_index("ix_orders_placed_at", "orders", ["placed_at"])


def downgrade() -> None:
    op.drop_index("ix_orders_placed_at", "orders")
""",
    source="https://alembic.sqlalchemy.org/en/latest/tutorial.html#create-a-migration-script",
)

RT307 = Rule(
    code="RT307",
    slug="upgrade-fails-on-data",
    severity=Severity.ERROR,
    condition="upgrade runs empty but fails with valid rows",
    effect="The deploy stops at this revision on every database that holds such rows. It passes in CI, where tables "
    "are empty. Where the upgrade inserts rows with keys of its own into a table that no revision had put rows in, and "
    "nothing but rows that Roundtrip made has those keys, it is a warning. So it is where the driver cannot give the "
    "upgrade a date or time of rows that Roundtrip made, as Python has no value for it: before year 1, after 9999, "
    "infinite, or 24:00.",
    remedy="Make the upgrade fit every row that the old schema allows: give a NOT NULL column a server_default, "
    "settle duplicates and orphans before a constraint forbids them, or add the constraint NOT VALID.",
    bad="""\
def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(8), nullable=False))


def downgrade() -> None:
    op.drop_column("users", "language")
""",
    good="""\
def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(8), nullable=False, server_default="en"))


def downgrade() -> None:
    op.drop_column("users", "language")
""",
    source="https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-COLUMN",
)

RT308 = Rule(
    code="RT308",
    slug="downgrade-blocked",
    severity=Severity.WARNING,
    condition="downgrade fails once rows only the new schema allows were written",
    effect="The rollback works until the first user does what the new release is for. From then on it stops with an "
    "error, and somebody must change those rows by hand first.",
    remedy="Keep the old column's constraint and put what is new into a column of its own. Where that cannot be, a "
    "failing downgrade is still better than a lossy one: accept the finding, and give the runbook the query that finds "
    "the rows.",
    bad="""\
def upgrade() -> None:
    op.alter_column("users", "phone", existing_type=sa.String(32), nullable=True)


def downgrade() -> None:
    op.alter_column("users", "phone", existing_type=sa.String(32), nullable=False)
""",
    good="""\
def upgrade() -> None:
    # A user who gives no number has phone = '' and phone_withheld: rows that the old release can read as well.
    op.add_column("users", sa.Column("phone_withheld", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("users", "phone_withheld")
""",
    source="https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-ADDING-A-CONSTRAINT",
)

RT309 = Rule(
    code="RT309",
    slug="timed-out",
    severity=Severity.ERROR,
    condition="a step ran past its limit",
    effect="The deploy or rollback hangs. Whatever locks the step holds, the application waits behind them.",
    remedy="Do not sleep, poll or wait for another process inside a migration, and rewrite large tables in batches "
    "outside of it. Where a step is slow for a good reason, raise time_limit_seconds.",
    bad="""\
def upgrade() -> None:
    op.create_index("ix_jobs_queue", "jobs", ["queue"])


def downgrade() -> None:
    # Let the workers of the new release finish.
    op.execute("SELECT pg_sleep(600)")
    op.drop_index("ix_jobs_queue", "jobs")
""",
    good="""\
def upgrade() -> None:
    op.create_index("ix_jobs_queue", "jobs", ["queue"])


def downgrade() -> None:
    op.drop_index("ix_jobs_queue", "jobs")
""",
    source="https://www.postgresql.org/docs/current/functions-datetime.html#FUNCTIONS-DATETIME-DELAY",
)

RT310 = Rule(
    code="RT310",
    slug="worker-died",
    severity=Severity.ERROR,
    condition="the step killed its process",
    effect="alembic itself dies at this step, without a traceback. The server rolls the open transaction back, but "
    "what an autocommit block had done stays.",
    remedy="Leave a migration by raising, never by os._exit() or a signal. Where the kernel ended it for its memory, "
    "or an extension module crashed, let the server do the work in SQL rather than load the table into Python.",
    bad="""\
def upgrade() -> None:
    op.create_index("ix_jobs_queue", "jobs", ["queue"])


def downgrade() -> None:
    op.drop_index("ix_jobs_queue", "jobs")
    if "ROLLBACK_APPROVED_BY" not in os.environ:
        os._exit(1)
""",
    good="""\
def upgrade() -> None:
    op.create_index("ix_jobs_queue", "jobs", ["queue"])


def downgrade() -> None:
    op.drop_index("ix_jobs_queue", "jobs")
""",
    source="https://docs.python.org/3/library/os.html#os._exit",
)
