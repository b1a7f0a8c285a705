"""What befalls a publish beside a running site: killed, out of room, two at once, and hundreds under readers."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.dossier.loading import load_dossier
from app.publish.building import publish, release_id
from app.publish.rows import release_content
from app.releases.files import DIGEST_SUFFIX, SUFFIX
from app.releases.store import ReleaseFolder
from app.settings import PROJECT
from tests.running import Site, readers, site
from tests.test_command_line import ENVIRONMENT_AT_FAULT, environment, run
from tests.test_dossier import change, write_small

Tell = Callable[..., None]


@dataclass(frozen=True)
class Edition:
    """A dossier that says something of its own, and the release that it becomes."""

    dossier: Path
    id: str
    mark: bytes


def edition(folder: Path, number: int) -> Edition:
    """The small dossier, in which one claim holds this number."""
    dossier = write_small(folder / f"edition-{number}")
    change(dossier, "claims.yaml", "Beta talk about", f"Beta talk-{number}- about")
    return Edition(dossier, release_id(release_content(load_dossier(dossier))), f"Beta talk-{number}- about".encode())


def left_behind(folder: ReleaseFolder) -> set[str]:
    """What lies in the folder and is neither a release nor its digest nor belongs to the folder itself."""
    known = {"current", ".lock"} | {
        f"{each.id}{end}" for each in folder.list() for end in (SUFFIX, SUFFIX + DIGEST_SUFFIX)
    }
    return {path.name for path in folder.path.iterdir()} - known


def complaints(found: Site, known: dict[str, bytes]) -> Iterator[str]:
    """What is wrong with the releases and with what the site serves of them; ``known``: release → what it says."""
    current = found.store.current_id()
    if current not in known:
        yield f"the pointer names {current!r}"
        return
    yield from (f"{each.id} is not whole" for each in found.store.list() if not found.store.is_whole(each.id))
    if not found.wait(lambda: found.ready().get("release") == current):
        yield f"{current} is current, and not served: {found.ready()}"
    if "problem" in (ready := found.ready()):
        yield str(ready["problem"])
    status, body, _ = found.get("/en/claims")
    if status != 200 or known[current] not in body or not body.rstrip().endswith(b"</html>"):
        yield f"the page of {current} is {status} {body[-80:]!r}"


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases.store import ReleaseFolder

folder, chance = ReleaseFolder(Path(sys.argv[1])), random.Random(20)
for n, line in enumerate(sys.stdin):
    dossier = load_dossier(Path(line.strip()))
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        publish(dossier, folder)
        os._exit(0)
    if n:
        time.sleep(chance.uniform(0, whole))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not n:
        whole = time.monotonic() - begun
    print("killed" if os.WIFSIGNALED(status) else "ended", flush=True)
"""
"""Publishes each dossier that it is told, in a child that is killed at a moment of the time that a whole one takes."""


@pytest.mark.fault("a publish is killed by force at any moment (SIGKILL)")
def test_a_publish_killed_at_twenty_random_moments_harms_no_reader(tmp_path: Path, told: Tell) -> None:
    """After each, what is current is whole and served; what it left is swept away, and the next does its work."""
    folder = ReleaseFolder(tmp_path / "releases")
    first = edition(tmp_path, 0)
    publish(load_dossier(first.dossier), folder)
    known = {first.id: first.mark}
    command = [sys.executable, "-c", KILLED, str(folder.path)]
    with (
        site(folder.path, tmp_path / "log") as found,
        subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as publisher,
    ):
        assert publisher.stdin is not None
        assert publisher.stdout is not None
        kills, wrong, number = 0, [], 0
        while kills < 20:
            number += 1
            assert number < 80, f"of {number} publishes only {kills} were killed before they ended"
            tried = edition(tmp_path, number)
            known[tried.id] = tried.mark
            print(tried.dossier, file=publisher.stdin, flush=True)
            kills += publisher.stdout.readline() == "killed\n"
            wrong += list(complaints(found, known))
        publisher.stdin.close()
        last = edition(tmp_path, 1000)
        publish(load_dossier(last.dossier), folder)
        wrong += list(complaints(found, known | {last.id: last.mark}))
        assert folder.current_id() == last.id
        assert not left_behind(folder), "these fill the disk a little more with each crash"
    told("kills beside a running site", kills, wrong)


# A full disk


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """A file system of this size in a folder, where this process may mount one; whether it is there."""
    folder.mkdir()
    options = f"size={megabytes}m,mode=0755"
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], check=False, capture_output=True)
    try:
        yield mount.returncode == 0
    finally:
        if mount.returncode == 0:
            subprocess.run(["umount", "--lazy", folder], check=True)


