"""A steady rate of requests for minutes, with releases published in between: does anything fail or grow?

    python -m scripts.soak [SECONDS] [--write]

Prints what it saw and exits with 1 where a request failed, or memory or open files grew. With ``--write`` it also puts
what it saw into docs/reliability.md.
"""

import os
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from app.releases.store import ReleaseFolder
from app.settings import PROJECT
from scripts.reliability import put_between
from scripts.serving import PATIENCE, free_port

RATE = 20
"""Requests a second."""
ADDRESSES = (
    "/en/", "/fr/claims", "/en/claims.json?status=confirmed", "/en/search?q=azure", "/fr/timeline", "/readyz",
    "/en/claims.csv", "/fr/charts/timeline.svg", "/en/scenarios?w.drift=30&w.rupture=10", "/en/issues/windsurf",
)  # fmt: skip
GROWTH = 1.25
"""How many times larger memory may be at the end than once it has settled; the rest is what allocators keep."""
FILES = 16
"""How many more files may be open at the end: connections under way at that moment, and those to a new release."""
SETTLED = 1 / 3
"""After this share of the time every page and a first change of release have been seen, and growth is looked for."""


@dataclass
class Answer:
    """``seconds`` count from the moment at which the request was due, so that a server that lags cannot hide it."""

    status: int
    seconds: float


@dataclass
class Report:
    """What a soak saw: ``sizes`` are kilobytes of memory and open files of the server, in the order of time."""

    seconds: float
    answers: list[Answer] = field(default_factory=list)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    published: int = 0
    switched: int = 0
    load: float = 0.0

    @property
    def failed(self) -> dict[int, int]:
        """How many requests had an answer other than 200, by status; 0 stands for none at all."""
        return dict(Counter(each.status for each in self.answers if each.status != 200))

    @property
    def settled(self) -> tuple[int, int]:
        return self.sizes[int(len(self.sizes) * SETTLED)]

    @property
    def slow_end(self) -> float:
        """The 99th percentile of durations, as a multiple of the median."""
        times = sorted(each.seconds for each in self.answers)
        return times[int(len(times) * 0.99)] / statistics.median(times)

    def faults(self) -> list[str]:
        """What went wrong; nothing where all is well."""
        found = [f"{sum(self.failed.values())} requests failed: {self.failed}"] if self.failed else []
        (memory, files), (memory_before, files_before) = self.sizes[-1], self.settled
        if memory > memory_before * GROWTH:
            found.append(f"memory grew from {memory_before} to {memory} kB")
        if files > files_before + FILES:
            found.append(f"open files grew from {files_before} to {files}")
        if not self.published:
            found.append("nothing was published meanwhile, so nothing is shown")
        return found

    def table(self) -> str:
        """What was seen, as rows of a Markdown table."""
        (memory, files), (memory_before, files_before) = self.sizes[-1], self.settled
        rows = {
            "how long": f"{self.seconds:.0f} s, {RATE} requests a second over {len(ADDRESSES)} addresses",
            "requests": f"{len(self.answers):,}",
            "failed": f"{sum(self.failed.values())}",
            "published meanwhile": f"{self.published}; the release served changed {self.switched} times",
            "p99 of durations": f"{self.slow_end:.0f} times p50 (kept pages; each change makes all anew)",
            "memory at the end": f"{memory / memory_before:.2f} times what it was after a third of the time",
            "open files at the end": f"{files}, after a third of the time {files_before}",
            "load of the machine": f"{self.load:.1f} on {os.cpu_count()} processors, this and other work together",
        }
        return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


def _asked(port: int, address: str, due: float) -> Answer:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        response.read()
        return Answer(response.status, time.monotonic() - due)
    except (OSError, HTTPException):
        return Answer(0, time.monotonic() - due)
    finally:
        connection.close()


