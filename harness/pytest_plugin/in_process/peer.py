"""What pytest-alembic's fixtures are made of, where the settings name a project."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool

from harness.config import Settings
from harness.pytest_plugin.in_process.guard import Around, Guard
from harness.servers import Address
from harness.worker.configuration import build_config, hooks_importable, import_hook, offer_url
from harness.worker.protocol import Load, Target

_NOWHERE = Target(host="roundtrip.invalid", port=5432, user="roundtrip", password=None, database="roundtrip")
"""What the ini's URL is where it has none of its own: whoever is not guarded reaches nothing by it.

Source: https://www.rfc-editor.org/rfc/rfc2606#section-2
"""


def alembic_config_of(settings: Settings, patch: pytest.MonkeyPatch) -> Config:
    """The Config that the walk uses; ``patch`` takes the change of folder and of ``sys.path`` back.

    Raises:
        ProjectError: the ini cannot be read.
    """
    patch.chdir(Path.cwd())
    patch.setattr(sys, "path", list(sys.path))
    config = build_config(Load(
        alembic_ini=str(settings.alembic_ini), ini_section=settings.ini_section, x=settings.x,
        main_options=dict(settings.main_options), prepare=(), around=None, hooks_folder=str(settings.root),
        select=(), since=None,
    ))
    offer_url(config, _NOWHERE)
    return config


def around_of(settings: Settings) -> Around | None:
    """What the settings say is to be around a run of env.py.

    Raises:
        UsageError: they name no function.
    """
    if not settings.around:
        return None
    folder = str(settings.root)
    with hooks_importable(folder):
        hook: Around = import_hook("around", settings.around)
    return hooks_importable(folder)(hook)


@contextlib.contextmanager
def guarded_engine(address: Address, database: str, around: Around | None = None) -> Iterator[Engine]:
    """Yield an engine on ``database``, with env.py kept there, inside ``around``, as long as the context lasts."""
    target = Target(host=address.host, port=address.port, user=address.user, password=address.password,
                    database=database, options=address.options)
    engine = create_engine(address.url(database), poolclass=NullPool)
    try:
        with Guard(target, around).installed():
            yield engine
    finally:
        engine.dispose()
