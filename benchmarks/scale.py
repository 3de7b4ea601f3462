"""Time a check with many rows in every table, and measure the memory of the processes that make it.

.venv/bin/python -m benchmarks.scale --rows 1000000
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.tables import console, new_table

_ENV = """
from alembic import context
from sqlalchemy import engine_from_config
from sqlalchemy.pool import NullPool

engine = engine_from_config(context.config.get_section("alembic", {}), prefix="sqlalchemy.", poolclass=NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
# Four tables; then an index with a new column, a rewrite, values moved to another column, and a foreign key.
_REVISIONS = (
    ("0001_tables", """
        CREATE TABLE users (id serial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, name text, born date,
                            score numeric(8, 2));
        CREATE TABLE products (id bigserial PRIMARY KEY, sku text NOT NULL UNIQUE, title varchar(200),
                               price numeric(10, 2) CHECK (price >= 0), properties jsonb);
        CREATE TABLE orders (id bigserial PRIMARY KEY, user_id int NOT NULL REFERENCES users,
                             status text NOT NULL CHECK (status IN ('new', 'paid', 'gone')),
                             placed timestamptz NOT NULL, note text);
        CREATE TABLE items (order_id bigint REFERENCES orders, product_id bigint REFERENCES products,
                            quantity int NOT NULL, PRIMARY KEY (order_id, product_id))
        """, "DROP TABLE items, orders, products, users"),
    ("0002_index", """
        CREATE INDEX ix_orders_user ON orders (user_id);
        ALTER TABLE orders ADD COLUMN weight int NOT NULL DEFAULT 1
        """, "ALTER TABLE orders DROP COLUMN weight; DROP INDEX ix_orders_user"),
    ("0003_rewrite", "ALTER TABLE users ALTER COLUMN id TYPE bigint", "ALTER TABLE users ALTER COLUMN id TYPE int"),
    ("0004_move", """
        ALTER TABLE products ADD COLUMN caption text;
        UPDATE products SET caption = title;
        ALTER TABLE products DROP COLUMN title
        """, """
        ALTER TABLE products ADD COLUMN title varchar(200);
        UPDATE products SET title = caption;
        ALTER TABLE products DROP COLUMN caption
        """),
    ("0005_key", """
        ALTER TABLE items ADD COLUMN user_id int;
        UPDATE items SET user_id = orders.user_id FROM orders WHERE orders.id = items.order_id;
        ALTER TABLE items ADD CONSTRAINT fk_items_user FOREIGN KEY (user_id) REFERENCES users (id)
        """, "ALTER TABLE items DROP COLUMN user_id"),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One check."""

    wall_seconds: float
    cpu_seconds: float
    """Of all processes, the server's too."""
    peak_mb: dict[str, float]
    """``VmHWM`` of each Python process, by what it is."""
    report: dict[str, object]


def main() -> int:
    """Check the history and show what it took."""
    parser = argparse.ArgumentParser(description="Time a check with many rows, and measure its memory.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = _measure(_write(Path(folder)), options.rows)
    _show(measured, options.rows)
    return 0


def _write(folder: Path) -> Path:
    (folder / "versions").mkdir()
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = %(here)s\nsqlalchemy.url = postgresql://x/y\n")
    (folder / "env.py").write_text(_ENV)
    parent = None
    for revision, upgrade, downgrade in _REVISIONS:
        (folder / "versions" / f"{revision}.py").write_text(
            f"from alembic import op\nrevision = {revision!r}\ndown_revision = {parent!r}\n\n\ndef upgrade():\n"
            f"    op.execute({upgrade!r})\n\n\ndef downgrade():\n    op.execute({downgrade!r})\n")
        parent = revision
    return folder


def _measure(folder: Path, rows: int) -> Measured:
    report = folder / "report.json"
    command = [str(Path(sys.executable).parent / "roundtrip"), "check", "--rows", str(rows), "--json", str(report),
               "--time-limit", "600"]
    began, cpu = time.perf_counter(), _cpu_seconds_of_children()
    peaks: dict[str, float] = {}
    with (folder / "text").open("wb") as text:
        process = subprocess.Popen(command, cwd=folder, stdout=text, stderr=subprocess.STDOUT)
        while process.poll() is None:
            for what, pid in _processes(process.pid):
                peaks[what] = max(peaks.get(what, 0.0), _peak_mb(pid))
            time.sleep(0.1)
    return Measured(time.perf_counter() - began, _cpu_seconds_of_children() - cpu, peaks,
                    json.loads(report.read_text()))


def _cpu_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _processes(parent: int) -> Iterator[tuple[str, int]]:
    yield "the command", parent
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            _, _, rest = stat.read_text().rpartition(")")
            words = (stat.parent / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(rest.split()[1]) == parent and b"harness.worker" in words:
            yield "its worker", int(stat.parent.name)


def _peak_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM:")), 0.0)


def _show(measured: Measured, rows: int) -> None:
    table = new_table(f"{rows:,} rows a table", "upgrade s", "downgrade s", "upgrade again s")
    revisions, findings = measured.report["revisions"], measured.report["findings"]
    assert isinstance(revisions, list)
    assert isinstance(findings, list)
    for entry in revisions:
        seconds = [f"{step['seconds']:.2f}" if step["rows_per_table"] else "-" for step in entry["steps"][:3]]
        table.add_row(entry["revision"], *seconds)
    console().print(table)
    held = sum(table["rows"] for table in revisions[-1]["tables"].values())
    made = sum(table["rows"] for entry in revisions for table in entry["tables"].values())
    checked = sum(entry["outcome"] == "checked" for entry in revisions)
    console().print(f"{checked} of {len(revisions)} revisions checked, {len(findings)} findings; "
                    f"{measured.wall_seconds:.1f} s, {measured.cpu_seconds:.1f} s of CPU; {held:,} rows at the head, "
                    f"{made:,} made in all trips: {made / measured.wall_seconds:,.0f} a second of the whole")
    errors = sorted({finding["rule"] for finding in findings if finding["severity"] == "error"})
    console().print(f"errors: {', '.join(errors) or 'none'}; load of the machine: {os.getloadavg()[0]:.1f} on "
                    f"{os.cpu_count()} processors")
    for what, peak in measured.peak_mb.items():
        console().print(f"{what}: at most {peak:.0f} MB of memory (VmHWM)")


if __name__ == "__main__":
    sys.exit(main())
