#!/bin/sh
# .sqlx holds what PostgreSQL says about every query in the source, so that builds need no database.
#   sqlx.sh write   asks a temporary PostgreSQL with all migrations, and writes .sqlx anew
#   sqlx.sh check   compares .sqlx with what PostgreSQL says
# A build from before the change of a query will do: it only runs the server.
set -eu
cd "$(dirname -- "$0")/.."
openstance=${CARGO_TARGET_DIR:=$PWD/target}/debug/openstance
export CARGO_TARGET_DIR

describe() {
    psql=$("$openstance" postgres programs)/psql
    for migration in migrations/*.sql; do
        "$psql" --no-psqlrc --quiet --single-transaction --set ON_ERROR_STOP=1 --file "$migration" "$DATABASE_URL"
    done
    # The macros write their findings when they are expanded, so that everything has to be compiled again.
    find src tests benches -name '*.rs' -exec touch {} + 2>/dev/null || true
    SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$1 cargo --locked check --quiet --all-targets
}

case ${1-} in
write | check)
    scripts/setup.sh toolchain
    cargo --locked build --quiet 2>/dev/null || [ -x "$openstance" ] || {
        echo "openstance: the crate must have been built once before its queries changed: stash the changes, \`cargo build\`, unstash" >&2
        exit 1
    }
    "$openstance" postgres programs >/dev/null 2>&1 || scripts/setup.sh postgresql
    found=$(mktemp -d)
    trap 'rm -rf "$found"' EXIT
    "$openstance" postgres run --temporary -- "$0" describe "$found"
    if [ "$1" = check ]; then
        diff -r .sqlx "$found" || {
            echo "openstance: .sqlx is out of date: run \`make sqlx\` and commit it" >&2
            exit 1
        }
    else
        rm -rf .sqlx && mkdir .sqlx
        find "$found" -name '*.json' -exec cp {} .sqlx/ \;
    fi
    ;;
describe) describe "$2" ;;
*) echo "usage: $0 write|check" >&2 && exit 2 ;;
esac
