"""What befalls a running site: damaged files, full disks, killed processes, signals under load, false proxies."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.current import CurrentRelease
from app.dossier.loading import load_dossier
from app.main import create_app
from app.publish.building import publish
from app.releases import OpenRelease, QueryTooSlow, ReleaseFolder, digest_path, open_read_only
from app.settings import PROJECT, Settings
from tests.test_command_line import environment, free_port, run
from tests.test_dossier import change, write_small


@dataclass
class Site:
    """A site served by a process of its own."""

    port: int
    folder: ReleaseFolder
    process: subprocess.Popen[str]
    log: Path
    first: str = ""
    second: str = ""

    def get(self, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", address, headers={k.replace("_", "-"): v for k, v in headers.items()})
            response = connection.getresponse()
            return response.status, response.read(), {k.lower(): v for k, v in response.getheaders()}
        finally:
            connection.close()

    def ready(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.get("/readyz")[1])
        return found

    def wait(self, condition: Callable[[], bool], seconds: float = 15) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(OSError):
                if condition():
                    return True
            time.sleep(0.05)
        return False


@contextmanager
def site(folder: Path, log: Path, *arguments: str, **settings: str) -> Iterator[Site]:
    """A site in a process of its own, up and answering; what it says goes into a file."""
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--releases", str(folder), "--port", str(port), *arguments]
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment(**settings), stdout=said, stderr=said)
    found = Site(port, ReleaseFolder(folder), process, log)
    try:
        assert found.wait(lambda: found.get("/healthz")[0] == 200, 60), log.read_text()
        yield found
    finally:
        if process.poll() is None:
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str, Path]:
    """A folder with two releases, the first current; their ids; and the dossier of the second."""
    parent = tmp_path_factory.mktemp("built")
    folder = ReleaseFolder(parent / "releases")
    first = publish(load_dossier(write_small(parent / "one")), folder).id
    dossier = write_small(parent / "two")
    change(dossier, "claims.yaml", "talk about", "talks about")
    second = publish(load_dossier(dossier), folder).id
    folder.make_current(first)
    return folder.path, first, second, dossier


@pytest.fixture(scope="module")
def running(built: tuple[Path, str, str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for the tests that leave it as they found it."""
    parent = tmp_path_factory.mktemp("running")
    shutil.copytree(built[0], parent / "releases")
    with site(parent / "releases", parent / "log", trusted_proxies="127.0.0.2") as found:
        found.first, found.second = built[1], built[2]
        yield found


# Damage to the file that is served


def delete(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 3)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def flip_a_bit(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 4]))


PAGES = ("/en/claims", "/fr/", "/en/timeline.json", "/en/search?q=alpha", "/en/sources/daily")


@pytest.mark.parametrize("harm", [delete, truncate, empty, flip_a_bit])
def test_damage_to_the_file_served_harms_no_reader(running: Site, harm: Callable[[Path], None]) -> None:
    """Every page goes on as before, readiness says what happened, and the file put back is said to be well again."""
    path = running.folder.path_of(running.first)
    whole = path.read_bytes()
    before = {address: running.get(address)[1] for address in PAGES}
    harm(path)
    try:
        with ThreadPoolExecutor(8) as readers:
            # More readers at once than the site had connections before, so that it opens new ones now.
            answers = list(readers.map(lambda n: (n, running.get(PAGES[n % len(PAGES)])), range(40)))
        assert all(status == 200 and body == before[PAGES[n % len(PAGES)]] for n, (status, body, _) in answers)
        assert running.wait(lambda: "problem" in running.ready()), "the damage goes unsaid"
        assert running.first in str(running.ready()["problem"])
        assert "faultlines_problem 1.0" in running.get("/metrics")[1].decode()
    finally:
        path.write_bytes(whole)
    assert running.wait(lambda: "problem" not in running.ready()), "what was put right is not seen"


def test_a_flipped_bit_is_found_before_a_release_is_taken(built: tuple[Path, str, str, Path], tmp_path: Path) -> None:
    """Wherever in the file a bit is flipped, its release is refused: the digest is of every byte."""
    folder = ReleaseFolder(shutil.copytree(built[0], tmp_path / "releases"))
    path = folder.path_of(built[1])
    whole = path.read_bytes()
    for n in range(20):
        spoiled = bytearray(whole)
        spoiled[(n * 7919 * 31) % len(whole)] ^= 1 << (n % 8)
        path.write_bytes(spoiled)
        with pytest.raises(Exception, match="digest"):
            OpenRelease(path)
    path.write_bytes(whole)
    OpenRelease(path).close()


