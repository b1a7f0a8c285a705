"""What a request costs the site in processor time, and the machines that so many readers a day need: ``make capacity``.

    python -m bench.capacity [--claims N] [--folder DIR] [--seconds S]

serves releases of growing size (those of ``bench.growth``, made where the folder lacks them), asks each for the same
things, and reads from the system what the server's processes took. Time on the clock would count what else the machine
does. ``plan`` then works out the machines from these costs and the assumptions, each of which has a name; it is pure.
The figures in docs/capacity.md, between the marks, are written by this alone.
"""

import math
import os
import platform
import shutil
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from app.releases.store import ReleaseFolder
from app.rendering.cards import write_cards
from bench.contenders import PAGE, PROJECT, Contender, data_ids, memory, ours, running
from bench.growth import make_releases
from scripts.serving import proxy_folder

REPORT = PROJECT / "docs" / "capacity.md"
BEGIN, END = "<!-- figures: written by make capacity -->", "<!-- end of figures -->"
SIZES = (100, 10_000, 1_000_000)
READERS = tuple(10**power for power in range(3, 8))
DAY = 86_400
"""Seconds of a day."""
PORT = 18455

PAGES = (
    "/en/",
    "/en/issues/ownership",
    "/en/claims?issue=competition&status=disputed",
    "/en/claims/u10",
    "/fr/timeline",
)
"""What stands for all pages: their mean is the cost of one that is not kept."""
SEARCHES = ("/en/search?q=exemption", "/en/search?q=agreement+exclusive", "/fr/search?q=accord", "/en/search?q=Vatabe")
ROWS = 200
"""Rows of the table that stands for an export."""
EXPORTS = (f"/en/claims.csv?size={ROWS}",)


@dataclass(frozen=True)
class Costs:
    """What one request costs the site, in milliseconds of processor time, and what serving takes besides.

    ``handed`` and ``passed`` are the proxy's: for a kept page that it hands out itself, and for one that it passes on.
    ``size`` is of a page as it goes over the wire, in kilobytes; ``memory`` of a process, in megabytes; ``file`` of the
    release, in megabytes.
    """

    cached: float
    uncached: float
    search: float
    export: float
    handed: float
    passed: float
    size: float
    memory: float
    file: float


