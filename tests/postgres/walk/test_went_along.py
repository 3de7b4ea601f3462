"""Rows that go with rows of another table are told with the foreign keys that take them along."""

import pytest

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

START = (sql(
    "CREATE TABLE teams (id int PRIMARY KEY)",
    'CREATE TABLE "Users" (id int PRIMARY KEY, team int CONSTRAINT of_team REFERENCES teams ON DELETE CASCADE)',
    'CREATE TABLE notes (id int PRIMARY KEY, by int NOT NULL CONSTRAINT of_user REFERENCES "Users" ON DELETE CASCADE)',
    "CREATE TABLE rooms (id int PRIMARY KEY, team int CONSTRAINT held_by REFERENCES teams ON DELETE SET NULL)",
), "    pass")


@pytest.fixture
def notes(tmp_path, server):
    def walk(upgrade, downgrade="    pass"):
        ini = write_history(tmp_path, in_a_line({"a_start": START, "b_next": (upgrade, downgrade)}))
        settings = load_settings({"alembic_ini": str(ini)}, start=tmp_path, environ={})
        with open_run(settings, server=server) as run:
            (result,) = (result for result in run.results() if result.revision == "b_next")
        return {found.object: found.evidence.notes for found in result.findings
                if found.rule in {"RT101", "RT102", "RT104"}}

    return walk


def test_the_shortest_way_is_told_where_they_are_lost_by_the_upgrade(notes):
    assert notes(sql("DELETE FROM teams")) == {
        "public.teams": (),
        'public."Users"': ('they went with rows of public.teams: public."Users".of_team ON DELETE CASCADE',),
        "public.notes": (('they went with rows of public.teams: public."Users".of_team ON DELETE CASCADE, '
                          "public.notes.of_user ON DELETE CASCADE"),),
        "public.rooms.team": ("they went with rows of public.teams: public.rooms.held_by ON DELETE SET NULL",),
    }


def test_a_truncate_follows_other_foreign_keys_as_well_and_names_none(notes):
    assert set(notes(sql("TRUNCATE teams CASCADE")).values()) == {()}
