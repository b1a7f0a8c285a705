"""A steady rate of requests for minutes, with releases switched in between: does anything fail, grow or slow down?

    python -m scripts.soak [SECONDS]

Prints what it saw and exits with 1 where a request failed, memory or open files grew, or the slow end drew away.
"""

import shutil
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases import ReleaseFolder
from app.settings import PROJECT
from scripts.serving import PATIENCE

RATE = 20
"""Requests a second."""
ADDRESSES = ("/en/", "/fr/claims", "/en/claims.json?status=confirmed", "/en/search?q=azure", "/fr/timeline", "/readyz")
GROWTH = 1.25
"""How many times larger memory may be at the end than after the first tenth; the rest is what allocators keep."""


def _asked(port: int, address: str) -> tuple[int, float]:
    begun = time.perf_counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", address)
        response = connection.getresponse()
        response.read()
        return response.status, time.perf_counter() - begun
    except OSError:
        return 0, time.perf_counter() - begun
    finally:
        connection.close()


def _size(pid: int) -> tuple[int, int]:
    """Resident memory in kilobytes and open files of a process (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    memory = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))
    return memory, len(list(Path(f"/proc/{pid}/fd").iterdir()))


def soak(seconds: float, port: int = 8108) -> list[str]:
    """What went wrong; nothing where all is well."""
    with TemporaryDirectory() as parent:
        folder = ReleaseFolder(Path(parent) / "releases")
        loaded = load_dossier(PROJECT / "dossier")
        first = publish(loaded, folder).id
        edition = Path(shutil.copytree(PROJECT / "dossier", Path(parent) / "dossier")) / "edition.yaml"
        # Any other content is another release: here the day until which the record was searched is a day earlier.
        earlier = loaded.edition.compiled[:-2] + f"{int(loaded.edition.compiled[-2:]) - 1:02}"
        edition.write_text(edition.read_text("utf-8").replace(loaded.edition.compiled, earlier), "utf-8")
        releases = cycle([publish(load_dossier(edition.parent), folder).id, first])
        command = [sys.executable, "-m", "app", "serve", "--releases", str(folder.path), "--port", str(port)]
        with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) as server:
            try:
                deadline = time.monotonic() + PATIENCE
                while _asked(port, "/readyz")[0] != 200 and time.monotonic() < deadline:
                    time.sleep(0.1)
                found: list[tuple[int, float]] = []
                sizes: list[tuple[int, int]] = []
                with ThreadPoolExecutor(16) as readers:
                    pending = []
                    begun = time.monotonic()
                    for n in range(int(seconds * RATE)):
                        time.sleep(max(0.0, begun + n / RATE - time.monotonic()))
                        pending.append(readers.submit(_asked, port, ADDRESSES[n % len(ADDRESSES)]))
                        if n % (RATE * 3) == 0:
                            folder.make_current(next(releases))
                            sizes.append(_size(server.pid))
                    found = [each.result() for each in pending]
                sizes.append(_size(server.pid))
            finally:
                server.terminate()
    times = sorted(took for _, took in found)
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    failed = [status for status, _ in found if status != 200]
    settled = sizes[max(1, len(sizes) // 3)]
    print(
        f"{len(found)} requests in {seconds:.0f} s, {len(sizes) - 1} switches, {len(failed)} failed; "
        f"p99 is {p99 / p50:.1f} times p50; memory {sizes[-1][0] / settled[0]:.2f} times, "
        f"open files {settled[1]} → {sizes[-1][1]}"
    )
    faults = [f"{len(failed)} requests failed: {sorted(set(failed))}"] if failed else []
    if sizes[-1][0] > settled[0] * GROWTH:
        faults.append(f"memory grew from {settled[0]} to {sizes[-1][0]} kB")
    if sizes[-1][1] > settled[1] + 16:
        faults.append(f"open files grew from {settled[1]} to {sizes[-1][1]}")
    return faults


def main() -> int:
    """Soak for so many seconds, ten minutes unless said otherwise; 1 where anything went wrong."""
    faults = soak(float(sys.argv[1]) if len(sys.argv) > 1 else 600)
    for each in faults:
        print(f"FAULT: {each}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
