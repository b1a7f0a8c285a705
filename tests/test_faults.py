"""What befalls a running site: damaged files, a folder closed to it, queries without end, false proxies."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.current import CurrentRelease
from app.dossier.loading import load_dossier
from app.main import create_app
from app.publish.building import publish
from app.releases.files import digest_path
from app.releases.opening import OpenRelease, QueryTooSlow, open_read_only
from app.releases.store import ReleaseFolder
from app.settings import Settings
from tests.running import Site, folder_for_all, site, without_powers
from tests.test_dossier import change, write_small


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


@pytest.mark.fault("the file of the release served is deleted, cut short, emptied, or has a bit flipped")
@pytest.mark.parametrize("harm", [delete, truncate, empty, flip_a_bit])
def test_damage_to_the_file_served_harms_no_reader(
    running: Site, harm: Callable[[Path], None], told: Callable[..., None]
) -> None:
    """Every page goes on as before, readiness says what happened, and the file put back is said to be well again."""
    assert isinstance(running.store, ReleaseFolder)
    path = running.store.path_of(running.first)
    whole = path.read_bytes()
    before = {address: running.get(address)[1] for address in PAGES}
    harm(path)
    try:
        with ThreadPoolExecutor(8) as readers:
            # More readers at once than the site had connections before, so that it opens new ones now.
            answers = list(readers.map(lambda n: (n, running.get(PAGES[n % len(PAGES)])), range(40)))
        wrong = [n for n, (status, body, _) in answers if status != 200 or body != before[PAGES[n % len(PAGES)]]]
        assert running.wait(lambda: "problem" in running.ready()), "the damage goes unsaid"
        assert running.first in str(running.ready()["problem"])
        assert "faultlines_problem 1.0" in running.get("/metrics")[1].decode()
    finally:
        path.write_bytes(whole)
    assert running.wait(lambda: "problem" not in running.ready()), "what was put right is not seen"
    told("answers, 40 after each damage", len(answers), wrong)


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


@pytest.mark.fault("the folder of releases cannot be read any more")
def test_a_folder_that_is_closed_harms_no_reader(built: tuple[Path, str, str, Path], told: Callable[..., None]) -> None:
    """A site run by somebody who owns nothing goes on with what it has, says so, and follows when all is open again."""
    wrong: list[str] = []
    (_, through), asked, seen = without_powers(reads_all=False), 0, False
    with folder_for_all() as parent:
        releases = Path(shutil.copytree(built[0], parent / "releases"))
        frozen = f"/r/{built[2]}/en/claims"
        with site(releases, parent / "log", through=through) as found:
            before = {address: found.get(address)[1] for address in PAGES}
            for _ in range(3):
                releases.chmod(0)
                assert found.wait(lambda: "problem" in found.ready()), "it goes unsaid"
                for address in PAGES:
                    status, body, _ = found.get(address)
                    wrong += [f"{status} {address}"] * (status != 200 or body != before[address])
                status, _, headers = found.get(frozen)
                if not ((status == 200 and seen) or (status == 503 and headers.get("retry-after") == "10")):
                    wrong.append(f"{status} {frozen}")
                asked += len(PAGES) + 1
                releases.chmod(0o755)
                assert found.wait(lambda: "problem" not in found.ready()), "what was put right is not seen"
                # A page of another release that was seen before is kept, and answered even then.
                seen = found.get(frozen)[0] == 200
                assert seen
    told("answers while it was closed", asked, wrong)


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
