"""Clients that say nothing, say it letter by letter, or take nothing: nobody waits for them, and they are let go."""

import asyncio
import json
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.settings import PROJECT
from scripts.soak import size_of
from tests.running import Site, site
from tests.test_dossier import write_small

Tell = Callable[..., None]
SPARE = 300
"""How many open files a process needs besides the connections that it holds here."""
MOST_SLOWER = 10
"""How many times longer than before half of the answers may take while others dawdle; on a busy machine it varies."""
MOST_KILOBYTES = 40
"""How much memory of the site one idle connection may take."""

HOLD = """
import resource, socket, sys
port, count = int(sys.argv[1]), int(sys.argv[2])
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
held = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(count)]
print(len(held), flush=True)
sys.stdin.read()
"""
"""Connects so many times, says nothing, and holds on until it is told to end."""


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small release."""
    parent = tmp_path_factory.mktemp("releases")
    publish(load_dossier(write_small(parent)), ReleaseFolder(parent / "releases"))
    return parent / "releases"


def connections(pid: int) -> int:
    """How many sockets a process holds."""
    count = 0
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            count += str(each.readlink()).startswith("socket:")
    return count


def ask_all(found: Site, rounds: int = 30) -> tuple[float, list[str]]:
    """The median of the seconds that answers take, kept pages and some made anew; and those that were wrong."""
    times, wrong = [], []
    for n in range(rounds):
        for address in ("/en/claims", "/healthz", f"/en/search?q=alpha+{time.monotonic_ns()}"):
            begun = time.monotonic()
            try:
                status = found.get(address)[0]
            except OSError as error:
                wrong.append(f"{error!r} {address}")
                continue
            times.append(time.monotonic() - begun)
            if status != 200:
                wrong.append(f"{status} {address} in round {n}")
    return statistics.median(times), wrong


@contextmanager
def idle(port: int, count: int) -> Iterator[int]:
    """So many connections that say nothing, held by as many processes as that takes; how many there are."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = (count if most == resource.RLIM_INFINITY else most) - SPARE
    shares = [min(most, count - n) for n in range(0, count, most)]
    with ExitStack() as stack:
        holders = []
        for each in shares:
            command = [sys.executable, "-c", HOLD, str(port), str(each)]
            holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            holders.append(stack.enter_context(holder))
        held = 0
        for holder in holders:
            assert holder.stdout is not None
            held += int(holder.stdout.readline())
        yield held
        for holder in holders:
            holder.terminate()


def how_many() -> int:
    """Ten thousand connections, or as many as one process of this system may hold."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 10_000 if most == resource.RLIM_INFINITY else min(10_000, most - SPARE)


@pytest.mark.fault("thousands connect and say nothing")
def test_idle_connections_starve_nobody(releases: Path, tmp_path: Path, told: Tell) -> None:
    """With ten thousand silent connections others are answered as before; the silent ones are let go in their time."""
    count = how_many()
    with site(releases, tmp_path / "log", client_seconds="45") as found:
        ask_all(found, 5)
        before, _ = ask_all(found)
        memory = size_of(found.process.pid)[0]
        with idle(found.port, count) as held:
            assert held == count
            assert found.wait(lambda: connections(found.process.pid) >= count), "not all of them were taken"
            during, wrong = ask_all(found)
            assert connections(found.process.pid) >= count, "they were still there when the others had been answered"
            grown = size_of(found.process.pid)[0] - memory
            assert found.wait(lambda: connections(found.process.pid) < 50, 90), "silent connections are held for good"
    ratio = during / before
    print(f"{count} idle: p50 {ratio:.2f} times what it was, {grown / count:.1f} kB each")
    assert ratio < MOST_SLOWER
    assert grown / count < MOST_KILOBYTES
    told(f"answers beside {count:,} idle connections", 90, wrong)


async def dawdle(port: int, text: bytes, pause: float) -> float:
    """Send a request letter by letter; the seconds until the site hung up."""
    begun = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for letter in text:
            writer.write(bytes([letter]))
            await writer.drain()
            # The site has nothing to say before the request is whole: what comes is the end of the connection.
            with suppress(TimeoutError):
                if not await asyncio.wait_for(reader.read(1), pause):
                    break
    except ConnectionError:
        pass
    finally:
        writer.close()
    return time.monotonic() - begun


SLOW_REQUESTS = {
    "line": b"GET /en/claims?q=" + b"a" * 900,
    "headers": b"GET /en/claims HTTP/1.1\r\nHost: x\r\n" + b"X-A: b\r\n" * 120,
    "before": b"\r\n" * 500,
    "body": b"GET /en/claims HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n" + b"a" * 800,
}

SLOWLY = """
import asyncio, json, sys
from tests.test_slow_clients import SLOW_REQUESTS, dawdle
async def all_of_them():
    ways = [text for text in SLOW_REQUESTS.values() for _ in range(100)]
    return await asyncio.gather(*(dawdle(int(sys.argv[1]), text, 0.1) for text in ways))
