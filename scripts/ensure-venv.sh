#!/bin/sh
# Makes .venv and installs one lock file into it, each only when needed.
#
#   scripts/ensure-venv.sh requirements.txt    what the site needs to run
#   scripts/ensure-venv.sh requirements-dev.txt    that, and what its tests and checks need
#   scripts/ensure-venv.sh --tool NAME    one tool that is not locked, such as the locker itself
#
# PYTHON=/path/to/python chooses the interpreter; otherwise the first one found that is new enough.
# Exits 3 with a message when this machine lacks something that the script cannot supply.
set -eu
cd "$(dirname "$0")/.."
venv=.venv

say() { printf '%s\n' "$*" >&2; }
fail() { say "Cannot set up the Python environment: $*"; exit 3; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_interpreter() {
    if [ -n "${PYTHON:-}" ]; then
        new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not a Python 3.11 or newer."
        printf '%s\n' "$PYTHON"
        return
    fi
    for name in python3 python python3.14 python3.13 python3.12 python3.11; do
        if new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    fail "no Python 3.11 or newer was found (looked for python3, python, python3.14 ... python3.11)." \
        "Install one, or say where it is: make run PYTHON=/path/to/python"
}

# The environment may hold no pip of its own (see below); then the interpreter it was made from lends its pip.
has_pip() { "$1" -c 'import importlib.util, sys; sys.exit(not importlib.util.find_spec("pip"))' 2>/dev/null; }
base_of_venv() { "$venv/bin/python" -c 'import sys; print(sys._base_executable)'; }
pip_install() {
    if has_pip "$venv/bin/python"; then
        set -- "$venv/bin/python" -m pip install "$@"
    else
        set -- "$(base_of_venv)" -m pip --python "$venv/bin/python" install "$@"
    fi
    log=.make/pip.log
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$@" >"$log" 2>&1 && return
    tail -n 20 "$log" >&2
    return 1
}

usable() {
    [ -x "$venv/bin/python" ] && new_enough "$venv/bin/python" &&
        { has_pip "$venv/bin/python" || has_pip "$(base_of_venv)"; }
}

make_venv() {
    python=$(find_interpreter)
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    say "Making $venv with $python (Python $version) ..."
    log=.make/venv.log
    "$python" -m venv --clear "$venv" >"$log" 2>&1 && return
    # Debian's python3 comes without ensurepip, which puts pip into a new environment.  An environment
    # without pip serves as well, with Debian's own pip installing into it: nothing changes outside this folder.
    if has_pip "$python" && "$python" -m venv --clear --without-pip "$venv" >"$log" 2>&1; then
        return
    fi
    # With no pip at all, the package that holds ensurepip is the only way, and only root can install it.
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing Debian's python$version-venv ..."
        export DEBIAN_FRONTEND=noninteractive
        if apt-get -o DPkg::Lock::Timeout=300 update -qq >"$log" 2>&1 &&
            apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "python$version-venv" >>"$log" 2>&1 &&
            "$python" -m venv --clear "$venv" >>"$log" 2>&1; then
            return
        fi
    fi
    tail -n 5 "$log" >&2
    rm -rf "$venv"
    fail "$python can make no virtual environment. On Debian and Ubuntu, install pip or venv and try again:" \
        "sudo apt-get install python$version-venv"
}

mkdir -p .make
# Two commands started together in one clone take turns here; without flock(1) they are trusted not to meet.
exec 9>.make/lock
if command -v flock >/dev/null; then flock 9; fi

usable || make_venv

if [ "$1" = --tool ]; then
    say "Installing $2 ..."
    pip_install "$2" || fail "pip could not install $2; its own words are above."
    exit 0
fi

# The stamp is a copy of the lock file that was installed.  It lies inside the environment, so it goes with it.
stamp=$venv/installed-$1
cmp -s "$1" "$stamp" && exit 0
say "Installing $(grep -c '^[a-z].*==' "$1") packages of $1 ..."
pip_install --require-hashes --requirement "$1" ||
    fail "pip could not install $1; its own words are above. Is the package index reachable?"
cp "$1" "$stamp"