def _assumed(value: float, meaning: str) -> Any:
    return field(default=value, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Assumptions:
    """What nobody measured here: how readers read, and how far a machine may be filled. Put in what you know."""

    pages: float = _assumed(8, "pages that a reader opens a day")
    peak: float = _assumed(10, "how many times the day's average comes in its busiest second")
    searches: float = _assumed(0.05, "the share of pages that are searches, each for other words")
    exports: float = _assumed(0.005, "the share of pages that are tables taken away, each of other rows")
    fresh: float = _assumed(0.10, "the share of the other pages that no process has kept: just published, or rare")
    shared: float = _assumed(0.70, "the share of kept pages that a proxy's cache answers, where there is a proxy")
    filled: float = _assumed(0.5, "how much of its processors and its network a machine may use in the busiest second")
    cores: int = _assumed(4, "processors of a machine")
    network: float = _assumed(1000, "megabits a second that a machine can send")
    spare: int = _assumed(1, "machines more than are needed, once there is more than one: one may fail")


@dataclass(frozen=True)
class Plan:
    """What so many readers need: requests and megabits in the busiest second, processors busy, and machines."""

    readers: int
    requests: float
    megabits: float
    busy: float
    processes: int
    machines: int
    proxy_busy: float
    proxies: int
    first: str
    """What gives way first, of ``LIMITS``."""


LIMITS = {
    "nothing": "nothing: one process on one machine is enough",
    "process": "one process",
    "machine": "one machine",
    "proxy": "one proxy",
    "network": "the network of one proxy",
}
"""What there is no longer enough of, in the order in which it is met."""


def plan(costs: Costs, given: Assumptions, readers: int) -> Plan:
    """The machines for so many readers a day.

    With one machine readers ask the site itself. With more there is a proxy in front, which takes its share of what may
    be kept; whether there have to be more is worked out without it.
    """
    requests = readers * given.pages / DAY * given.peak
    rare = given.searches * costs.search + given.exports * costs.export
    rest = 1 - given.searches - given.exports

    def busy_with(kept: float) -> float:
        """Processors busy where this share of kept pages comes as far as the site."""
        return (
            requests * (rare + rest * (given.fresh * costs.uncached + (1 - given.fresh) * kept * costs.cached)) / 1000
        )

    busy = busy_with(1)
    alone = given.cores * given.filled
    proxied = busy > alone
    if proxied:
        busy = busy_with(1 - given.shared)
    machines = max(1, math.ceil(busy / alone)) + (given.spare if proxied else 0)
    handed = rest * (1 - given.fresh) * given.shared
    proxy_busy = requests * (handed * costs.handed + (1 - handed) * costs.passed) / 1000 if proxied else 0.0
    megabits = requests * costs.size * 8 / 1000
    of_network = megabits / (given.network * given.filled)
    proxies = max(math.ceil(proxy_busy / alone), math.ceil(of_network)) + given.spare if proxied else 0
    first = "nothing"
    if busy > given.filled:
        first = "process"
    if proxied:
        first = "machine"
    if proxy_busy > alone:
        first = "proxy"
    if of_network > 1:
        first = "network"
    processes = max(1, math.ceil(busy / given.filled))
    return Plan(readers, requests, megabits, busy, processes, machines, proxy_busy, proxies, first)


# Measuring


def processor_seconds(pid: int) -> float:
    """What a process and those it started have used of the processors so far (Linux)."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        values = Path(f"/proc/{one}/stat").read_text("ascii").rpartition(")")[2].split()
        total += int(values[11]) + int(values[12])
        waiting += [int(each) for each in Path(f"/proc/{one}/task/{one}/children").read_text("ascii").split()]
    return total / os.sysconf("SC_CLK_TCK")


def cost(pid: int, port: int, addresses: Sequence[str], seconds: float) -> tuple[float, float]:
    """Milliseconds of the server's processor time for one request, the mean of these addresses, and kilobytes sent.

    Each is asked for once beforehand, uncounted, and then in turn until they have used so many seconds.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(address: str) -> int:
        connection.request("GET", address, headers={"Accept-Encoding": "br"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise SystemExit(f"{address} answers {answer.status}")
        return len(answer.read())

    sent = [ask(address) for address in addresses]
    begun, until = processor_seconds(pid), time.monotonic() + 20 * seconds
    asked = 0
    while asked < len(addresses) or (processor_seconds(pid) - begun < seconds and time.monotonic() < until):
        # A round at a time: looking costs more than a kept page.
        for _ in range(10 if asked >= 10 * len(addresses) else 1):
            for address in addresses:
                ask(address)
            asked += len(addresses)
    taken = processor_seconds(pid) - begun
    connection.close()
    return 1000 * taken / asked, statistics.mean(sent) / 1000


def measure(folder: Path, seconds: float) -> Costs:
    """The costs of one release, by a server of its own with its cache and by one that keeps nothing."""
    current = ReleaseFolder(folder).current_id()
    assert current is not None
    release = ReleaseFolder(folder).path_of(current)
    # As publishing leaves it: with the cards of this very program beside it.
    write_cards(release)
    with running(ours("capacity, cached", folder, PORT)) as (process, _):
        # What is asked for again is compressed better, aside; that is over before anything is counted.
        cost(process.pid, PORT, PAGES, 0.0)
        cost(process.pid, PORT, PAGES, 0.0)
        time.sleep(3)
        cached, size = cost(process.pid, PORT, PAGES, seconds)
        held = memory(process)
    with running(ours("capacity, uncached", folder, PORT + 1, cache_bytes="0", query_seconds="0")) as (process, _):
        uncached, search, export = (
            cost(process.pid, PORT + 1, each, seconds)[0] for each in (PAGES, SEARCHES, EXPORTS)
        )
    # The proxy costs a tenth of what a kept page does, and two servers have to be started for it.
    handed, passed = (proxy_cost(folder, each, seconds / 4) for each in ("1", "0"))
    file = release.stat().st_size / 1e6
    return Costs(cached, uncached, search, export, handed, passed, size, held, file)


def proxy_cost(folder: Path, shared_seconds: str, seconds: float) -> float:
    """Milliseconds of the shipped proxy's processor time for a page that the replica behind it has kept.

    With 0 shared seconds it passes each request on; else it hands the page out itself and asks about it now and then.
    """
    settings = {"shared_seconds": shared_seconds, "trusted_proxies": "127.0.0.1"}
    nginx = os.environ.get("FAULTLINES_TEST_NGINX") or shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        raise SystemExit("The proxy's cost is measured too, and there is no nginx: make capacity finds or fetches one.")
    with ExitStack() as stack:
        work = Path(stack.enter_context(TemporaryDirectory()))
        stack.enter_context(running(ours("capacity, behind the proxy", folder, PORT + 2, **settings)))
        command = [nginx, "-p", f"{work}/", "-c", str(proxy_folder(work, PORT + 3, [PORT + 2])), "-e", "stderr"]
        if os.geteuid() == 0:
            # A master that is root gives its workers to another user, who may not enter the folder.
            command += ["-g", "user root;"]
        proxy, _ = stack.enter_context(running(Contender("capacity, proxy", command, PORT + 3, PAGE, data_ids)))
        return cost(proxy.pid, PORT + 3, PAGES, seconds)[0]


# Telling


def exponent(values: Mapping[int, float]) -> float:
    """How something grows with the claims: 0 not at all, 1 as they do."""
    points = [(math.log(claims), math.log(value)) for claims, value in values.items()]
    return statistics.linear_regression(*zip(*points, strict=True)).slope if len(points) > 1 else 0.0


MEASURED: Mapping[str, tuple[str, Callable[[Costs], float]]] = {
    "a kept page, ms": (".2f", lambda costs: costs.cached),
    "a page that is not kept, ms": (".0f", lambda costs: costs.uncached),
    "a search, ms": (".0f", lambda costs: costs.search),
    f"an export of {ROWS} rows, ms": (".0f", lambda costs: costs.export),
    "the proxy, for a page that it hands out, ms": (".3f", lambda costs: costs.handed),
    "the proxy, for a page that it passes on, ms": (".3f", lambda costs: costs.passed),
    "a page as sent, kB": (".1f", lambda costs: costs.size),
    "memory of a process, MB": (".0f", lambda costs: costs.memory),
    "the release's file, MB": (",.0f", lambda costs: costs.file),
}


def measured_table(costs: Mapping[int, Costs]) -> str:
    sizes = sorted(costs)
    lines = [
        "| | " + " | ".join(f"{size:,} claims" for size in sizes) + " | grows with exponent |",
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    for name, (form, of) in MEASURED.items():
        values = {size: of(costs[size]) for size in sizes}
        told = " | ".join(format(value, form) for value in values.values())
        lines.append(f"| {name} | {told} | {exponent(values):.2f} |")
    return "\n".join(lines)


def assumptions_table(given: Assumptions) -> str:
    lines = ["| assumption | value | what it is |", "|---|---|---|"]
    lines += [
        f"| `{each.name}` | {getattr(given, each.name):g} | {each.metadata['meaning']} |" for each in fields(given)
    ]
    return "\n".join(lines)


def plans_table(costs: Costs, given: Assumptions) -> str:
    names = ("readers a day", "requests a second", "Mbit/s", "processors busy", "processes", "machines", "proxies")
    lines = [f"| {' | '.join(names)} | gives way first |", "|---" * (len(names) + 1) + "|"]
    lines += [
        f"| {each.readers:,} | {each.requests:,.1f} | {each.megabits:,.1f} | {each.busy:,.2f} | {each.processes} "
        f"| {each.machines} | {each.proxies or '–'} | {LIMITS[each.first]} |"
        for each in (plan(costs, given, readers) for readers in READERS)
    ]
    return "\n".join(lines)


FRESH = (0.01, 0.05, 0.1, 0.2, 0.4)
"""Shares of pages that nobody kept: the assumption on which most hangs, so its neighbours are worked out too."""


def fresh_table(costs: Mapping[int, Costs], given: Assumptions) -> str:
    """The machines that a million readers a day need where more pages, or fewer, have to be made."""
    sizes = sorted(costs)
    lines = [
        "| `fresh` | " + " | ".join(f"{size:,} claims" for size in sizes) + " |",
        "|---|" + "---|" * len(sizes),
    ]
    for share in FRESH:
        plans = [plan(costs[size], replace(given, fresh=share), 1_000_000) for size in sizes]
        lines.append(f"| {share:g} | " + " | ".join(str(each.machines) for each in plans) + " |")
    return "\n".join(lines)


def report(costs: Mapping[int, Costs], given: Assumptions) -> str:
    parts = [measured_table(costs), "The assumptions:", assumptions_table(given)]
    parts += [
        "Machines for 1,000,000 readers a day, by the share of pages that nobody kept:",
        fresh_table(costs, given),
    ]
    for claims, each in sorted(costs.items()):
        parts += [f"### {claims:,} claims", "In the busiest second of a day:", plans_table(each, given)]
    return "\n\n".join(parts)


def main(
    claims: Annotated[int, typer.Option(min=100, help="The largest number of invented claims.")] = SIZES[-1],
    folder: Annotated[Path, typer.Option(help="Where the synthetic releases are kept.")] = PROJECT
    / ".make"
    / "bench"
    / "synthetic",
    seconds: Annotated[float, typer.Option(min=0.1, help="Processor time that each kind of request gets.")] = 2.0,
) -> None:
    """Measure, work out the machines, and write both into docs/capacity.md."""
    (PROJECT / ".make" / "bench").mkdir(parents=True, exist_ok=True)
    sizes = [*(each for each in SIZES if each < claims), claims]
    costs = {}
    for size, path in make_releases(folder, sizes).items():
        print(f"{size:,} claims", flush=True)
        costs[size] = measure(path, seconds)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    about = (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {platform.machine()}, Python "
        f"{platform.python_version()}; load averages at the end {load}. Processor time of the server's processes; each "
        f"release also holds the dossier's own claims."
    )
    text = f"{about}\n\n{report(costs, Assumptions())}"
    print(text)
    head, _, rest = REPORT.read_text("utf-8").partition(BEGIN)
    REPORT.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    typer.run(main)
