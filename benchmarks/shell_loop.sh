#!/usr/bin/env bash
# The check that a team writes first: upgrade, downgrade, upgrade, and pg_dump after each step.
# Usage: shell_loop.sh ALEMBIC INI PG_DUMP CONNINFO COUNT FOLDER
set -euo pipefail
alembic=$1 ini=$2 pg_dump=$3 conninfo=$4 count=$5 folder=$6

dump() {  # the lines with a backslash carry a random word
    "$pg_dump" --schema-only "$conninfo" | grep -v '^\\' >"$folder/$1.sql"
}

"$alembic" --config "$ini" ensure_version  # a downgrade to base leaves the version table, too
dump before
for ((number = 1; number <= count; number++)); do
    "$alembic" --config "$ini" upgrade +1
    dump upgraded
    "$alembic" --config "$ini" downgrade -1
    dump downgraded
    diff "$folder/before.sql" "$folder/downgraded.sql"
    "$alembic" --config "$ini" upgrade +1
    dump again
    diff "$folder/upgraded.sql" "$folder/again.sql"
    mv "$folder/again.sql" "$folder/before.sql"
done
echo "compared $count revisions"
