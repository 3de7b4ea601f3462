"""The worker's process ends without taking its interpreter apart, but not without what was left for the end."""

from harness.config import load_settings
from harness.engine import open_run
from tests.bad_history import ENV
from tests.small_history import write_history


def test_what_a_project_registered_for_the_end_of_its_process_is_done(server, tmp_path):
    note = tmp_path / "note"
    env = ENV + f"\nimport atexit, pathlib\natexit.register(pathlib.Path({str(note)!r}).write_text, 'put away')\n"
    ini = write_history(tmp_path / "p", {"r1": (None, "    pass", "    pass")}, env)
    with open_run(load_settings({"alembic_ini": ini}, start=ini.parent, environ={}), server=server) as run:
        list(run.results())
        assert not note.exists()
    assert note.read_text() == "put away"