def size_of(pid: int) -> tuple[int, int]:
    """Resident memory in kilobytes and open files of a process (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    memory = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
    return memory, len(list(Path(f"/proc/{pid}/fd").iterdir()))


class Publisher:
    """Publishes another content each time, as an operator would; never two at once."""

    def __init__(self, parent: Path) -> None:
        self.folder = ReleaseFolder(parent / "releases")
        self.edition = Path(copytree(PROJECT / "dossier", parent / "dossier")) / "edition.yaml"
        self.text = self.edition.read_text("utf-8")
        self.count = 0
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> bool:
        """Begin to publish, unless the last time is not over yet; raise ``OSError`` where that failed."""
        if self.process is not None and self.process.poll() is None:
            return False
        self.end()
        self.count += 1
        # Any other content is another release: here the edition's name begins with a number.
        self.edition.write_text(self.text.replace('    en: "', f'    en: "{self.count}. ', 1), "utf-8")
        command = [
            sys.executable,
            "-m",
            "app",
            "publish",
            str(self.edition.parent),
            "--releases",
            str(self.folder.path),
        ]
        environment = {**os.environ, "FAULTLINES_KEEP_RELEASES": "3"}
        self.process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
        return True

    def end(self) -> None:
        if self.process is not None and self.process.wait() != 0:
            raise OSError("a release could not be published; its own words are above")


def soak(seconds: float, changes: int = 0) -> Report:
    """Ask at a steady rate for so many seconds; publish about every half minute, and go back and forth in between.

    Where fewer than ``changes`` of the release served have been seen by then, or fewer releases published, since that
    takes longer on a machine that has other work, the asking goes on at the same rate until they have, for at most four
    times as long.
    """
    report = Report(seconds)
    with TemporaryDirectory() as parent:
        publisher, port = Publisher(Path(parent)), free_port()
        publisher.begin()
        publisher.end()
        command = [sys.executable, "-m", "app", "serve", "--releases", str(publisher.folder.path), "--port", str(port)]
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as server:
            try:
                _ask_steadily(report, publisher, server.pid, port, changes)
            finally:
                server.terminate()
                publisher.end()
    return report


def _ask_steadily(report: Report, publisher: Publisher, pid: int, port: int, changes: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while _asked(port, "/readyz", 0).status != 200 and time.monotonic() < deadline:
        time.sleep(0.1)
    served, publish_every = publisher.folder.current_id(), RATE * max(8, min(30, int(report.seconds / 4)))
    pending: list[Future[Answer]] = []
    loads: list[float] = []
    addresses = cycle(ADDRESSES)
    with ThreadPoolExecutor(16) as readers:
        begun = time.monotonic()
        enough, most = int(report.seconds * RATE), int(report.seconds * RATE * 4)
        for n in range(most):
            if n >= enough and min(report.switched, report.published) >= changes:
                break
            due = begun + n / RATE
            time.sleep(max(0.0, due - time.monotonic()))
            pending.append(readers.submit(_asked, port, next(addresses), due))
            if n % publish_every == publish_every // 2:
                report.published += publisher.begin()
            elif n % publish_every == publish_every - 1 and (held := publisher.folder.list()):
                publisher.folder.make_current(held[-1].id)
            if n % RATE == 0:
                report.sizes.append(size_of(pid))
                loads.append(os.getloadavg()[0])
                report.switched += served != (served := publisher.folder.current_id())
        report.seconds = time.monotonic() - begun
        report.answers = [each.result() for each in pending]
    report.sizes.append(size_of(pid))
    report.load = statistics.mean(loads)


def main() -> int:
    """Soak for so many seconds, ten minutes unless said otherwise; 1 where anything went wrong."""
    parser = ArgumentParser(description="Ask the site steadily, publish in between, and say what failed or grew.")
    parser.add_argument("seconds", type=float, nargs="?", default=600)
    parser.add_argument("--write", action="store_true", help="put what was seen into docs/reliability.md")
    given = parser.parse_args()
    report = soak(given.seconds)
    print(report.table())
    faults = report.faults()
    for each in faults:
        print(f"FAULT: {each}", file=sys.stderr)
    if given.write:
        put_between("soak", report.table())
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
