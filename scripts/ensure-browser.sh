#!/bin/sh
# Finds or installs a Chromium for the browser tests, proves that it starts, and prints its path.
# An empty line means Playwright's own, which Playwright finds by itself.
#
#   scripts/ensure-browser.sh .venv/bin/python
#
# FAULTLINES_TEST_BROWSER=/path/to/chromium chooses one.  Exits 3 with a message when none can be had.
set -eu
cd "$(dirname "$0")/.."
python=$1
mkdir -p .make
log=.make/browser.log
: >"$log"

say() { printf '%s\n' "$*" >&2; }

# A name on the PATH proves little: Ubuntu's chromium-browser is a stub that asks for a snap, and Playwright's
# download lacks the system's libraries.  Only a page that opened counts.
starts() {
    "$python" - "$1" >>"$log" 2>&1 <<'PYTHON'
import sys

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=sys.argv[1] or None, timeout=60_000)
    page = browser.new_page()
    page.set_content("<title>started</title>")
    assert page.title() == "started"
    browser.close()
PYTHON
}

use() { printf '%s\n' "$1"; exit 0; }

export DEBIAN_FRONTEND=noninteractive
root_with_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
apt_install() {
    apt-get -o DPkg::Lock::Timeout=300 update -qq >>"$log" 2>&1 </dev/null &&
        apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@" >>"$log" 2>&1 </dev/null
}

# Playwright drives browsers through a node of its own, which needs one library that a minimal Debian lacks.
driver_starts() { "$python" -m playwright --version >>"$log" 2>&1 </dev/null; }
if ! driver_starts; then
    if root_with_apt; then
        say "Installing Debian's libatomic1 for Playwright's driver ..."
        apt_install libatomic1 || say "It could not be installed."
    fi
    if ! driver_starts; then
        tail -n 15 "$log" >&2
        say "Playwright's driver does not start; its own words are above. On Debian and Ubuntu this helps:"
        say "  sudo apt-get install libatomic1"
        exit 3
    fi
fi

if [ -n "${FAULTLINES_TEST_BROWSER:-}" ]; then
    starts "$FAULTLINES_TEST_BROWSER" && use "$FAULTLINES_TEST_BROWSER"
    tail -n 15 "$log" >&2
    say "FAULTLINES_TEST_BROWSER=$FAULTLINES_TEST_BROWSER does not start as a Chromium; Playwright's words are above."
    exit 3
fi

try_system() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        path=$(command -v "$name") || continue
        starts "$path" && use "$path"
        say "$path does not start; looking further."
    done
}

try_system
# One that an earlier run downloaded is used as it is, without a word.
starts "" && use ""

# The download comes before its libraries: it fails in seconds where it is not to be had, and the libraries take minutes.
say "No Chromium found. Downloading Playwright's ..."
limit=
if command -v timeout >/dev/null; then limit="timeout 600"; fi
if $limit "$python" -m playwright install chromium >>"$log" 2>&1 </dev/null; then
    starts "" && use ""
    if root_with_apt; then
        say "Installing the libraries it needs ..."
        "$python" -m playwright install-deps chromium >>"$log" 2>&1 </dev/null || say "They could not be installed."
        starts "" && use ""
    fi
    say "The downloaded browser does not start."
else
    say "The download failed."
fi

if root_with_apt; then
    say "Installing Debian's chromium ..."
    if apt_install chromium; then try_system; fi
fi

tail -n 15 "$log" >&2
say "The browser tests need a Chromium, and none could be found or installed (all details: $log). Any of these helps:"
say "  sudo apt-get install chromium"
say "  sudo $python -m playwright install-deps chromium"
say "  make test FAULTLINES_TEST_BROWSER=/path/to/chromium"
exit 3
