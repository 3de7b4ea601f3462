"""RT1xx: what the trip did to rows."""

from __future__ import annotations

from harness.findings.model import Rule, Severity

RT101 = Rule(
    code="RT101",
    slug="rows-lost",
    severity=Severity.ERROR,
    condition="rows present before the upgrade are gone after upgrade + downgrade",
    effect="After a rollback the table is shorter than before the deploy. downgrade() cannot bring back what upgrade() "
    "deleted: only a backup still has the rows.",
    remedy="Let the upgrade keep every row: a NOT VALID constraint checks rows when they are written and leaves the "
    "old ones in place. Where rows must leave the table, move them to one that downgrade() copies them back from and "
    "drops.",
    bad="""\
def upgrade() -> None:
    op.execute("DELETE FROM orders WHERE email IS NULL")
    op.alter_column("orders", "email", existing_type=sa.String(255), nullable=False)


def downgrade() -> None:
    op.alter_column("orders", "email", existing_type=sa.String(255), nullable=True)
""",
    good="""\
def upgrade() -> None:
    # Rows written or updated from now on must have one; the others stay as they are.
    op.execute("ALTER TABLE orders ADD CONSTRAINT ck_orders_email CHECK (email IS NOT NULL) NOT VALID")


def downgrade() -> None:
    op.drop_constraint("ck_orders_email", "orders", type_="check")
""",
    source="https://www.postgresql.org/docs/current/sql-altertable.html",
)

RT102 = Rule(
    code="RT102",
    slug="values-changed",
    severity=Severity.ERROR,
    condition="values present before the upgrade differ after upgrade + downgrade",
    effect="The rollback succeeds and the old release goes on, but with other data than it wrote: rounded, cut, "
    "defaulted or NULL. No error says so. Where all values of a json column are the same JSON as before, it is an "
    "info: a way over jsonb changes spaces and the order of keys; a warning where it takes values of a key that an "
    "object has more than once, of which JSON readers take the last. It is a warning, too, where all values were "
    "infinite dates that Roundtrip made, and the driver gave the revision Python's last or first moment for them.",
    remedy="Do not overwrite a column with a narrower or derived value: write the new form to a column of its own and "
    "keep the original until no rollback needs it. If it must be overwritten, have downgrade() compute the exact "
    "inverse.",
    bad="""\
def upgrade() -> None:
    op.alter_column(
        "invoices", "amount",
        existing_type=sa.Numeric(12, 4), type_=sa.Numeric(10, 2), postgresql_using="trunc(amount, 2)",
    )


def downgrade() -> None:
    # Gives the column its four decimals back, but not the digits that were in them.
    op.alter_column("invoices", "amount", existing_type=sa.Numeric(10, 2), type_=sa.Numeric(12, 4))
""",
    good="""\
def upgrade() -> None:
    whole_cents = sa.Computed("trunc(amount, 2)", persisted=True)
    op.add_column("invoices", sa.Column("amount_due", sa.Numeric(10, 2), whole_cents))


def downgrade() -> None:
    op.drop_column("invoices", "amount_due")
""",
    source="https://www.postgresql.org/docs/current/ddl-alter.html#DDL-ALTER-COLUMN-TYPE",
)

RT103 = Rule(
    code="RT103",
    slug="rows-left-behind",
    severity=Severity.ERROR,
    condition="rows absent before the upgrade remain after the downgrade",
    effect="The old release meets rows it knows nothing about, such as a permission or a setting it cannot interpret. "
    "Without ON CONFLICT the next upgrade fails on them with a duplicate key (23505).",
    remedy="Delete in downgrade() exactly the rows that upgrade() inserted, by a key written in the revision.",
    bad="""\
def upgrade() -> None:
    op.add_column("permissions", sa.Column("is_system", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "INSERT INTO permissions (name, description, is_system) VALUES ('invoices.export', 'Export invoices', true)"
        " ON CONFLICT (name) DO NOTHING"
    )


def downgrade() -> None:
    op.drop_column("permissions", "is_system")
""",
    good="""\
def upgrade() -> None:
    op.add_column("permissions", sa.Column("is_system", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(
        "INSERT INTO permissions (name, description, is_system) VALUES ('invoices.export', 'Export invoices', true)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM permissions WHERE name = 'invoices.export'")
    op.drop_column("permissions", "is_system")
""",
    source="https://alembic.sqlalchemy.org/en/latest/ops.html#alembic.operations.Operations.bulk_insert",
)

