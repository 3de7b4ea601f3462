#!/bin/sh
# Make the data directory for POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, then run the command as postgres.

set -eu
user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}
data=/var/lib/postgresql/data

if [ ! -f "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    chown -R postgres:postgres /var/lib/postgresql
    printf '%s' "${POSTGRES_PASSWORD:?give POSTGRES_PASSWORD}" >/tmp/password
    chown postgres:postgres /tmp/password
    su postgres -c "initdb --pgdata $data --username '$user' --pwfile /tmp/password --auth-host scram-sha-256 \
        --auth-local trust --encoding UTF8 --locale C.UTF-8 --no-sync --no-instructions" >/dev/null
    printf 'host all all all scram-sha-256\n' >>"$data/pg_hba.conf"
    if [ "$database" != postgres ]; then
        printf 'CREATE DATABASE "%s"\n' "$database" |
            su postgres -c "postgres --single -D $data postgres" >/dev/null
    fi
fi
export PGDATA=$data
command="$1 -c listen_addresses=* -c unix_socket_directories=/tmp"
shift
for argument in "$@"; do command="$command '$argument'"; done
exec su postgres -c "exec $command"
