"""A file of `prepare` is run as pg_dump writes it; what only psql can do is refused."""

import psycopg
import pytest

from harness.errors import UsageError
from harness.worker.sql_files import run_sql_file

DUMP = """--
-- PostgreSQL database dump
--

\\restrict kPzWQ

SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

CREATE TABLE public.kinds (
    id integer NOT NULL,
    name text DEFAULT '100%;'::text
);

COPY public.kinds (id, name) FROM stdin;
1\ta;b
2\t\\N
\\.

ALTER TABLE ONLY public.kinds
    ADD CONSTRAINT kinds_pkey PRIMARY KEY (id);

\\unrestrict kPzWQ

"""


def run(server, database, folder, text):
    file = folder / "legacy.sql"
    file.write_text(text)
    with psycopg.connect(server.address.conninfo(database)) as connection:
        run_sql_file(connection, file, "legacy.sql")
        return connection.execute("SELECT id, name FROM public.kinds ORDER BY id").fetchall()


def test_what_pg_dump_wrote_is_run_with_its_rows(server, database, tmp_path):
    assert run(server, database, tmp_path, DUMP) == [(1, "a;b"), (2, None)]


@pytest.mark.parametrize(("text", "said"), [
    ("\\i other.sql\nSELECT 1;\n", r"holds \\i, a command of psql's own"),
    ("\\restrict x\nCREATE TABLE public.kinds (id int)\n", "ends within a statement"),
])
def test_what_cannot_be_run_is_said(server, database, tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        run(server, database, tmp_path, text)
