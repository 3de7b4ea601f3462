"""Results made by hand, one that failed in every way and one in which everything was proven."""

import dataclasses

import pytest

from harness.cascade.model import (
    Action,
    CascadeFacts,
    DeleteTrigger,
    Deletion,
    ForeignKey,
    NotMeasured,
    Refusal,
    TableEffect,
)
from harness.findings.judge_cascades import judge_cascades
from harness.findings.model import Evidence, Finding, Sample, Severity
from harness.names import QualifiedName, RevisionId, StepName
from harness.outcomes import (
    CascadesRecord,
    Checked,
    HeadRecord,
    NotReached,
    ProjectInfo,
    RevisionResult,
    RunResult,
    ServerInfo,
    Skipped,
    StepRecord,
    TableRecord,
)
from harness.report.places import Places
from harness.report.reported import Reported

STEPS = tuple(StepRecord(name=name, seconds=0.0125) for name in StepName)
PROJECT = ProjectInfo(name="shop", alembic_ini="alembic.ini", script_location="migrations", revisions=5,
                      heads=(RevisionId("0004_narrow"), RevisionId("0005_tail")), mode="generator")
SERVER = ServerInfo(provider="embedded", version="18.1")

LONG_NAME = "warehouse_inventory.goods_received_and_not_yet_inspected_lines.supplier_article_number_normalised"

VALUES_CHANGED = Finding(
    rule="RT102", slug="values-changed", severity=Severity.ERROR, revision=RevisionId("0004_narrow"),
    object="public.users.phone",
    message="3 of 10 values of public.users.phone differ after upgrade and downgrade: the column comes back "
            "as varchar(8) and what was longer has been cut.",
    remedy="Keep the type that the column had before:\n\n"
           "def downgrade() -> None:\n"
           '    op.alter_column("users", "phone", type_=sa.String(32), existing_type=sa.String(8), '
           'existing_nullable=True, postgresql_using="phone::varchar(32)")\n',
    evidence=Evidence(
        rows=3, rows_total=10, columns=("phone",),
        samples=(
            Sample(key="id=3", column="phone", before="+49 170 1234567", after="+49 170 "),
            Sample(key="id=4", column="phone", before="x" * 300, after="x" * 8),
            Sample(key="id=7", column="phone", before="\x1b[2J\n", after=None),
        ),
    ),
)
DRIFT = Finding(
    rule="RT201", slug="schema-drift", severity=Severity.ERROR, revision=RevisionId("0004_narrow"),
    object=LONG_NAME, message=f"{LONG_NAME} differs after the downgrade.", remedy="Drop it in downgrade().",
    evidence=Evidence(delta=("  table public.users", "- phone character varying(32)", "+ phone character varying(8)")),
)
FAILS = Finding(
    rule="RT303", slug="downgrade-fails-on-data", severity=Severity.ERROR, revision=RevisionId("0004_narrow"),
    object="public.users", message="The downgrade runs on an empty database and fails with 2 of 10 rows.",
    remedy="UPDATE users SET email = '' WHERE email IS NULL",
    evidence=Evidence(
        step=StepName.DOWNGRADE, error='column "email" of relation "users" contains null values',
        statement="ALTER TABLE users\n    ALTER COLUMN email SET NOT NULL", location="migrations/0004.py:21",
        notes=("The walk went on with the other 8 rows.",),
    ),
)
BLOCKED = Finding(
    rule="RT308", slug="downgrade-blocked", severity=Severity.WARNING, revision=RevisionId("0002_relax"),
    object="public.users.email", message="The downgrade fails once a NULL was written to public.users.email.",
    remedy="Fill the NULLs before the constraint returns.",
    evidence=Evidence(step=StepName.LIVE_DOWNGRADE, error="23502: null value",
                      samples=(Sample(key="id=11", column="email", before="NULL", after=None),)),
)
ORDER = Finding(rule="RT203", slug="column-order", severity=Severity.INFO, revision=RevisionId("0002_relax"),
                object="public.users", message="email stands last in public.users after the downgrade.",
                remedy="Nothing has to be done.")