RT104 = Rule(
    code="RT104",
    slug="live-rows-lost",
    severity=Severity.ERROR,
    condition="live rows of a table that predates the revision are lost by the downgrade",
    effect="What customers entered between deploy and rollback is deleted to make it fit the old schema. It is in no "
    "backup taken before the deploy.",
    remedy="Never delete rows in downgrade() to get an old constraint back. Create the constraint and let it fail on "
    "the rows that break it, so that a person decides about each of them.",
    bad="""\
def upgrade() -> None:
    op.drop_constraint("uq_subscriptions_user_id", "subscriptions", type_="unique")


def downgrade() -> None:
    op.execute("DELETE FROM subscriptions AS s USING subscriptions AS kept"
               " WHERE s.user_id = kept.user_id AND s.id > kept.id")
    op.create_unique_constraint("uq_subscriptions_user_id", "subscriptions", ["user_id"])
""",
    good="""\
def upgrade() -> None:
    op.drop_constraint("uq_subscriptions_user_id", "subscriptions", type_="unique")


def downgrade() -> None:
    # Fails while a user has two subscriptions (RT308), naming that user, and deletes nothing.
    op.create_unique_constraint("uq_subscriptions_user_id", "subscriptions", ["user_id"])
""",
    source="https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-UNIQUE-CONSTRAINTS",
)

RT105 = Rule(
    code="RT105",
    slug="live-values-changed",
    severity=Severity.ERROR,
    condition="live values of such a table are altered by the downgrade",
    effect="In a table that predates the revision, values that only the new schema could hold are cut, rounded or "
    "replaced by the rollback, and stay so after the next upgrade.",
    remedy="Do not cast live values into the narrower type with left(), coalesce() or a lossy USING. Look for values "
    "that do not fit and stop with a message that says how many there are.",
    bad="""\
def upgrade() -> None:
    op.alter_column("users", "name", existing_type=sa.String(50), type_=sa.String(200))


def downgrade() -> None:
    op.alter_column(
        "users", "name",
        existing_type=sa.String(200), type_=sa.String(50), postgresql_using="left(name, 50)",
    )
""",
    good="""\
def upgrade() -> None:
    op.alter_column("users", "name", existing_type=sa.String(50), type_=sa.String(200))


def downgrade() -> None:
    # ALTER COLUMN alone would refuse long names, but silently cut those that end in blanks.
    too_long = op.get_bind().scalar(sa.text("SELECT count(*) FROM users WHERE char_length(name) > 50"))
    if too_long:
        raise RuntimeError(f"{too_long} users have names over 50 characters: shorten them, then downgrade")
    op.alter_column("users", "name", existing_type=sa.String(200), type_=sa.String(50))
""",
    source="https://www.postgresql.org/docs/current/datatype-character.html",
)

RT106 = Rule(
    code="RT106",
    slug="rollback-discards",
    severity=Severity.WARNING,
    condition="the downgrade drops a table (info: a column) that holds live rows",
    effect="Everything written to the new table since the deploy is gone after the rollback, and the next upgrade "
    "brings the table back empty.",
    remedy="Decide it before the night it happens: refuse the downgrade while the table holds rows, have the runbook "
    "export them first (pg_dump --table), or accept the finding with the reason why they can go.",
    bad="""\
def upgrade() -> None:
    op.create_table(
        "customer_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("customer_notes")
""",
    good="""\
def upgrade() -> None:
    op.create_table(
        "customer_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customers.id"), nullable=False),
        sa.Column("note", sa.String(500), nullable=False),
    )


def downgrade() -> None:
    # To give the notes up is a decision that a person takes, not one that a rollback takes for them.
    if op.get_bind().scalar(sa.text("SELECT EXISTS (SELECT FROM customer_notes)")):
        raise RuntimeError("customer_notes holds rows: export them, empty the table, then downgrade")
    op.drop_table("customer_notes")
""",
    source="https://www.postgresql.org/docs/current/sql-droptable.html",
)

