"""The place of an error is the user's line, whatever lies around it and below it."""

from importlib.machinery import EXTENSION_SUFFIXES

import pytest

from harness.worker import showing
from harness.worker.failures import describe

LIBRARY = "def unpack(packed):\n    raise ValueError('unpack(b) received extra data.')\n"


@pytest.fixture
def revision(tmp_path):
    """The function of a revision in a folder that is the project's."""
    showing.show_within(tmp_path)

    def write(source, **names):
        path = tmp_path / "versions" / "0001_unpack.py"
        path.parent.mkdir()
        path.write_text(source)
        code = {"__name__": "0001_unpack", **names}
        exec(compile(source, str(path), "exec"), code)
        return code["upgrade"]

    yield write
    showing.show_within()


def raised(function):
    with pytest.raises(ValueError, match="extra data") as caught:
        function()
    return caught.value


def test_an_error_of_a_compiled_library_is_shown_at_the_line_that_calls_it(revision):
    compiled = {"__name__": "packing._unpacker", "__file__": f"/site-packages/packing/_unpacker{EXTENSION_SUFFIXES[0]}"}
    exec(compile(LIBRARY, "packing/_unpacker.pyx", "exec"), compiled)
    upgrade = revision("def upgrade():\n    unpack(b'x')\n", unpack=compiled["unpack"])
    assert describe(raised(upgrade)).location == "versions/0001_unpack.py:2"


def test_a_file_is_shown_from_the_project_wherever_the_process_has_gone(revision, monkeypatch, tmp_path):
    upgrade = revision("def upgrade():\n    raise ValueError('extra data')\n")
    monkeypatch.chdir(tmp_path.parent)
    assert describe(raised(upgrade)).location == "versions/0001_unpack.py:2"