print(json.dumps(asyncio.run(all_of_them())))
"""
"""Four hundred clients in four ways; the seconds until each was hung up on."""


@pytest.mark.fault("hundreds send their requests letter by letter (slowloris)")
def test_requests_sent_letter_by_letter_starve_nobody(releases: Path, tmp_path: Path, told: Tell) -> None:
    """Line, headers, empty lines before them, a body: what is sent without an end is ended, and others are answered."""
    with site(releases, tmp_path / "log", client_seconds="8") as found:
        ask_all(found, 5)
        before, _ = ask_all(found)
        command = [sys.executable, "-c", SLOWLY, str(found.port)]
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as slow:
            assert found.wait(lambda: connections(found.process.pid) > 100, 30)
            during, wrong = ask_all(found)
            lasted = json.loads(slow.communicate(timeout=120)[0])
        assert found.wait(lambda: connections(found.process.pid) < 20)
    assert len(lasted) == 400
    # A whole request of this length would take nine times as long.
    assert max(lasted) < 60, sorted(lasted)[-5:]
    print(f"slowloris: p50 {during / before:.2f} times what it was; held for {max(lasted):.1f} s at most")
    assert during / before < MOST_SLOWER
    told("answers beside 400 slow requests", 90, wrong)


@pytest.mark.fault("some ask for much and take none of it")
def test_answers_that_nobody_takes_starve_nobody(releases: Path, tmp_path: Path, told: Tell) -> None:
    """Those who ask for a large file again and again and read nothing are hung up on, and hold no memory meanwhile."""
    request = b"GET /data.sqlite HTTP/1.1\r\nHost: x\r\n\r\n" * 40
    with site(releases, tmp_path / "log", client_seconds="3") as found, ExitStack() as stack:
        ask_all(found, 5)
        before, _ = ask_all(found)
        memory = size_of(found.process.pid)[0]
        for _ in range(60):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", found.port))
            connection.sendall(request)
        assert found.wait(lambda: connections(found.process.pid) >= 60)
        medians: list[float] = []
        wrong: list[str] = []
        grown = 0
        # For as long as they are held, not only in the first moments, when as much as the buffers take is sent to each.
        while connections(found.process.pid) >= 60:
            median, faults = ask_all(found, 5)
            medians.append(median)
            wrong += faults
            grown = max(grown, size_of(found.process.pid)[0] - memory)
        during = statistics.median(medians)
        assert found.wait(lambda: connections(found.process.pid) < 20, 60), "who takes nothing is held for good"
        assert "Traceback" not in found.log.read_text()
    print(f"unread: p50 {during / before:.2f} times what it was, {grown / 60:.0f} kB each; {len(medians)} times asked")
    assert grown / 60 < 1000
    assert during / before < MOST_SLOWER
    told("answers beside 60 that took nothing", 15 * len(medians), wrong)