def leave_free(ballast: Path, room: int) -> None:
    """Fill the disk but for so many bytes."""
    ballast.unlink(missing_ok=True)
    free = os.statvfs(ballast.parent).f_bavail * os.statvfs(ballast.parent).f_frsize
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, free - room))


@pytest.mark.fault("the disk fills up while publishing")
def test_a_disk_that_fills_up_while_publishing_harms_no_reader(tmp_path: Path, told: Tell) -> None:
    """Wherever the writing stops, the site goes on with its release, the operator reads a line, and nothing is left.

    The disk is a real one of four megabytes where one may be mounted; else no file may grow beyond the room.
    """
    first, second = edition(tmp_path, 1), edition(tmp_path, 2)
    known = {first.id: first.mark}
    with small_disk(tmp_path / "disk", 4) as real:
        folder = ReleaseFolder(tmp_path / "disk" / "releases")
        needed = publish(load_dossier(first.dossier), folder).path.stat().st_size
        rooms = [0, 4096, *(needed * share // 100 for share in (20, 50, 80, 99))]
        wrong: list[str] = []
        with site(folder.path, tmp_path / "log") as found:
            for room in rooms:
                if real:
                    leave_free(tmp_path / "disk" / "ballast", room)
                limit = None if real else max(1, room)
                done = run("publish", second.dossier, "--releases", folder.path, limit=limit)
                if done.returncode != ENVIRONMENT_AT_FAULT or len(done.stderr.strip().splitlines()) != 1:
                    wrong.append(f"with room for {room} bytes: {done.returncode} {done.stderr}")
                wrong += list(complaints(found, known)) + sorted(left_behind(folder))
                assert folder.current_id() == first.id
            (tmp_path / "disk" / "ballast").unlink(missing_ok=True)
            run("publish", second.dossier, "--releases", folder.path)
            wrong += list(complaints(found, {second.id: second.mark}))
    told("publishes on a full disk" if real else "publishes with a limit on each file", len(rooms), wrong)


# Several at once


def together(folder: ReleaseFolder, editions: Sequence[Edition]) -> Iterator[str]:
    """Publish all of these at once, each in a process of its own; what any of them complains of."""
    commands = [[sys.executable, "-m", "app", "publish", each.dossier, "--releases", folder.path] for each in editions]
    processes = [
        subprocess.Popen(
            each, cwd=PROJECT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for each in commands
    ]
    for each, process in zip(editions, processes, strict=True):
        said, complained = process.communicate(timeout=60)
        if process.returncode or said.split()[:1] != [each.id]:
            yield f"{process.returncode} {said} {complained}"


@pytest.mark.fault("two publish at once")
def test_two_publishers_at_once_both_do_their_work(tmp_path: Path, told: Tell) -> None:
    """Both releases are whole, one of them is current and served, and neither publisher notices the other."""
    folder = ReleaseFolder(tmp_path / "releases")
    first = edition(tmp_path, 0)
    publish(load_dossier(first.dossier), folder)
    known, wrong, published = {first.id: first.mark}, [], 0
    with site(folder.path, tmp_path / "log") as found:
        for n in range(2):
            pair = [edition(tmp_path, 2 * n + 1), edition(tmp_path, 2 * n + 2)]
            known |= {each.id: each.mark for each in pair}
            wrong += list(together(folder, pair))
            published += len(pair)
            assert folder.current_id() in {each.id for each in pair}
            wrong += list(complaints(found, known))
    assert {each.id for each in folder.list()} == set(known)
    told("publishes, two at a time", published, wrong)


PUBLISHED = """
import sys
from pathlib import Path
from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases.store import ReleaseFolder

folder, dossiers = ReleaseFolder(Path(sys.argv[1])), [load_dossier(Path(each)) for each in sys.argv[2:]]
for n in range(200):
    # Every fourth is built anew; the others go back to one that lies there.
    publish(dossiers[n // 4 if n % 4 == 0 else (n * 7) % (n // 4 + 1)], folder)
"""


@pytest.mark.fault("releases change while pages are read")
def test_every_response_comes_whole_from_one_release(tmp_path: Path, told: Tell) -> None:
    """Two hundred publishes while eight clients read: each answer is of one release from its first byte to its last."""
    folder = ReleaseFolder(tmp_path / "releases")
    editions = [edition(tmp_path, n) for n in range(50)]
    publish(load_dossier(editions[0].dossier), folder)
    command = [sys.executable, "-c", PUBLISHED, folder.path, *(each.dossier for each in editions)]
    with (
        site(folder.path, tmp_path / "log") as found,
        readers(found, 8, {each.id: each.mark for each in editions}) as load,
    ):
        subprocess.run(command, cwd=PROJECT, check=True, timeout=300)
    assert len(folder.list()) == 50
    assert len(load.releases) > 20, "the readers saw the releases change"
    told("answers to 8 readers during 200 publishes", load.answers, load.wrong)
