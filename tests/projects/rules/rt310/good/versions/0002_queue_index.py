"""Find the jobs of a queue."""

from alembic import op

revision = "0002_queue_index"
down_revision = "0001_jobs"


def upgrade() -> None:
    op.create_index("ix_jobs_queue", "jobs", ["queue"])


def downgrade() -> None:
    op.drop_index("ix_jobs_queue", "jobs")
