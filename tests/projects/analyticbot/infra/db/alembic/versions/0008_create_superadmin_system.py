"""Superadmin system: operators of the bot, their sessions, and what they did

Revision ID: 0008_create_superadmin_system
Revises: 0007_mtproto_stats_tables
Create Date: 2025-09-02 15:48:19+00:00

Operators sign in apart from the users of the bot. Each has a role; a session is bound to an address; every action is
written to an audit log; settings of the whole system are kept beside them, with their history.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008_create_superadmin_system"
down_revision: str | None = "0007_mtproto_stats_tables"
branch_labels: str | None = None
depends_on: str | None = None


ROLES = ("support", "moderator", "admin", "super_admin")


def upgrade() -> None:
    _create_admin_users()
    _create_admin_sessions()
    _create_admin_audit_log()
    _create_system_configuration()
    _create_configuration_history()
    _create_user_suspensions()
    _seed_configuration()


def _create_admin_users() -> None:
    op.create_table(
        "superadmin_users",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("telegram_id", sa.BigInteger(), nullable=False, unique=True),
        sa.Column("username", sa.String(255), nullable=False, unique=True),
        sa.Column("email", sa.String(320), nullable=True),
        sa.Column("full_name", sa.String(255), nullable=True),
        # One of ROLES; the application checks it.
        sa.Column("role", sa.String(50), nullable=False, server_default=ROLES[0]),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("two_factor_secret", sa.String(64), nullable=True),
        sa.Column("allowed_addresses", postgresql.ARRAY(postgresql.INET()), nullable=True),
        sa.Column("failed_logins", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("created_by", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_superadmin_users_role", "superadmin_users", ["role"])
    op.create_index(
        "ix_superadmin_users_active",
        "superadmin_users",
        ["last_login_at"],
        postgresql_where=sa.text("is_active"),
    )


def _create_admin_sessions() -> None:
    """Signed-in operators."""
    op.create_table(
        "admin_sessions",
        sa.Column("id", postgresql.UUID(as_uuid=True), primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("admin_user_id", postgresql.UUID(as_uuid=True), nullable=False),
        sa.Column("token_hash", sa.String(128), nullable=False, unique=True),
        sa.Column("address", postgresql.INET(), nullable=False),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["admin_user_id"], ["superadmin_users.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_admin_sessions_admin_user_id", "admin_sessions", ["admin_user_id"])
    op.create_index("ix_admin_sessions_expires_at", "admin_sessions", ["expires_at"])


def _create_admin_audit_log() -> None:
    """What operators did."""
    op.create_table(
        "admin_audit_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("admin_user_id", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("session_id", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("action", sa.String(100), nullable=False),
        sa.Column("resource_type", sa.String(100), nullable=False),
        sa.Column("resource_id", sa.String(255), nullable=True),
        sa.Column("old_values", postgresql.JSONB(), nullable=True),
        sa.Column("new_values", postgresql.JSONB(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("success", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_admin_audit_log_admin_user_id", "admin_audit_log", ["admin_user_id", "created_at"])
    op.create_index("ix_admin_audit_log_resource", "admin_audit_log", ["resource_type", "resource_id"])


def _create_system_configuration() -> None:
    op.create_table(
        "system_configuration",
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("category", sa.String(50), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("is_secret", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("updated_by", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_system_configuration_category", "system_configuration", ["category"])


def _create_user_suspensions() -> None:
    """Users who may not post."""
    op.create_table(
        "user_suspensions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("suspended_by", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["suspended_by"], ["superadmin_users.id"], ondelete="SET NULL"),
    )
    op.create_index("ix_user_suspensions_user_id", "user_suspensions", ["user_id"])


def _create_configuration_history() -> None:
    op.create_table(
        "system_configuration_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("old_value", postgresql.JSONB(), nullable=True),
        sa.Column("new_value", postgresql.JSONB(), nullable=True),
        sa.Column("changed_by", postgresql.UUID(as_uuid=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_index("ix_system_configuration_history_key", "system_configuration_history", ["key", "changed_at"])


def _seed_configuration() -> None:
    # The bot reads these at its start, and again whenever one of them has been changed there.
    configuration = sa.table(
        "system_configuration",
        sa.column("key", sa.String),
        sa.column("value", postgresql.JSONB),
        sa.column("category", sa.String),
        sa.column("description", sa.Text),
    )
    op.bulk_insert(
        configuration,
        [
            {"key": "maintenance_mode", "value": False, "category": "system", "description": "Answers no commands"},
            {"key": "max_channels", "value": 10, "category": "limits", "description": "Most channels of one user"},
            {"key": "session_minutes", "value": 480, "category": "security", "description": "Life of a session"},
        ],
    )


def downgrade() -> None:
    op.drop_table("user_suspensions")
    op.drop_table("system_configuration_history")
    op.drop_table("system_configuration")
    op.drop_table("admin_audit_log")
    op.drop_table("admin_sessions")
    op.drop_table("superadmin_users")
