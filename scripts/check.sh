#!/bin/sh
# Runs every check, stops at none, counts those that failed.  A check that passes prints one line; one that
# fails prints its whole output too.  Exits 1 if any failed.
#
#   scripts/check.sh .venv/bin/python
set -u
cd "$(dirname "$0")/.." || exit 3
python=$1
run=0
failed=0
names=
output=$(mktemp)
trap 'rm -f "$output"' EXIT
trap 'exit 130' INT TERM

check() {
    name=$1
    shift
    run=$((run + 1))
    # On a terminal the name stands there while the check runs; in a log, one line per check is enough.
    if [ -t 1 ]; then printf '  ..    %s\r' "$name"; fi
    if "$@" >"$output" 2>&1 </dev/null; then
        printf '  ok    %s\n' "$name"
    else
        code=$?
        failed=$((failed + 1))
        names="$names $name"
        printf '  FAIL  %s: exit code %s from: %s\n' "$name" "$code" "$*"
        sed 's/^/        /' "$output"
    fi
}

check format "$python" -m ruff format --check
check lint "$python" -m ruff check
check types "$python" -m mypy
check imports "$python" -c 'import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())'
check dossier "$python" -m app check
check templates "$python" -m scripts.check_templates
check translations "$python" -m scripts.check_translations
check migrations "$python" -m scripts.check_migrations
check sbom "$python" -m scripts.sbom

if [ "$failed" -gt 0 ]; then
    printf 'checks: %s run, %s failed:%s\n' "$run" "$failed" "$names"
    exit 1
fi
printf 'checks: %s run, none failed\n' "$run"
