"""``roundtrip doctor``: which server would be used, and whether the project can be walked on it."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from harness.cli import needs
from harness.config import Settings, load_settings
from harness.engine import Run, open_run
from harness.errors import ExitCode, HarnessError, ServerUnavailableError
from harness.findings.model import Finding, Severity
from harness.outcomes import NotReached, ProjectInfo
from harness.project.history import PlannedRevision
from harness.servers import Survey, survey

_ENV_PY = "env.py"
_NETWORK: Mapping[str, str] = MappingProxyType({
    "none": "none: what the migrations start reaches the disposable server and nothing else",
    "open": "open: only PostgreSQL drivers in Python are kept from other servers",
})
_HOW_TO_HAVE: Mapping[str, str] = MappingProxyType({
    "embedded": "use --server local with postgresql-contrib, or docker",
    "local": "install its package (postgresql-contrib has those that come with PostgreSQL), or use docker",
    "docker": "name an image that has it with --image",
    "url": "install it on that server",
})
"""How to come by an extension that a server of this provider does not have."""
_TO_INSTALL: Mapping[str, str] = MappingProxyType({"psycopg2": "psycopg2-binary", "psycopg": "psycopg[binary]"})


@dataclass(frozen=True, slots=True)
class _Fact:
    label: str
    text: str
    in_the_way: bool = False


def doctor(options: argparse.Namespace) -> int:
    """Print what was found out; the exit code is 0 when a walk could begin, 3 when something stands in its way.

    Raises:
        UsageError: a setting is wrong.
    """
    settings = load_settings(
        {"alembic_ini": options.alembic_ini, "server": options.server, "image": options.image})
    server: Survey | None = None
    try:
        server = survey(settings.server, settings.image)
        facts = list(_about_server(server))
    except ServerUnavailableError as error:
        facts = [_Fact("none", str(error), in_the_way=True)]
    _write("server", facts)
    about_project = list(_about_project(settings, server))
    _write(f"project {settings.alembic_ini}", about_project)
    return int(ExitCode.ENVIRONMENT if any(fact.in_the_way for fact in facts + about_project) else ExitCode.OK)


def _about_server(server: Survey) -> Iterator[_Fact]:
    for provider in sorted(server.providers, key=lambda provider: not provider.chosen):
        if provider.chosen:
            yield _Fact("chosen", f"{provider.provider}: PostgreSQL {server.server.version} at {provider.status}")
        else:
            yield _Fact("not chosen", f"{provider.provider}: {provider.status}")
    names = ", ".join(f"{extension.name} {extension.version}" for extension in server.extensions)
    yield _Fact("extensions", names or "none")


def _about_project(settings: Settings, server: Survey | None) -> Iterator[_Fact]:
    try:
        with open_run(settings) as run:
            project, planned = run.project, run.planned
            lost = [entry for entry in run.result().revisions if isinstance(entry.outcome, NotReached)]
            findings = (*run.project_findings, *(found for entry in lost for found in entry.findings
                                                 if found.severity is Severity.ERROR))
            env_py = _try_env(run) if server is not None and planned else None
    except HarnessError as error:
        yield _Fact("unreadable", str(error), in_the_way=True)
        return
    yield _Fact("revisions", f"{project.revisions}, of which {len(planned)} can be walked")
    for said in project.not_read:
        yield _Fact("not read", said)
    yield _Fact("network", _NETWORK.get(project.network, project.network))
    yield _Fact("heads", ", ".join(project.heads) or "none")
    if env_py is not None:
        yield env_py
    yield from _about_findings(findings, in_the_way=not planned)
    yield from _about_drivers(settings, project)
    yield from _about_extensions(settings, planned, server)


def _about_findings(findings: Iterable[Finding], *, in_the_way: bool) -> Iterator[_Fact]:
    """What is wrong with the files, once where it is the same of many, and with what to do where it is an error."""
    alike: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        said = finding.message.replace(finding.object, "")
        alike.setdefault((finding.rule, said, finding.remedy), []).append(finding)
    for group in alike.values():
        first, *others = group
        is_error = first.severity is Severity.ERROR
        also = f"; so it is of {', '.join(finding.object for finding in others)}" if others else ""
        told = [f"{first.rule} {first.message}{also}", *(first.remedy.splitlines()[:1] if is_error else ())]
        yield _Fact(first.severity.value, "; ".join(told), is_error and in_the_way)


def _try_env(run: Run) -> _Fact:
    """Run env.py on an empty database, with what the settings have run before base."""
    try:
        run.try_env()
    except HarnessError as error:
        return _Fact("env.py", str(error), in_the_way=True)
    return _Fact("env.py", f"runs; the mode of the walk is {run.project.mode}")


def _about_drivers(settings: Settings, project: ProjectInfo) -> Iterator[_Fact]:
    env_py = _locate(settings, f"{project.script_location}/{_ENV_PY}")
    for driver in needs.drivers([(settings.alembic_ini.name, settings.alembic_ini), (_ENV_PY, env_py)]):
        if needs.is_installed(driver.name):
            yield _Fact("driver", f"installed: {_wanted(driver)}")
        else:
            package = _TO_INSTALL.get(driver.name, driver.name)
            yield _Fact("driver", f"missing: {_wanted(driver)}: pip install '{package}'", in_the_way=True)


def _about_extensions(
    settings: Settings, planned: Iterable[PlannedRevision], server: Survey | None
) -> Iterator[_Fact]:
    for extension in needs.extensions((entry.revision, _locate(settings, entry.path)) for entry in planned):
        if server is None:
            yield _Fact("extension", f"wanted: {_wanted(extension)}")
        elif any(present.name == extension.name for present in server.extensions):
            yield _Fact("extension", f"present: {_wanted(extension)}")
        else:
            remedy = _HOW_TO_HAVE[server.server.provider]
            yield _Fact("extension", f"missing: {_wanted(extension)}: {remedy}", in_the_way=True)


def _wanted(need: needs.Need) -> str:
    return f"{need.name} (wanted by {', '.join(need.wanted_by)})"


def _locate(settings: Settings, shown: str) -> Path:
    """Find a file that the run names relative to the folder in which Alembic would be started."""
    folders = (settings.alembic_ini.parent, Path.cwd(), *settings.alembic_ini.parent.parents)
    return next((folder / shown for folder in folders if (folder / shown).is_file()), Path(shown))


def _write(title: str, facts: Iterable[_Fact]) -> None:
    """Print facts, one a line; wrapped for a terminal, whole for a program that searches them."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    sys.stdout.write(f"{title}\n")
    for fact in facts:
        line = f"  {fact.label:12}{fact.text}"
        sys.stdout.write(textwrap.fill(line, width, subsequent_indent=" " * 14, break_long_words=False,
                                       break_on_hyphens=False) + "\n")