BROKEN = Finding(rule="RT401", slug="broken-revision", severity=Severity.ERROR, revision=None,
                 object="migrations/empty.py", message="migrations/empty.py is empty.",
                 remedy="Complete or delete the file.")
EXCUSED = Finding(rule="RT305", slug="irreversible", severity=Severity.ERROR, revision=RevisionId("0001_users"),
                  object="0001_users", message="downgrade() raises.", remedy="Write it.",
                  accepted="one-way on purpose, see the runbook")


def revision(identifier, **changes):
    values = {"revision": RevisionId(identifier), "down_revisions": (), "path": f"migrations/{identifier}.py",
              "message": identifier[5:], "outcome": Checked(), "steps": STEPS, "seconds": 0.1}
    return RevisionResult(**{**values, **changes})


@pytest.fixture
def failed_run():
    tables = {"public.users": TableRecord(rows=10, live_rows=5),
              "public.shapes": TableRecord(rows=0, error="no value fits the check constraint shapes_area")}
    stopped = StepRecord(name=StepName.LIVE_DOWNGRADE, seconds=0.0, skipped="the downgrade fails")
    return RunResult(
        project=PROJECT, server=SERVER, started_at="2026-01-02T03:04:05+00:00", seconds=4.21, seed=7,
        rows_per_table=10, project_findings=(BROKEN,),
        revisions=(
            revision("0001_users", findings=(EXCUSED,)),
            revision("0002_relax", findings=(ORDER, BLOCKED), tables=tables),
            revision("0003_index", outcome=Skipped("not selected"), steps=STEPS[:1]),
            revision("0004_narrow", down_revisions=(RevisionId("0002_relax"), RevisionId("0003_index")),
                     findings=(VALUES_CHANGED, DRIFT, FAILS), tables=tables, steps=(*STEPS[:3], stopped)),
            revision("0005_tail", outcome=NotReached("its parent is empty", "migrations/empty.py"), steps=()),
        ),
    )


@pytest.fixture
def proven_run():
    tables = {"public.users": TableRecord(rows=10, live_rows=4), "public.orders": TableRecord(rows=8)}
    return RunResult(
        project=PROJECT, server=SERVER, started_at="2026-01-02T03:04:05+00:00", seconds=0.8, seed=0, rows_per_table=10,
        revisions=tuple(revision(f"000{number}_step", tables=tables) for number in range(1, 6)),
        head=HeadRecord(cascades=CascadesRecord()),
    )


USERS, ORDERS, LINES, NOTES, SHOPS, LOG, ROLES = (
    QualifiedName("public", name) for name in ("users", "orders", "lines", "Notes", "shops", "log", "user_roles"))
KEYS = tuple(
    ForeignKey(name=f"{child.name.lower()}_{column}_fkey", child=child, columns=(column,), parent=parent,
               referenced_columns=("id",), on_delete=action, counted_in=child, only_joins=child is ROLES)
    for child, column, parent, action in (
        (NOTES, "author", USERS, Action.SET_NULL), (LINES, "order_id", ORDERS, Action.CASCADE),
        (ORDERS, "shop_id", SHOPS, Action.CASCADE), (ORDERS, "user_id", USERS, Action.CASCADE),
        (ROLES, "user_id", USERS, Action.CASCADE)))


def effect(table, **counts):
    return TableEffect(table=table, rows=10, **counts)


