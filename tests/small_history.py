"""A history of a few revisions, each an upgrade and a downgrade as source."""

from tests.bad_history import ENV


def write_history(folder, revisions, env=ENV):
    """Write a project: for each revision its parent and the bodies of its two functions; return its ini."""
    (folder / "versions").mkdir(parents=True, exist_ok=True)
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\n")
    (folder / "env.py").write_text(env)
    for revision, (parent, upgrade, downgrade) in revisions.items():
        (folder / "versions" / f"{revision}.py").write_text(
            f"from alembic import op\nrevision = {revision!r}\ndown_revision = {parent!r}\n\n"
            f"def upgrade():\n{upgrade}\n\ndef downgrade():\n{downgrade}\n")
    return folder / "alembic.ini"


def in_a_line(versions):
    """For each revision the one before it as its parent, and the bodies of its two functions."""
    return {name: (parent, *bodies)
            for (name, bodies), parent in zip(versions.items(), [None, *versions], strict=False)}