def test_a_site_that_starts_on_a_damaged_release_serves_the_last_whole_one(
    built: tuple[Path, str, str, Path], tmp_path: Path
) -> None:
    """A process that never held the current release falls back to another, says so, and returns when it is mended."""
    folder = ReleaseFolder(shutil.copytree(built[0], tmp_path / "releases"))
    path = folder.path_of(built[1])
    whole = path.read_bytes()
    flip_a_bit(path)
    current = CurrentRelease(folder)
    assert current.get().id == built[2]
    assert built[1] in (current.problem or "")
    assert f"Release {built[2]} is served instead" in (current.problem or "")
    path.write_bytes(whole)
    time.sleep(CurrentRelease.INTERVAL + 0.05)
    assert current.get().id == built[1]
    assert current.problem is None
    current.close()


def test_a_large_release_that_is_damaged_gives_way_to_a_whole_one(
    built: tuple[Path, str, str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too large to copy is read from its file; damaged, the newest other release is served."""
    monkeypatch.setattr(OpenRelease, "COPIED", 0)
    folder = ReleaseFolder(shutil.copytree(built[0], tmp_path / "releases"))
    current = CurrentRelease(folder)
    assert current.get().id == built[1]
    folder.path_of(built[1]).unlink()
    time.sleep(CurrentRelease.INTERVAL + 0.05)
    assert current.get().id == built[2]
    assert "served instead" in (current.problem or "")
    current.close()


def test_damage_that_leaves_size_and_time_alone_is_found_later(
    built: tuple[Path, str, str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may spoil a file silently: it is read again now and then, whatever a look tells."""
    monkeypatch.setattr(CurrentRelease, "READ_AGAIN", 0.5)
    folder = ReleaseFolder(shutil.copytree(built[0], tmp_path / "releases"))
    current = CurrentRelease(folder)
    path = folder.path_of(current.get().id)
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    flip_a_bit(path)
    os.utime(path, ns=times)
    time.sleep(0.8)
    assert current.get().id == built[1]
    assert "damaged" in (current.problem or "")
    current.close()


def test_publishing_again_mends_a_damaged_release(built: tuple[Path, str, str, Path], tmp_path: Path) -> None:
    """A release that is whole is left alone; one that is not is built anew, with the bytes on record."""
    folder = ReleaseFolder(shutil.copytree(built[0], tmp_path / "releases"))
    dossier, path = load_dossier(built[3]), folder.path_of(built[2])
    whole, inode = path.read_bytes(), path.stat().st_ino
    publish(dossier, folder)
    assert path.stat().st_ino == inode, "what is whole is not written again under those who read it"
    flip_a_bit(path)
    publish(dossier, folder)
    assert path.read_bytes() == whole
    subprocess.run(["sha256sum", "--check", "--strict", digest_path(path).name], cwd=folder.path, check=True)


def test_a_folder_that_cannot_be_read_is_said(built: tuple[Path, str, str, Path], tmp_path: Path) -> None:
    """With the folder closed to it, a site serves on and says so; opened again, all is well."""
    folder = ReleaseFolder(shutil.copytree(built[0], tmp_path / "releases"))
    current = CurrentRelease(folder)
    assert current.get().id == built[1]
    if os.geteuid() == 0:
        # Nothing is closed to root: a name that leads in a circle cannot be read by anyone.
        pointer = folder.path / "current"
        pointer.unlink()
        pointer.symlink_to("current")
    else:
        folder.path.chmod(0)
    time.sleep(CurrentRelease.INTERVAL + 0.05)
    assert current.get().id == built[1]
    assert "cannot be read" in (current.problem or "")
    if os.geteuid() == 0:
        (folder.path / "current").unlink()
    else:
        folder.path.chmod(0o755)
    folder.make_current(built[2])
    time.sleep(CurrentRelease.INTERVAL + 0.05)
    assert current.get().id == built[2]
    assert current.problem is None
    current.close()


# A full disk


@pytest.mark.parametrize("limit", [1, 100_000, 300_000])
def test_a_disk_that_fills_up_while_publishing_changes_nothing(
    built: tuple[Path, str, str, Path], tmp_path: Path, limit: int
) -> None:
    """Wherever the writing stops, the site goes on with its release, the operator reads a line, and nothing is left."""
    folder = ReleaseFolder(shutil.copytree(built[0], tmp_path / "releases"))
    folder.path_of(built[2]).unlink()
    digest_path(folder.path_of(built[2])).unlink()
    before = folder.path_of(built[1]).read_bytes()
    done = run("publish", built[3], "--releases", folder.path, limit=limit)
    assert done.returncode == 3, "the environment is at fault"
    assert done.stderr.strip()
    assert folder.current_id() == built[1]
    assert folder.path_of(built[1]).read_bytes() == before
    left = {path.name for path in folder.path.iterdir()} - {f"{built[1]}.sqlite", f"{built[1]}.sqlite.sha256"}
    assert left <= {"current", ".lock"}, left


# Publishing under load


@dataclass
class Load:
    """What a number of readers saw: how many answers, and every one that was wrong."""

    answers: int = 0
    wrong: list[str] = field(default_factory=list)
    releases: set[str] = field(default_factory=set)


@contextmanager
def readers(found: Site, count: int, marks: dict[str, bytes]) -> Iterator[Load]:
    """So many readers, each asking for a list as fast as it is answered. ``marks``: what the list of a release says."""
    load, done = Load(), threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                status, body, _ = found.get("/en/claims.json")
                said = json.loads(body)
            except (OSError, ValueError) as error:
                load.wrong.append(repr(error))
                continue
            load.answers += 1
            if status != 200 or marks[said["release"]] not in body or len(said["items"]) != said["count"]:
                load.wrong.append(f"{status}: {body[:200]!r}")
            load.releases.add(said["release"])

    threads = [threading.Thread(target=read) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_every_response_comes_whole_from_one_release(running: Site) -> None:
    """Forty switches while eight clients read: each answer is of one release from its first byte to its last."""
    marks = {running.first: b"Beta talk about", running.second: b"Beta talks about"}
    with readers(running, 8, marks) as load:
        for n in range(40):
            running.folder.make_current(running.first if n % 2 else running.second)
            time.sleep(0.08)
    running.folder.make_current(running.first)
    assert not load.wrong, load.wrong[:3]
    assert load.releases == set(marks)
    assert load.answers > 40


def test_a_signal_under_load_drains(built: tuple[Path, str, str, Path], tmp_path: Path) -> None:
    """Told to end while eight clients read, the site finishes what it began: no answer is cut off, none is an error."""
    with site(built[0], tmp_path / "log") as found:
        begun = threading.Event()
        refused = threading.Event()
        cut: list[str] = []

        def read() -> None:
            while not refused.is_set():
                try:
                    connection = socket.create_connection(("127.0.0.1", found.port), timeout=20)
                except ConnectionRefusedError:
                    refused.set()
                    return
                with connection:
                    try:
                        connection.sendall(b"GET /en/claims HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                        with connection.makefile("rb") as stream:
                            answer = stream.read()
                    except ConnectionResetError:
                        # It was never accepted: the request was not read, and any client asks again elsewhere.
                        refused.set()
                        return
                begun.set()
                if answer and (b" 200 OK" not in answer[:20] or not answer.rstrip().endswith(b"</html>")):
                    cut.append(repr(answer[:60]) + "…" + repr(answer[-60:]))

        threads = [threading.Thread(target=read) for _ in range(8)]
        for thread in threads:
            thread.start()
        assert begun.wait(30)
        time.sleep(0.3)
        found.process.send_signal(signal.SIGTERM)
        assert found.process.wait(timeout=20) in (0, -signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert not cut, cut[:3]
        log = found.log.read_text()
    assert "Traceback" not in log, log
    assert '"status": 5' not in log


def test_a_worker_that_is_killed_is_replaced(built: tuple[Path, str, str, Path], tmp_path: Path) -> None:
    """With two workers, one killed by force is started again; the site answers all the while, and counts for both."""
    with site(built[0], tmp_path / "log", "--workers", "2") as found:

        def workers() -> list[int]:
            children = Path(f"/proc/{found.process.pid}/task/{found.process.pid}/children")
            pids = [int(each) for each in children.read_text().split()]
            return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

        def counted() -> int:
            lines = found.get("/metrics")[1].decode().splitlines()
            wanted = 'faultlines_requests_total{method="GET",route="/{language:language}/claims",status="200"}'
            return sum(int(float(line.split()[-1])) for line in lines if line.startswith(wanted))

        assert found.wait(lambda: len(workers()) == 2)
        asked = 20
        for _ in range(asked):
            assert found.get("/en/claims")[0] == 200
        assert counted() == asked, "whichever worker is asked, all requests are counted"
        victim = workers()[0]
        os.kill(victim, signal.SIGKILL)
        assert found.wait(lambda: len(workers()) == 2 and victim not in workers(), 30), "nobody took its place"
        assert found.wait(lambda: found.get("/en/claims")[0] == 200)
        assert counted() >= asked, "what a killed worker had counted is not forgotten"
        folders = re.findall(rb"PROMETHEUS_MULTIPROC_DIR=([^\0]+)", Path(f"/proc/{workers()[0]}/environ").read_bytes())
    assert folders
    assert not Path(folders[0].decode()).exists(), "the folder for counting together is removed at the end"


def test_a_clock_set_back_and_forth_fails_no_page(built: tuple[Path, str, str, Path]) -> None:
    """On whatever day the clock wakes up, pages answer, and the day is that of the clock."""
    today = date(2026, 11, 22)
    shown = today
    app = create_app(Settings(releases=built[0]), clock=lambda: shown)
    with TestClient(app) as client:
        tags = set()
        for day in (today, today - timedelta(days=1), date(1970, 1, 1), date(2038, 1, 20), today):
            shown = day
            for address in ("/en/", "/fr/claims", "/en/timeline.json", "/readyz", "/metrics"):
                assert client.get(address).status_code == 200, f"{address} on {day}"
            assert client.get("/en/claims.json").json()["as_of"] == day.isoformat()
            tags.add(client.get("/en/claims").headers["etag"])
        assert len(tags) == 4, "a page of another day is another page, and of the same day the same"


# A query that takes too long

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.parametrize("copied", [False, True])
def test_a_query_is_given_up_in_time(built: tuple[Path, str, str, Path], copied: bool) -> None:
    """A query without an end stops at its limit, and its connection answers the next one."""
    path = ReleaseFolder(built[0]).path_of(built[1])
    engine = open_read_only(path, query_seconds=0.2, copy=path.read_bytes() if copied else None)
    with engine.connect() as connection:
        begun = time.monotonic()
        with pytest.raises(QueryTooSlow):
            connection.execute(text(ENDLESS))
        assert 0.15 < time.monotonic() - begun < 3
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM claim")).scalar_one() == 3
        with pytest.raises(Exception, match=r"readonly|read-only"):
            connection.execute(text("DELETE FROM claim"))
    engine.dispose()


def test_a_page_that_takes_too_long_says_so(
    built: tuple[Path, str, str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers get a page in their language, programs a problem document, both with 503 and when to come again."""

    def endless(session: object, **_: object) -> None:
        session.connection().exec_driver_sql(ENDLESS)  # type: ignore[attr-defined]

    monkeypatch.setattr("app.pages.claims.read_claims", endless)
    app = create_app(Settings(releases=built[0], query_seconds=0.1), clock=lambda: date(2026, 11, 22))
    with TestClient(app) as client:
        page, data = client.get("/fr/claims"), client.get("/en/claims.json")
        assert client.get("/en/timeline").status_code == 200, "and other pages are answered"
    for answer in (page, data):
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "10"
        assert answer.headers["cache-control"] == "no-store"
    assert "demande trop de temps" in page.text
    assert data.headers["content-type"] == "application/problem+json"
    assert data.json()["status"] == 503


# Whom to believe


def forwarded(found: Site, source: str) -> str:
    """The reader's address that the site logs when a proxy at this address passes on a request for 203.0.113.9."""
    marker = os.urandom(8).hex()
    with socket.create_connection(("127.0.0.1", found.port), timeout=20, source_address=(source, 0)) as connection:
        connection.sendall(
            f"GET /en/accessibility HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-ID: {marker}\r\n"
            "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n".encode()
        )
        while connection.recv(65536):
            pass
    lines: Sequence[str] = []

    def logged() -> bool:
        nonlocal lines
        lines = [line for line in found.log.read_text().splitlines() if marker in line]
        return bool(lines)

    assert found.wait(logged)
    return str(json.loads(lines[0])["client"])


def test_only_a_trusted_proxy_says_who_asked(built: tuple[Path, str, str, Path], tmp_path: Path) -> None:
    """X-Forwarded-For counts from the proxy that the operator named; from anyone else it is ignored."""
    with site(built[0], tmp_path / "log", trusted_proxies="127.0.0.2", log_readers="1") as found:
        assert forwarded(found, "127.0.0.2") == "203.0.113.9"
        assert forwarded(found, "127.0.0.3") == "127.0.0.3"


def test_the_servers_own_log_says_nothing_of_readers(running: Site) -> None:
    """Every line that a running site writes is JSON, and what was typed stands in none."""
    running.get("/en/search?q=whisper", X_Request_ID="log-test-1")
    assert running.wait(lambda: "log-test-1" in running.log.read_text())
    said = running.log.read_text()
    assert all(isinstance(json.loads(line), dict) for line in said.splitlines())
    assert "whisper" not in said
    assert "127.0.0.1" not in "".join(line for line in said.splitlines() if "log-test-1" in line)
