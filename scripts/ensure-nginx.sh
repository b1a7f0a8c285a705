#!/bin/sh
# Finds or fetches an nginx for the test behind a path prefix, proves that it runs, and prints its path.
#
#   scripts/ensure-nginx.sh
#
# FAULTLINES_TEST_NGINX=/path/to/nginx chooses one.  Exits 3 with a message when none can be had.
#
# Debian's package is unpacked into .make/ and not installed: that needs no root, and starts no server on port 80.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .make
log=$PWD/.make/nginx.log
: >"$log"

say() { printf '%s\n' "$*" >&2; }
runs() { "$1" -v >>"$log" 2>&1 </dev/null; }
use() { printf '%s\n' "$1"; exit 0; }

if [ -n "${FAULTLINES_TEST_NGINX:-}" ]; then
    runs "$FAULTLINES_TEST_NGINX" && use "$FAULTLINES_TEST_NGINX"
    cat "$log" >&2
    say "FAULTLINES_TEST_NGINX=$FAULTLINES_TEST_NGINX does not run as an nginx; its own words are above."
    exit 3
fi

# Debian keeps it where only root's PATH looks.
PATH=$PATH:/usr/sbin:/usr/local/sbin
fetched=$PWD/.make/nginx
for path in "$(command -v nginx || true)" "$fetched/usr/sbin/nginx"; do
    if [ -n "$path" ] && runs "$path"; then use "$path"; fi
done

if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    say "No nginx found. Fetching Debian's ..."
    # A minimal system has no lists of packages yet, and only root may get them.
    if [ "$(id -u)" = 0 ]; then
        apt-get -o DPkg::Lock::Timeout=300 update -qq >>"$log" 2>&1 </dev/null || say "The lists could not be updated."
    fi
    # The program is in one or another of these, by age of the system.
    for package in nginx nginx-light nginx-core; do
        rm -rf "$fetched"
        mkdir -p "$fetched"
        (cd "$fetched" && apt-get download -qq "$package" && dpkg-deb -x "$package"_*.deb .) >>"$log" 2>&1 </dev/null ||
            continue
        if runs "$fetched/usr/sbin/nginx"; then use "$fetched/usr/sbin/nginx"; fi
    done
fi

tail -n 15 "$log" >&2
say "The test behind a path prefix needs nginx, and none could be found or fetched (all details: $log). Any of these helps:"
say "  sudo apt-get install nginx-light"
say "  make test FAULTLINES_TEST_NGINX=/path/to/nginx"
exit 3
