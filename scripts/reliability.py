"""Runs the tests of faults and writes what they tried and what was lost into docs/reliability.md.

python -m scripts.reliability
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from app.settings import PROJECT

REPORT = PROJECT / "docs" / "reliability.md"
RECORD = "FAULTLINES_TEST_RECORD"
"""Names the file to which each test of a fault adds a line of JSON (``told`` in tests/conftest.py)."""


@dataclass(frozen=True)
class Told:
    """What one test of a fault tried: ``count`` times ``what``, of which ``lost`` ended badly for somebody."""

    fault: str
    test: str
    line: int
    what: str
    count: int
    lost: int


def table(told: Iterable[Told]) -> str:
    """A row for each fault, test and thing tried, in the order of the files; the cases of one test are added up."""
    sums: dict[tuple[str, int, str, str], tuple[int, int]] = {}
    for each in told:
        key = (each.test, each.line, each.fault, each.what)
        count, lost = sums.get(key, (0, 0))
        sums[key] = (count + each.count, lost + each.lost)
    order = sorted(sums.items(), key=lambda pair: (pair[0][0].partition("::")[0], pair[0][1], pair[0][3]))
    rows = [f"| {fault} | {count:,} {what} | {lost:,} | `{test}` |" for (test, _, fault, what), (count, lost) in order]
    return "\n".join(["| fault | tried | lost | shown by |", "|---|---|---|---|", *rows])


def put_between(name: str, text: str) -> None:
    """Replace what a command wrote into the report earlier; what people wrote around it stays."""
    begin, end = f"<!-- {name}: written by make {COMMANDS[name]} -->", f"<!-- end of {name} -->"
    page = REPORT.read_text("utf-8")
    head, mark, rest = page.partition(begin)
    if not mark or end not in rest:
        raise OSError(f"{REPORT} has no place for this: it must hold the lines {begin} and {end}")
    REPORT.write_text(f"{head}{begin}\n\n{text}\n\n{end}{rest.partition(end)[2]}", "utf-8")


COMMANDS: Mapping[str, str] = {"faults": "reliability", "soak": "soak"}


def main() -> int:
    """Run the tests of faults one after the other; the table is written only where all of them passed."""
    with TemporaryDirectory() as folder:
        record = Path(folder) / "told"
        command = [sys.executable, "-m", "pytest", "-m", "fault", "-n", "0", *sys.argv[1:]]
        code = subprocess.run(command, cwd=PROJECT, env={**os.environ, RECORD: str(record)}, check=False).returncode
        if code:
            print("Some test failed, so nothing was written.", file=sys.stderr)
            return code
        told = [Told(**json.loads(line)) for line in record.read_text("utf-8").splitlines()]
    put_between("faults", table(told))
    print(table(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
