#!/bin/sh
# Finds or fetches a program of Debian's that some test needs, proves that it runs, and prints its path.
#
#   scripts/ensure-debian.sh nginx      a proxy, for the test behind a path prefix
#   scripts/ensure-debian.sh strace     a witness of what a process asks of the system, for the proof that it only reads
#   scripts/ensure-debian.sh faketime   a library that gives a process another clock, for the test that sets it back
#
# FAULTLINES_TEST_NGINX=/path/to/nginx (…_STRACE, …_FAKETIME) chooses one.  Exits 3 with a message when none can be had.
#
# Debian's package is unpacked into .make/ and not installed: that needs no root, and starts no server on port 80.
set -eu
cd "$(dirname "$0")/.."
wanted=${1:?which program: nginx, strace or faketime}
mkdir -p .make
log=$PWD/.make/$wanted.log
# Not from the root: the path of the project may hold spaces, and the places below are parted by them.
fetched=.make/$wanted
: >"$log"

# Where a program may lie, in which packages (one or another, by age of the system), and how it proves that it runs.
case $wanted in
nginx)
    chosen=${FAULTLINES_TEST_NGINX:-}
    places="/usr/sbin/nginx /usr/local/sbin/nginx /usr/bin/nginx /usr/local/bin/nginx $fetched/usr/sbin/nginx"
    packages="nginx nginx-light nginx-core"
    runs() { "$1" -v; }
    ;;
strace)
    chosen=${FAULTLINES_TEST_STRACE:-}
    places="/usr/bin/strace /usr/local/bin/strace $fetched/usr/bin/strace"
    packages=strace
    runs() { "$1" -f -o /dev/null true; }
    ;;
faketime)
    chosen=${FAULTLINES_TEST_FAKETIME:-}
    places="/usr/lib/*/faketime/libfaketime.so.1 /usr/lib*/faketime/libfaketime.so.1 $fetched/usr/lib/*/faketime/libfaketime.so.1"
    packages=libfaketime
    runs() { test "$(LD_PRELOAD=$1 FAKETIME='@2000-01-02 00:00:00' date +%Y)" = 2000; }
    ;;
*)
    echo "There is no program $wanted here: nginx, strace or faketime." >&2
    exit 2
    ;;
esac

say() { printf '%s\n' "$*" >&2; }
use_if_it_runs() {
    case $1 in /*) path=$1 ;; *) path=$PWD/$1 ;; esac
    if [ -f "$path" ] && runs "$path" >>"$log" 2>&1 </dev/null; then
        printf '%s\n' "$path"
        exit 0
    fi
}
variable=FAULTLINES_TEST_$(printf %s "$wanted" | tr a-z A-Z)

if [ -n "$chosen" ]; then
    use_if_it_runs "$chosen"
    cat "$log" >&2
    say "$variable=$chosen does not run as it should; its own words, if it had any, are above."
    exit 3
fi
# Unquoted: they are several, and some are patterns.
for place in $places; do use_if_it_runs "$place"; done

if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    say "No $wanted found. Fetching Debian's ..."
    # A minimal system has no lists of packages yet, and only root may get them.
    if [ "$(id -u)" = 0 ]; then
        apt-get -o DPkg::Lock::Timeout=300 update -qq >>"$log" 2>&1 </dev/null || say "The lists could not be updated."
    fi
    for package in $packages; do
        rm -rf "$fetched"
        mkdir -p "$fetched"
        (cd "$fetched" && apt-get download -qq "$package" && dpkg-deb -x "$package"_*.deb .) >>"$log" 2>&1 </dev/null ||
            continue
        for place in $places; do use_if_it_runs "$place"; done
    done
fi

tail -n 15 "$log" >&2
say "Some tests need $wanted, and none could be found or fetched (all details: $log). Any of these helps:"
say "  sudo apt-get install ${packages##* }"
say "  make test $variable=/path/to/it"
exit 3