def cascade_facts():
    """Users with what hangs on them, and shops that share a part of it and cannot be deleted at first."""
    users = Deletion(table=USERS, row="(id=3)", effects=(
        effect(USERS, deleted=1), effect(NOTES, changed=2, columns=("author",)), effect(LINES, deleted=4),
        effect(LOG, added=1), effect(ORDERS, deleted=2)))
    orders = Deletion(table=ORDERS, row="(id=7)", effects=(effect(ORDERS, deleted=1), effect(LINES, deleted=3)))
    shops = Deletion(table=SHOPS, row="(id=1)", effects=(
        effect(SHOPS, deleted=1), effect(LINES, deleted=1), effect(ORDERS, deleted=1)),
        refused=(Refusal("(id=2)", "RaiseException: the shop is open"),))
    roles = NotMeasured(reason="public.user_roles has no rows")
    return CascadeFacts(
        keys=KEYS, brought_by=(None, *map(RevisionId, ("0003_step", "0002_step", "0002_step", "0004_step"))),
        triggers=(DeleteTrigger(name="Log it", table=USERS, timing="AFTER", function="public.log_it()"),),
        from_parents=((USERS, users), (ORDERS, orders), (SHOPS, shops)), by_key=(None, orders, shops, users, roles))


@pytest.fixture
def cascading_run(proven_run):
    cascades = judge_cascades(cascade_facts())
    accepted = tuple(dataclasses.replace(finding, accepted="lines are nothing without their order")
                     if finding.revision == "0003_step" else finding for finding in cascades.findings)
    return dataclasses.replace(proven_run, head=HeadRecord(cascades=cascades), project_findings=accepted)


NARROW = """\
'''narrow'''
from alembic import op
import sqlalchemy as sa

revision = "0004_narrow"
down_revision = ("0002_relax", "0003_index")


def upgrade():
    '''Make phone narrow.'''
    op.alter_column("users", "phone", type_=sa.String(8))
    op.add_column(
        "users",
        sa.Column("language", sa.String(8)),
    )


def downgrade():
    op.execute('''
        UPDATE users SET name = '';
        ALTER TABLE users ALTER COLUMN phone TYPE varchar(32)
    ''')
    op.alter_column("users", "email", nullable=False)
"""


@pytest.fixture
def repository(tmp_path):
    """A repository with the project of the two runs in a folder of it."""
    (tmp_path / ".git").mkdir()
    project = tmp_path / "backend"
    (project / "migrations").mkdir(parents=True)
    (project / "alembic.ini").touch()
    (project / "migrations" / "0004_narrow.py").write_text(NARROW)
    (project / "migrations" / "0004.py").write_text(NARROW)
    for name in ("0001_users", "0002_relax", "empty"):
        (project / "migrations" / f"{name}.py").touch()
    return tmp_path


def report(run, code, repository, threshold=Severity.ERROR):
    return Reported(run, code, threshold, Places(run, repository, (repository / "backend",)))


@pytest.fixture
def failed(failed_run, repository):
    return report(failed_run, 4, repository)


@pytest.fixture
def proven(proven_run, repository):
    return report(proven_run, 0, repository)


@pytest.fixture
def cascading(cascading_run, repository):
    return report(cascading_run, 1, repository, Severity.WARNING)


@pytest.fixture
def with_findings(failed_run, repository):
    """Makes a report of one revision with the findings that are given."""
    def make(*findings, threshold=Severity.ERROR):
        run = dataclasses.replace(failed_run, project_findings=(),
                                  revisions=(revision("0004_narrow", findings=findings),))
        return report(run, 1, repository, threshold)
    return make


LONG_STATEMENTS = '''op.execute("""
CREATE FUNCTION public.count_them() RETURNS trigger LANGUAGE plpgsql AS $function$
declare
\ttotal_now integer;  -- "once" (
begin
   \n-- a remark: it's at 15" (or so)
raise notice 'the total    is now %, and this line is longer than the terminal is wide, by far', total_now;
return new; \nend;
$function$
""")
op.create_table('c',
sa.Column('id', sa.Integer(), nullable=False),
schema='s2'
)'''


@pytest.fixture
def with_long_statements(with_findings, failed_run):
    """Statements of many lines, and a report of a remedy that has them between two lines of English."""
    remedy = f"make it again:\n{LONG_STATEMENTS}\nor leave it"
    return LONG_STATEMENTS, with_findings(dataclasses.replace(failed_run.revisions[3].findings[0], remedy=remedy))
