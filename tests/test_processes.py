"""What befalls the processes of a site: told to end under load, killed, given another clock, not listened to."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from app.dossier.loading import load_dossier
from app.operations import log_writer
from app.publish.building import publish
from app.settings import PROJECT
from scripts.serving import free_port
from scripts.soak import RATE, soak
from tests.running import Site, named, site
from tests.stores import new_store, store
from tests.test_command_line import environment
from tests.test_dossier import write_small

Tell = Callable[..., None]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> Path | URL:
    """Where one small release is: a folder, or a database."""
    parent = tmp_path_factory.mktemp("releases")
    made = new_store(parent / "releases")
    publish(load_dossier(write_small(parent)), made)
    return made.place


# Told to end


@pytest.mark.fault("the site is told to end while it is being read (SIGTERM)")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_signal_under_load_drains(releases: Path | URL, tmp_path: Path, workers: str, told: Tell) -> None:
    """Told to end while eight clients read, the site answers whatever it took on: nothing is cut off, none is an error.

    A connection that the system had taken and the site had not yet is reset, unread: its client asks elsewhere.
    """
    answers, wrong = 0, []
    for _ in range(3):
        refused, begun = threading.Event(), threading.Event()

        def read(refused: threading.Event = refused, begun: threading.Event = begun) -> None:
            nonlocal answers
            while not refused.is_set():
                try:
                    connection = socket.create_connection(("127.0.0.1", found.port), timeout=20)
                    with connection:
                        connection.sendall(b"GET /en/claims HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        with connection.makefile("rb") as stream:
                            answer = stream.read()
                except (ConnectionRefusedError, ConnectionResetError, BrokenPipeError):
                    refused.set()
                    return
                begun.set()
                answers += 1
                if b" 200 OK" not in answer[:20] or not answer.rstrip().endswith(b"</html>"):
                    wrong.append(repr(answer[:60]) + "…" + repr(answer[-60:]))

        with site(releases, tmp_path / "log", "--workers", workers) as found:
            threads = [threading.Thread(target=read) for _ in range(8)]
            for thread in threads:
                thread.start()
            assert begun.wait(30)
            time.sleep(0.3)
            found.process.send_signal(signal.SIGTERM)
            assert found.process.wait(timeout=20) in (0, -signal.SIGTERM)
            for thread in threads:
                thread.join()
        log = found.log.read_text()
        wrong.extend(line for line in log.splitlines() if "Traceback" in line or '"status": 5' in line)
    told("answers to 8 readers, around 3 ends", answers, wrong)


def test_a_request_on_its_way_at_the_end_is_answered(releases: Path | URL, tmp_path: Path) -> None:
    """A client that had connected and not yet asked when the site was told to end still gets its answer, its last."""
    with site(releases, tmp_path / "log") as found:
        with socket.create_connection(("127.0.0.1", found.port), timeout=20) as connection:
            found.get("/healthz")  # Taken by now: connections are taken in their order.
            found.process.send_signal(signal.SIGTERM)
            assert found.wait(lambda: "Shutting down" in found.log.read_text())
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            with connection.makefile("rb") as stream:
                answer = stream.read()
        assert found.process.wait(timeout=15) in (0, -signal.SIGTERM)
    assert b" 200 OK" in answer[:20]
    assert b"connection: close" in answer.lower()


# Killed


@pytest.mark.fault("a worker is killed by force (SIGKILL)")
def test_a_worker_that_is_killed_is_replaced(releases: Path | URL, tmp_path: Path, told: Tell) -> None:
    """Another takes its place, the other answers meanwhile, and what each of them counted is in one sum throughout."""
    wrong: list[str] = []
    with site(releases, tmp_path / "log", "--workers", "2") as found:

        def counted(name: str) -> float:
            lines = found.get("/metrics")[1].decode().splitlines()
            return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

        answered = {
            "faultlines_requests_total": '{method="GET",route="/{language:language}/claims",status="200"}',
            "faultlines_request_seconds_count": '{route="/{language:language}/claims"}',
            "faultlines_request_seconds_bucket": '{le="+Inf",route="/{language:language}/claims"}',
        }
        asked = 0
        assert found.wait(lambda: len(found.workers()) == 2)
        for kill in range(4):
            for _ in range(20):
                asked += 1
                assert found.get("/en/claims")[0] == 200
            # Whichever worker is asked, all requests are counted, those of the killed ones too, and none twice.
            for _ in range(4):
                sums = {name: counted(name + labels) for name, labels in answered.items()}
                wrong += [f"{name} is {total} after {asked}" for name, total in sums.items() if total != asked]
            victim = found.workers()[kill % 2]
            os.kill(victim, signal.SIGKILL)
            assert found.wait(lambda v=victim: len(found.workers()) == 2 and v not in found.workers(), 30)  # type: ignore[misc]
            assert found.wait(lambda: found.get("/healthz")[0] == 200)
        variables = Path(f"/proc/{found.workers()[0]}/environ").read_bytes()
        folder = Path(re.findall(rb"PROMETHEUS_MULTIPROC_DIR=([^\0]+)", variables)[0].decode())
        assert folder.is_dir()
    assert not folder.exists(), "the folder for counting together is removed at the end"
    told("kills, the requests counted before and after each", 4, wrong)


# Another clock


def faketime() -> str:
    """The library that ``scripts/ensure-debian.sh`` found or fetched, as ``make test`` says; else what it finds now."""
    if found := os.environ.get("FAULTLINES_TEST_FAKETIME"):
        return found
    command = [PROJECT / "scripts" / "ensure-debian.sh", "faketime"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def as_of(found: Site) -> str:
    """The day that the site takes for today."""
    return str(json.loads(found.get("/en/claims.json")[1])["as_of"])


@pytest.mark.fault("the clock is set back, and forth")
def test_a_clock_set_back_and_forth_fails_no_page(releases: Path | URL, tmp_path: Path, told: Tell) -> None:
    """On whatever day the clock of a running site wakes up, pages answer, and their day is that of the clock."""
    clock = tmp_path / "clock"
    before = {
        "LD_PRELOAD": faketime(),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        # The library looks at the file once a second: at each look at the clock, it would take most of the time.
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "TZ": "UTC",
    }
    today = date(2026, 11, 22)
    days = (today, today - timedelta(days=1), date(1970, 1, 2), date(2038, 1, 20), date(2019, 2, 28), today)
    asked, wrong, tags = 0, [], {}
    clock.write_text(f"@{today} 12:00:00\n")
    with site(releases, tmp_path / "log", before=before, warm="0") as found:
        for day in days:
            # As a whole, so that the library never reads half a day.
            (tmp_path / "next").write_text(f"@{day} 12:00:00\n")
            (tmp_path / "next").replace(clock)
            assert found.wait(lambda d=day: as_of(found) == d.isoformat()), "the clock is not looked at"  # type: ignore[misc]
            for address in ("/en/", "/fr/claims", "/en/timeline.json", "/readyz", "/metrics", "/en/claims.atom"):
                status, _, _ = found.get(address)
                asked += 1
                wrong += [f"{status} {address} on {day}"] * (status != 200)
            wrong += [f"as of {as_of(found)} on {day}"] * (as_of(found) != day.isoformat())
            tags[found.get("/en/claims")[2]["etag"]] = day
        assert len(tags) == len(set(days)), "a page of another day is another page, and of the same day the same"
        assert "Traceback" not in found.log.read_text()
    told(f"answers on {len(days)} days, in no order", asked, wrong)


# A log that nobody reads


@contextmanager
def unread(releases: Path | URL) -> Iterator[Site]:
    """A site whose log goes into a pipe that nobody empties."""
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--releases", named(releases), "--port", str(port)]
    process = subprocess.Popen(command, cwd=PROJECT, env=environment(), stderr=subprocess.PIPE, text=True)
    found = Site(port, store(releases), process, Path())
    try:
        assert found.wait(lambda: found.get("/healthz")[0] == 200, 60)
        yield found
    finally:
        process.kill()
        process.communicate()


def ask_often(port: int, count: int) -> list[int]:
    """The statuses of so many requests for a kept page over one connection; 0 where an answer failed to come."""
    request = b"GET /en/accessibility HTTP/1.1\r\nHost: x\r\nX-Request-ID: unread-log\r\n\r\n"
    found = []
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection, connection.makefile("rb") as stream:
        for _ in range(count):
            connection.sendall(request)
            status = int(stream.readline().split()[1])
            length = 0
            while (line := stream.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            stream.read(length)
            found.append(status)
    return found


@pytest.mark.fault("the log goes into a pipe that nobody empties")
def test_a_log_that_nobody_reads_stops_nobody(releases: Path | URL, told: Tell) -> None:
    """Long after pipe and memory are full, every request is answered; once it is read, the log says what is missing."""
    count = log_writer.ROOM + 2000
    with unread(releases) as found:
        statuses: Sequence[int] = ask_often(found.port, count)
        metrics = found.get("/metrics")[1].decode()
        dropped = int(float(re.findall(r"^faultlines_log_lines_dropped_total (.+)$", metrics, re.MULTILINE)[0]))
        assert dropped > 0, "the pipe never filled up"
        said: list[dict[str, Any]] = []
        assert found.process.stderr is not None
        reader = threading.Thread(target=lambda log: said.extend(map(json.loads, log)), args=(found.process.stderr,))
        reader.start()
        assert found.wait(lambda: any("were not logged" in each["event"] for each in said)), (
            "nothing is said to be missing"
        )
        found.process.terminate()
        reader.join()
    written = sum(each.get("request_id") == "unread-log" for each in said)
    missing = sum(int(each["event"].split()[0]) for each in said if "were not logged" in each["event"])
    assert missing == dropped
    assert written + dropped == count, "each line was written, or counted as dropped"
    assert said[-1]["event"].startswith("Finished server process"), "its last words come through"
    told("answers without a reader of the log", len(statuses), [each for each in statuses if each != 200])


# Minutes at a steady rate


@pytest.mark.fault("half a minute at a steady rate, with releases published")
def test_half_a_minute_at_a_steady_rate_fails_and_grows_nothing(told: Tell) -> None:
    """What ``make soak`` does for ten minutes: nothing fails, and neither memory nor open files grow."""
    report = soak(30, changes=2)
    assert len(report.answers) >= 30 * RATE
    assert report.published >= 2
    assert report.switched >= 2
    told(f"requests, {RATE} a second", len(report.answers), report.faults())
