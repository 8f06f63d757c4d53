#!/usr/bin/env bash
# A throw-away PostgreSQL cluster for tests: trusting, on loopback only, without fsync (a killed
# server loses nothing that it acknowledged, a machine without power would).
#
#   scripts/postgres.sh start DIR    makes the cluster if it is new, starts it, prints its address
#   scripts/postgres.sh stop DIR     stops it
#   scripts/postgres.sh crash DIR    kills the postmaster with SIGKILL, and `start` brings it back
#   scripts/postgres.sh halt DIR     ends it in good order, whoever is connected
#   scripts/postgres.sh cut DIR      ends every connection; it goes on running
#   scripts/postgres.sh remove DIR   stops it and deletes DIR
#
# With POSTGRES_FLUSHES a new cluster flushes, in small segments and with many checkpoints: for cuts of the power.
#
# It keeps its port over a restart. PostgreSQL refuses to run as root, so root runs it as the user `postgres`.
set -euo pipefail

fail() {
    echo "postgres.sh: $*" >&2
    exit 1
}

# The newest installed server's folder of programs.
find_binaries() {
    local folder
    folder=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
    if [ -z "$folder" ] || [ ! -x "$folder/initdb" ]; then
        local initdb
        initdb=$(command -v initdb) || fail "no PostgreSQL server found; install the package postgresql"
        folder=$(dirname "$(readlink -f "$initdb")")
    fi
    echo "$folder"
}

as_owner() {
    if [ "$(id -u)" = 0 ]; then
        # From /, because the user postgres may not enter where root stands.
        (cd / && exec runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

make_cluster() {
    mkdir -p "$dir"
    if [ "$(id -u)" = 0 ]; then chown postgres: "$dir"; fi
    as_owner test -w "$dir" || fail "the user postgres cannot reach $dir"
    # A linguistic default collation, as a city's server would have: SQL that forgets COLLATE "C" must show.
    local flushes=(fsync=off full_page_writes=off) segments=()
    if [ -n "${POSTGRES_FLUSHES:-}" ]; then
        flushes=(fsync=on full_page_writes=on wal_sync_method=fdatasync checkpoint_timeout=30s min_wal_size=4MB max_wal_size=8MB)
        segments=(--wal-segsize=1)
    fi
    as_owner "$bin/initdb" "${segments[@]}" --pgdata="$dir/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --locale-provider=icu --icu-locale=zh-CN --no-sync --no-instructions >"$dir/initdb.log" 2>&1 \
        || fail "initdb failed: $(cat "$dir/initdb.log")"
    as_owner tee -a "$dir/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
$(printf '%s\n' "${flushes[@]}")
CONF
}

running() {
    as_owner "$bin/pg_ctl" status --pgdata="$dir/data" >/dev/null 2>&1
}

try_port() {
    as_owner "$bin/pg_ctl" start --wait --silent --pgdata="$dir/data" --log="$dir/data/server.log" \
        --options="-p $1" >/dev/null 2>&1
}

start() {
    [ -f "$dir/data/PG_VERSION" ] || make_cluster
    if ! running; then
        local port tries=0
        port=$(cat "$dir/port" 2>/dev/null || echo $((20000 + RANDOM % 12000)))
        until try_port "$port"; do
            tries=$((tries + 1))
            [ "$tries" -lt 10 ] || fail "the server does not start: $(as_owner tail -20 "$dir/data/server.log")"
            # Taken by another program, or (after a crash) not yet given back.
            if [ -f "$dir/port" ]; then sleep 1; else port=$((20000 + RANDOM % 12000)); fi
        done
        echo "$port" >"$dir/port"
    fi
    echo "postgres://postgres@127.0.0.1:$(cat "$dir/port")/postgres"
}

stop() {
    if running; then
        as_owner "$bin/pg_ctl" stop --mode=immediate --silent --pgdata="$dir/data" >/dev/null
    fi
}

halt() {
    as_owner "$bin/pg_ctl" stop --mode=fast --silent --pgdata="$dir/data" >/dev/null
}

cut() {
    as_owner "$bin/psql" --quiet --no-align --tuples-only --no-psqlrc --host=127.0.0.1 --port="$(cat "$dir/port")" \
        --username=postgres --command="SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'" postgres >/dev/null
}

crash() {
    local pid
    pid=$(as_owner head -1 "$dir/data/postmaster.pid")
    kill -KILL "$pid"
    # Where nobody reaps orphans a dead process keeps its number, and its lock file would pass for a living server's.
    while grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$pid/status"; do sleep 0.05; done
    as_owner rm -f "$dir/data/postmaster.pid"
}

[ $# = 2 ] || fail "usage: scripts/postgres.sh start|stop|crash|halt|cut|remove DIR"
bin=$(find_binaries)
mkdir -p "$2"
dir=$(cd "$2" && pwd)
case $1 in
    start | stop | crash | halt | cut) "$1" ;;
    remove)
        stop
        rm -rf "$dir"
        ;;
    *) fail "unknown command $1" ;;
esac
