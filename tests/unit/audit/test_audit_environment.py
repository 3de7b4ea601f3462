"""What the source of env.py tells."""

import pytest

from harness.audit.environment import Trait, read_environment


def traits(tmp_path, source):
    path = tmp_path / "env.py"
    path.write_text(source)
    return {seen.trait for seen in read_environment(path).seen}


@pytest.mark.parametrize(("source", "trait"), [
    ("url = os.environ['DATABASE_URL']", Trait.URL_FROM_ENVIRONMENT),
    ("url = os.getenv('SHOP_DB_DSN')", Trait.URL_FROM_ENVIRONMENT),
    ("connection.execute(text('SELECT pg_advisory_lock(1)'))", Trait.MIGRATION_LOCK),
    ("connection.execute(text('SELECT pg_try_advisory_lock(1)'))", Trait.MIGRATION_LOCK),
    ("subprocess.run(['pg_dump', url])", Trait.BACKUP),
    ("backup_database()", Trait.BACKUP),
    ("connection.execute(text('SET lock_timeout = 1000'))", Trait.LOCK_TIMEOUT),
    ("context.configure(compare_type=True)", Trait.COMPARE_TYPE),
    ("context.configure(compare_type=False)", Trait.COMPARE_TYPE_OFF),
    ("target_metadata = None", Trait.NO_MODELS),
    ("target_metadata = Base.metadata", Trait.MODELS),
    ("context.configure(transaction_per_migration=True)", Trait.TRANSACTION_PER_MIGRATION),
    ("if context.is_offline_mode(): pass", Trait.OFFLINE),
    ("async_engine_from_config({})", Trait.ASYNC),
    ("url.replace('postgresql+asyncpg://', 'postgresql://')", Trait.SYNC_URL),
    ("engine = create_engine(url, poolclass=pool.NullPool)", Trait.NULL_POOL),
    ("def run() -> None: pass", Trait.TYPED),
    ("fileConfig(name)", Trait.DISABLES_LOGGERS),
    ("fileConfig(name, disable_existing_loggers=False)", Trait.KEEPS_LOGGERS),
    ("context.script.version_locations = [x]", Trait.SETS_VERSION_LOCATIONS),
    ("config.set_main_option('version_locations', x)", Trait.SETS_VERSION_LOCATIONS),
])
def test_a_trait_is_seen(tmp_path, source, trait):
    assert trait in traits(tmp_path, source)


@pytest.mark.parametrize(("source", "trait"), [
    ('"""Takes pg_advisory_lock and sets lock_timeout."""', Trait.MIGRATION_LOCK),
    ("# pg_dump", Trait.BACKUP),
    ("level = os.environ.get('LOG_LEVEL')", Trait.URL_FROM_ENVIRONMENT),
    ("context.configure(transaction_per_migration=False)", Trait.TRANSACTION_PER_MIGRATION),
    ("def run(): pass\ndef go() -> None: pass", Trait.TYPED),
])
def test_what_is_only_spoken_of_is_not_seen(tmp_path, source, trait):
    assert trait not in traits(tmp_path, source)


def test_the_line_and_its_text_are_kept(tmp_path):
    path = tmp_path / "env.py"
    path.write_text("import os\n\nurl = os.environ['DATABASE_URL']  # here\n")
    facts = read_environment(path)
    assert (facts.seen[0].line, facts.seen[0].text) == (3, "url = os.environ['DATABASE_URL']  # here")
    assert facts.variables == ("DATABASE_URL",)


@pytest.mark.parametrize(("source", "why"), [(None, "there is no env.py"), ("def (", "line 1: invalid syntax")])
def test_an_env_py_that_cannot_be_read_says_why(tmp_path, source, why):
    if source is not None:
        (tmp_path / "env.py").write_text(source)
    facts = read_environment(tmp_path / "env.py")
    assert (facts.why_unread, facts.seen) == (why, ())
