"""JSON that a column gets back over jsonb, the same but for how it is written: no error."""

from harness.config import load_settings
from harness.engine import open_run
from harness.findings.model import Severity
from tests.bad_history import sql
from tests.small_history import in_a_line, write_history

START = (sql("CREATE TABLE docs (id int PRIMARY KEY, meta json, body text)"), sql("DROP TABLE docs"))
TO_JSONB = sql("ALTER TABLE docs ALTER meta TYPE jsonb")
TO_JSON = sql("ALTER TABLE docs ALTER meta TYPE json")


def every(folder, server, upgrade, downgrade, *rows, start=START):
    if rows:
        (folder / "docs.sql").write_text("DELETE FROM docs;" + "".join(
            f"INSERT INTO docs VALUES ({number}, '{row}', '{row}');" for number, row in enumerate(rows)))
        (folder / "pyproject.toml").write_text("[tool.roundtrip.seeds]\n'before:b_next' = 'docs.sql'\n")
    ini = write_history(folder, in_a_line({"a_start": start, "b_next": (upgrade, downgrade)}))
    settings = load_settings({"alembic_ini": str(ini)}, start=folder, environ={})
    with open_run(settings, server=server) as run:
        (result,) = (result for result in run.results() if result.revision == "b_next")
    return result.findings


def changes(*arguments, rule="RT102", **keywords):
    return [found for found in every(*arguments, **keywords) if found.rule == rule]


def test_spaces_and_the_order_of_keys_are_an_info(server, tmp_path):
    (found,) = changes(tmp_path, server, TO_JSONB, TO_JSON, '{"b":1,"a":[ ]}', '{"a": 1}', '{"c":1}')
    assert (found.severity, found.object) == (Severity.INFO, "public.docs.meta")
    assert "2 of 3 values of public.docs.meta differ after upgrade and downgrade only in how" in found.message


def test_a_value_that_no_reader_takes_is_a_warning(server, tmp_path):
    (found,) = changes(tmp_path, server, TO_JSONB, TO_JSON)
    assert (found.severity, found.object) == (Severity.WARNING, "public.docs.meta")
    assert "of their values the last is left" in found.message
    assert found.evidence.statement == "ALTER TABLE docs ALTER meta TYPE jsonb"


def test_other_values_are_an_error(server, tmp_path):
    update = sql("UPDATE docs SET meta = '{\"a\": 2}' WHERE meta->>'a' = '1'")
    (found,) = changes(tmp_path, server, TO_JSONB + "\n" + update, TO_JSON, '{"b":1,"a":[ ]}', '{"a": 1}')
    assert found.severity is Severity.ERROR


def test_a_column_of_texts_keeps_its_error(server, tmp_path):
    (found,) = changes(tmp_path, server, sql("UPDATE docs SET body = body::jsonb::text"), sql("SELECT 1"),
                       '{"b":1,"a":[ ]}')
    assert (found.severity, found.object) == (Severity.ERROR, "public.docs.body")


def test_live_values_that_no_reader_takes_are_a_warning(server, tmp_path):
    start = (START[0].replace("meta json", "meta jsonb"), START[1])
    (found,) = changes(tmp_path, server, TO_JSON, TO_JSONB, start=start, rule="RT105")
    assert (found.severity, found.object) == (Severity.WARNING, "public.docs.meta")
    assert "of their values the last is left" in found.message
    assert found.remedy.startswith("nothing, if all that uses public.docs.meta reads it as JSON")


def test_a_downgrade_is_not_empty_where_the_upgrade_wrote_json_otherwise_and_nothing_else(server, tmp_path):
    again = sql("UPDATE docs SET meta = meta::jsonb::json")
    assert [found.rule for found in every(tmp_path, server, again, again, '{"b":1,"a":[ ]}')] == ["RT102"]
