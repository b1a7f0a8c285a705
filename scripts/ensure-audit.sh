#!/bin/sh
# Usage: ensure-audit.sh
# Sees to the tools of `make audit`: Java for the Nu HTML checker, Node for Lighthouse, and both tools themselves at the
# versions locked in audit/package-lock.json.  Says what helps where one can not be had.  Needs no root; as root on
# Debian or Ubuntu it installs Java itself.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .make
log=.make/audit.log
: >"$log"

say() { printf '%s\n' "$*" >&2; }

if ! java -version >>"$log" 2>&1; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing Debian's default-jre-headless for the Nu HTML checker ..."
        export DEBIAN_FRONTEND=noninteractive
        { apt-get -o DPkg::Lock::Timeout=300 update -qq &&
            apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends default-jre-headless; } \
            >>"$log" 2>&1 </dev/null || say "It could not be installed."
    fi
    if ! java -version >>"$log" 2>&1; then
        say "The Nu HTML checker needs Java (all details: $log). On Debian and Ubuntu this helps:"
        say "  sudo apt-get install default-jre-headless"
        exit 3
    fi
fi

if ! command -v npm >/dev/null || ! node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)'; then
    say "Lighthouse needs Node 20 or newer with npm, and $(node --version 2>/dev/null || echo none) is on the path."
    say "On Debian 13 and Ubuntu 25.04 or newer this helps: sudo apt-get install nodejs npm"
    exit 3
fi

# npm leaves a copy of the lock beside what it installed; ours is put there, so an equal one means nothing to do.
if ! cmp -s audit/package-lock.json audit/node_modules/.locked; then
    say "Installing the Nu HTML checker and Lighthouse into audit/node_modules ..."
    if ! (cd audit && npm ci --no-progress >>"../$log" 2>&1 </dev/null); then
        tail -n 15 "$log" >&2
        say "npm could not install them; its own words are above."
        exit 3
    fi
    cp audit/package-lock.json audit/node_modules/.locked
fi
