#!/bin/sh
# Finds or fetches the programs of a PostgreSQL server for the tests, proves that they run, and prints their folder.
#
#   scripts/ensure-postgres.sh
#
# FAULTLINES_TEST_POSTGRES=/path/to/bin chooses a folder.  Exits 3 with a message when none can be had.
#
# Debian's packages are unpacked into .make/ and not installed: that needs no root, and starts no service.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .make
log=$PWD/.make/postgres.log
: >"$log"

say() { printf '%s\n' "$*" >&2; }
runs() { for name in initdb postgres pg_basebackup; do "$1/$name" --version >>"$log" 2>&1 </dev/null || return 1; done; }
use() { printf '%s\n' "$1"; exit 0; }

if [ -n "${FAULTLINES_TEST_POSTGRES:-}" ]; then
    runs "$FAULTLINES_TEST_POSTGRES" && use "$FAULTLINES_TEST_POSTGRES"
    cat "$log" >&2
    say "FAULTLINES_TEST_POSTGRES=$FAULTLINES_TEST_POSTGRES holds no PostgreSQL that runs; its own words are above."
    exit 3
fi

fetched=$PWD/.make/postgres
found() {
    # Debian keeps each version's programs where no PATH looks; the newest is taken.
    for path in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin "$fetched"/usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) \
        "$(dirname "$(command -v initdb || echo /nowhere/initdb)")"; do
        if runs "$path"; then use "$path"; fi
    done
}
found

if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    say "No PostgreSQL found. Fetching Debian's ..."
    # A minimal system has no lists of packages yet, and only root may get them.
    if [ "$(id -u)" = 0 ]; then
        apt-get -o DPkg::Lock::Timeout=300 update -qq >>"$log" 2>&1 </dev/null || say "The lists could not be updated."
    fi
    version=$(apt-cache depends postgresql 2>>"$log" | sed -n 's/^ *Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -n 1)
    if [ -n "$version" ]; then
        rm -rf "$fetched"
        mkdir -p "$fetched"
        for package in "postgresql-$version" "postgresql-client-$version" libpq5; do
            (cd "$fetched" && apt-get download -qq "$package" && dpkg-deb -x "${package}"_*.deb .) >>"$log" 2>&1 </dev/null || :
        done
        # Programs of the packages look for the library that came with them.
        for library in "$fetched"/usr/lib/*/libpq.so.5; do
            if [ -e "$library" ]; then
                LD_LIBRARY_PATH=$(dirname "$library")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
                export LD_LIBRARY_PATH
            fi
        done
        found
    fi
fi

tail -n 15 "$log" >&2
say "The tests of PostgreSQL need its server, and none could be found or fetched (all details: $log). Any of these helps:"
say "  sudo apt-get install postgresql"
say "  make test FAULTLINES_TEST_POSTGRES=/usr/lib/postgresql/15/bin"
exit 3
