"""Does a long table take constant memory? Streams the CSV of all claims of a large release from a real server.

    python -m app synth --claims 100000
    python -m scripts.streaming releases-synthetic

Prints rows, rows a second and the server's peak memory before, after and after a second time; exits with 1 where the
server grew by more than a fixed amount, however long the table is.
"""

import sys
import time
from http.client import HTTPConnection
from pathlib import Path

from scripts.serving import process

ADDRESS = "/en/claims.csv"
GROWTH = 48_000
"""Kilobytes by which the server may grow: what a chunk of entries and the caches of statements and words take."""


def peak(pid: int) -> int:
    """The most memory that a process has had, in kilobytes (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def stream(port: int, address: str) -> tuple[int, int, float, float]:
    """Rows without the head, bytes, seconds until the first byte, and seconds in all; nothing of it is held."""
    begun = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("GET", address)
    response = connection.getresponse()
    assert response.status == 200, response.status
    first = response.read(1)
    until_first, lines, size = time.perf_counter() - begun, 0, len(first)
    while piece := response.read(65536):
        # The texts of claims are single lines, so each line is a row.
        lines += piece.count(b"\r\n")
        size += len(piece)
    connection.close()
    return lines - 1, size, until_first, time.perf_counter() - begun


def measure(releases: Path) -> list[str]:
    """What went wrong; nothing where all is well."""
    with process(releases.resolve()) as (pid, port):
        # What is kept for good, such as compiled statements, is there after the first rows.
        stream(port, f"{ADDRESS}?size=200")
        peaks = [peak(pid)]
        for _ in range(2):
            rows, size, first, took = stream(port, ADDRESS)
            peaks.append(peak(pid))
            print(
                f"{rows} rows, {size / 1e6:.1f} MB in {took:.1f} s: {rows / took:.0f} rows a second, the first byte "
                f"after {first:.2f} s; peak memory {peaks[-2] / 1000:.1f} → {peaks[-1] / 1000:.1f} MB"
            )
    grown = peaks[-1] - peaks[0]
    return [f"memory grew by {grown} kB, and {GROWTH} are allowed"] if grown > GROWTH else []


def main() -> int:
    """Measure the release in a folder; 1 where memory grew."""
    faults = measure(Path(sys.argv[1]))
    for each in faults:
        print(f"FAULT: {each}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
