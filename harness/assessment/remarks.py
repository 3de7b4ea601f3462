"""What is good and what is not in how a project runs its migrations, each with the line that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.assessment.document import Remark
from harness.audit.configuration import Option
from harness.audit.environment import Trait
from harness.audit.project import ProjectFacts
from harness.findings.model import Finding

_STRONG: tuple[tuple[Trait, str], ...] = (
    (Trait.URL_FROM_ENVIRONMENT, "env.py takes the URL from the environment"),
    (Trait.SYNC_URL, "env.py turns an asyncpg URL into one for a synchronous driver"),
    (Trait.ASYNC, "migrations run through an async engine"),
    (Trait.MIGRATION_LOCK, "an advisory lock lets one migration run at a time"),
    (Trait.BACKUP, "env.py makes a backup"),
    (Trait.LOCK_TIMEOUT, "lock_timeout is set, so that a migration does not queue the application behind it"),
    (Trait.STATEMENT_TIMEOUT, "statement_timeout is set"),
    (Trait.COMPARE_TYPE, "compare_type is on: `alembic check` sees columns whose type differs from the models"),
    (Trait.COMPARE_SERVER_DEFAULT, "compare_server_default is on: `alembic check` sees defaults that differ"),
    (Trait.MODELS, "target_metadata is set, so that models and head can be compared"),
    (Trait.TRANSACTION_PER_MIGRATION, "each revision has a transaction of its own"),
    (Trait.INCLUDE_SCHEMAS, "all schemas are compared, not the default one alone"),
    (Trait.OFFLINE, "offline mode is there: `alembic upgrade --sql` gives a script to review"),
    (Trait.NULL_POOL, "NullPool: no connection stays open behind a migration"),
    (Trait.TYPED, "the functions of env.py have type hints"),
    (Trait.KEEPS_LOGGERS, "fileConfig keeps the application's loggers"),
)


_LOGGERS = ("fileConfig disables the loggers that are there: an application that runs migrations itself falls silent "
            "(disable_existing_loggers=False keeps them)")


def strong_points(project: ProjectFacts, findings: Iterable[Finding]) -> Iterator[Remark]:
    """What is good, as the files say."""
    environment = project.environment
    shown = project.history.show_path(str(environment.path))
    for trait, text in _STRONG:
        seen = environment.first(trait)
        if seen is not None:
            yield Remark(text, f"{shown}:{seen.line}")
    rules = {each.rule for each in findings}
    if "RT405" not in rules:
        yield Remark("no password, and no URL of another machine's database, was seen in the configuration, env.py or "
                     "a revision", None)
    if len(project.history.heads) == 1 and project.is_whole:
        yield Remark(f"one head: {project.history.heads[0]}", None)
    for name, text in (("timezone", "revisions are dated in one time zone"),
                       ("file_template", "file names follow a template")):
        option = project.configuration.options.get(name)
        if option is not None and option.value:
            yield Remark(f"{text}: `{option.value}`", _place(project, option))


def weak_points(project: ProjectFacts, findings: Iterable[Finding]) -> Iterator[Remark]:
    """What is not, or cannot be seen, as the files say."""
    environment = project.environment
    shown = project.history.show_path(str(environment.path))
    for each in findings:
        if each.rule == "RT405" and each.accepted is None:
            notes = "".join(f"; {note}" for note in each.evidence.notes if note.startswith("its "))
            yield Remark(f"{each.message}{notes}", each.evidence.location)
    if environment.why_unread is not None:
        yield Remark(f"env.py cannot be read: {environment.why_unread}", shown)
        return
    if environment.first(Trait.MIGRATION_LOCK) is None:
        yield Remark("no migration lock, as far as env.py's source tells: two deploys that migrate at once are not "
                     "kept apart", None)
    if environment.first(Trait.BACKUP) is None:
        yield Remark("no backup before a migration, as far as env.py's source tells", None)
    if environment.first(Trait.LOCK_TIMEOUT) is None:
        yield Remark("no lock_timeout, as far as env.py's source tells: a migration that waits for a lock keeps "
                     "everybody behind it waiting, too", None)
    for trait, text in (
        (Trait.NO_MODELS, "target_metadata is None: models and head cannot be compared (`alembic check`, RT204)"),
        (Trait.COMPARE_TYPE_OFF, "compare_type is off: columns whose type differs from the models go unseen"),
        (Trait.DISABLES_LOGGERS, _LOGGERS),
        (Trait.SETS_VERSION_LOCATIONS, "env.py speaks of version_locations: what it sets while it runs is not seen"),
    ):
        seen = environment.first(trait)
        if seen is not None:
            yield Remark(text, f"{shown}:{seen.line}")


def _place(project: ProjectFacts, option: Option) -> str | None:
    return f"{project.history.show_path(str(option.path))}:{option.line}" if option.line else None