RT107 = Rule(
    code="RT107",
    slug="sequence-behind",
    severity=Severity.ERROR,
    condition="after the trip a sequence would hand out a key already in use",
    effect="The first INSERT after the rollback fails with a duplicate key (23505), and so does each one after it "
    "until the sequence has passed the highest key. So it is after the upgrade, where that leaves the sequence of a "
    "table that held rows behind their keys: this is reported, too.",
    remedy="A sequence that a migration creates starts at 1: set it behind the keys in use with setval() in the same "
    "revision, in both directions.",
    bad="""\
def upgrade() -> None:
    op.execute("ALTER TABLE invoices ALTER COLUMN id DROP DEFAULT")
    op.execute("DROP SEQUENCE invoices_id_seq")
    op.execute("ALTER TABLE invoices ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY")
    op.execute("SELECT setval('invoices_id_seq', greatest(max(id), 1)) FROM invoices")


def downgrade() -> None:
    op.execute("ALTER TABLE invoices ALTER COLUMN id DROP IDENTITY")
    op.execute("CREATE SEQUENCE invoices_id_seq AS integer OWNED BY invoices.id")
    op.execute("ALTER TABLE invoices ALTER COLUMN id SET DEFAULT nextval('invoices_id_seq')")
""",
    good="""\
def upgrade() -> None:
    op.execute("ALTER TABLE invoices ALTER COLUMN id DROP DEFAULT")
    op.execute("DROP SEQUENCE invoices_id_seq")
    op.execute("ALTER TABLE invoices ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY")
    op.execute("SELECT setval('invoices_id_seq', greatest(max(id), 1)) FROM invoices")


def downgrade() -> None:
    op.execute("ALTER TABLE invoices ALTER COLUMN id DROP IDENTITY")
    op.execute("CREATE SEQUENCE invoices_id_seq AS integer OWNED BY invoices.id")
    op.execute("ALTER TABLE invoices ALTER COLUMN id SET DEFAULT nextval('invoices_id_seq')")
    op.execute("SELECT setval('invoices_id_seq', greatest(max(id), 1)) FROM invoices")
""",
    source="https://www.postgresql.org/docs/current/functions-sequence.html",
)

RT108 = Rule(
    code="RT108",
    slug="seed-incomplete",
    severity=Severity.WARNING,
    condition="a table could not be filled, so its data was not proven",
    effect="Nothing is known about what the migrations do to rows of this table. That is not the same as knowing that "
    "they are safe.",
    remedy="Read the server's error in the finding. Where a trigger or constraint wants what only the application "
    "knows, give it a default, so that psql, a restore and a repair by hand can write rows as well.",
    bad="""\
def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Text()),
    )
    op.execute(\"\"\"
        CREATE FUNCTION payments_entered_by() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF coalesce(current_setting('app.user', true), '') = '' THEN
                RAISE EXCEPTION 'app.user is not set';
            END IF;
            NEW.entered_by = current_setting('app.user');
            RETURN NEW;
        END $$
    \"\"\")
    op.execute("CREATE TRIGGER entered_by BEFORE INSERT ON payments"
               " FOR EACH ROW EXECUTE FUNCTION payments_entered_by()")


def downgrade() -> None:
    op.drop_table("payments")
    op.execute("DROP FUNCTION payments_entered_by()")
""",
    good="""\
def upgrade() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Text()),
    )
    op.execute(\"\"\"
        CREATE FUNCTION payments_entered_by() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.entered_by = coalesce(nullif(current_setting('app.user', true), ''), session_user);
            RETURN NEW;
        END $$
    \"\"\")
    op.execute("CREATE TRIGGER entered_by BEFORE INSERT ON payments"
               " FOR EACH ROW EXECUTE FUNCTION payments_entered_by()")


def downgrade() -> None:
    op.drop_table("payments")
    op.execute("DROP FUNCTION payments_entered_by()")
""",
    source="https://www.postgresql.org/docs/current/plpgsql-trigger.html",
)
