"""Publishing: one content, one file; whole or not at all; and read without a chance to write."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from app.current import CurrentRelease
from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier
from app.publish import building
from app.publish.building import publish
from app.publish.smoke import SmokeTestFailed
from app.releases.opening import OpenRelease, open_read_only
from app.releases.store import NoRelease, ReleaseFile, ReleaseFolder
from app.settings import PROJECT
from app.words import stemmed
from scripts import check_migrations
from tests.stores import about_files
from tests.test_dossier import SMALL, change, write_small


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return load_dossier(write_small(tmp_path_factory.mktemp("small")))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    """The small dossier with one letter changed."""
    folder = write_small(tmp_path_factory.mktemp("other"))
    change(folder, "claims.yaml", "talk about", "talks about")
    return load_dossier(folder)


@pytest.fixture(scope="module")
def built(small: Dossier, other: Dossier, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A folder with the releases of both dossiers, built once; the tests copy it."""
    folder = ReleaseFolder(tmp_path_factory.mktemp("built") / "releases")
    second = publish(other, folder).id
    first = publish(small, folder).id
    return folder.path, first, second


@pytest.fixture
def two(built: tuple[Path, str, str], tmp_path: Path) -> tuple[ReleaseFolder, str, str]:
    """A folder with two releases of which the first is current, and their ids."""
    path, first, second = built
    shutil.copytree(path, tmp_path / "releases")
    return ReleaseFolder(tmp_path / "releases"), first, second


def visible_files(folder: ReleaseFolder) -> set[str]:
    """What lies in a folder, but for the digests, each of which belongs to a release."""
    return {path.name for path in folder.path.iterdir() if not path.name.startswith(".") and path.suffix != ".sha256"}


def wait_for(condition: Callable[[], bool], seconds: float = 1.0) -> bool:
    """Whether a condition comes to hold within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


# One content, one file


@about_files("it compares files")
def test_the_same_dossier_gives_the_same_file(dossier: Dossier, releases: Path, tmp_path: Path) -> None:
    """The shipped dossier published again, elsewhere, has the same id and the same bytes."""
    again = publish(dossier, ReleaseFolder(tmp_path / "elsewhere"))
    assert again.id == ReleaseFolder(releases).current_id()
    first = ReleaseFolder(releases).path_of(again.id)
    assert again.path.read_bytes() == first.read_bytes(), "the same dossier gives the same bytes"


def test_the_same_dossier_gives_the_same_file_in_any_process(built: tuple[Path, str, str], tmp_path: Path) -> None:
    """Nothing of a process, such as the order in which Python keeps sets, gets into a release."""
    path, first, _ = built
    dossier = write_small(tmp_path)
    program = (
        "import sys; from pathlib import Path; from app.dossier.loading import load_dossier; "
        "from app.publish.building import publish; from app.releases.store import ReleaseFolder; "
        "print(publish(load_dossier(Path(sys.argv[1])), ReleaseFolder(Path(sys.argv[2]))).id)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(dossier), str(tmp_path / seed)],
            cwd=PROJECT,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed, zone in (("1", "Pacific/Kiritimati"), ("2", "America/Los_Angeles"))
    ]
    for process, seed in zip(processes, ("1", "2"), strict=True):
        output, _ = process.communicate(timeout=60)
        assert output.strip() == first
        assert (tmp_path / seed / f"{first}.sqlite").read_bytes() == (path / f"{first}.sqlite").read_bytes()


def test_publishing_again_changes_nothing(two: tuple[ReleaseFolder, str, str], small: Dossier) -> None:
    """The same dossier into the same folder gives the same file, and no other."""
    folder, first, _ = two
    before = folder.path_of(first).read_bytes()
    files = visible_files(folder)
    assert publish(small, folder).id == first
    assert folder.path_of(first).read_bytes() == before
    assert visible_files(folder) == files


def content_id(dossier: Path) -> str:
    return building.release_id(building.release_content(load_dossier(dossier)))


CHANGES = [
    (file, number, line, changed)
    for file, text_of in SMALL.items()
    for number, line in enumerate(text_of.splitlines())
    for changed in (line.replace(".}", "!}"), line.replace(", fr: ", " x, fr: "), line.replace("en: A", "en: The a"))
    if changed != line
]


def test_one_changed_letter_gives_another_id(tmp_path: Path) -> None:
    """A change in any text of any file is another content, so it has another id."""
    dossier = write_small(tmp_path)
    seen = {content_id(dossier): "as it was"}
    for file, number, line, changed in CHANGES:
        lines = SMALL[file].splitlines()
        lines[number] = changed
        (dossier / file).write_text("\n".join(lines), "utf-8")
        identifier = content_id(dossier)
        assert identifier not in seen, f"{file}: {line!r} → {changed!r} has the id of {seen[identifier]}"
        seen[identifier] = f"{file}: {changed!r}"
        (dossier / file).write_text(SMALL[file], "utf-8")
    without_texts = {"watch.yaml", "topics.yaml", "dismissed.yaml"}
    assert {file for file, *_ in CHANGES} == set(SMALL) - without_texts, "every file has a change"


def test_the_day_of_the_last_search_is_part_of_the_content(tmp_path: Path) -> None:
    """A dossier searched again on a later day, with nothing found, is another release."""
    dossier = write_small(tmp_path)
    before = content_id(dossier)
    change(dossier, "edition.yaml", "2025-12-31", "2026-01-31")
    assert content_id(dossier) != before


def test_comments_and_spaces_are_no_content(tmp_path: Path) -> None:
    """What does not change what is said gives the same id."""
    dossier = write_small(tmp_path)
    before = content_id(dossier)
    for file, said in SMALL.items():
        (dossier / file).write_text("# A comment\n\n" + said.replace("{en: ", "{ en:   "), "utf-8")
    assert content_id(dossier) == before


# Whole or not at all


def fails_the_smoke_test(monkeypatch: pytest.MonkeyPatch) -> type[Exception]:
    def refuse(*_: object) -> None:
        raise SmokeTestFailed("as the test wants")

    monkeypatch.setattr(building, "smoke_test", refuse)
    return SmokeTestFailed


def spoil_after_building(statement: str) -> Callable[[pytest.MonkeyPatch], type[Exception]]:
    """Build as always, then damage the file before it is looked at."""

    def prepare(monkeypatch: pytest.MonkeyPatch) -> type[Exception]:
        build = building._build

        def build_and_spoil(path: Path, *rest: object) -> None:
            build(path, *rest)  # type: ignore[arg-type]
            with closing(sqlite3.connect(path)) as connection:
                connection.execute(statement)
                connection.commit()

        monkeypatch.setattr(building, "_build", build_and_spoil)
        return SmokeTestFailed

    return prepare


def fill_the_disk(nth: int) -> Callable[[pytest.MonkeyPatch], type[Exception]]:
    """Let the nth rename fail as on a full disk."""

    def prepare(monkeypatch: pytest.MonkeyPatch) -> type[Exception]:
        replace, calls = Path.replace, iter(range(100))

        def full(self: Path, target: Path) -> Path:
            if next(calls) == nth:
                raise OSError(28, "No space left on device")
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", full)
        return OSError

    return prepare


def interrupt(monkeypatch: pytest.MonkeyPatch) -> type[BaseException]:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "_insert", stop)
    return KeyboardInterrupt


@pytest.mark.parametrize(
    "prepare",
    [
        pytest.param(fails_the_smoke_test, id="smoke test"),
        pytest.param(spoil_after_building("DELETE FROM listing_item WHERE item = 'talks'"), id="entry lost"),
        pytest.param(spoil_after_building("DELETE FROM listing_text"), id="index lost"),
        pytest.param(spoil_after_building("DELETE FROM party"), id="reference broken"),
        pytest.param(spoil_after_building("UPDATE release SET id = 'another'"), id="another id"),
        pytest.param(spoil_after_building("UPDATE alembic_version SET version_num = '0'"), id="another schema"),
        pytest.param(fill_the_disk(0), id="disk full at the digest"),
        pytest.param(fill_the_disk(1), id="disk full at the file"),
        pytest.param(fill_the_disk(2), id="disk full at the pointer"),
        pytest.param(interrupt, id="interrupted"),
    ],
)
def test_a_failed_publish_changes_nothing(
    two: tuple[ReleaseFolder, str, str],
    other: Dossier,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[pytest.MonkeyPatch], type[BaseException]],
) -> None:
    """Whatever fails, the current release stays current and whole, and nothing half-made is left."""
    folder, first, second = two
    folder.path_of(second).unlink()
    before = folder.path_of(first).read_bytes()
    with monkeypatch.context() as patched, pytest.raises(prepare(patched)):
        publish(other, folder)
    assert folder.current_id() == first
    assert folder.path_of(first).read_bytes() == before
    assert visible_files(folder) <= {"current", f"{first}.sqlite", f"{second}.sqlite"}
    leftovers = {path.name for path in folder.path.iterdir() if path.name.startswith(".")} - {".lock"}
    assert not leftovers, f"a failed publish cleans up: {leftovers}"
    assert publish(other, folder).id == second, "once the cause is mended, it works"
    assert folder.current_id() == second


KILLED = """
import os, signal, sys, time
from pathlib import Path
from app.releases import store
from app.dossier.loading import load_dossier
from app.publish import building

dossier, parent = load_dossier(Path(sys.argv[1])), Path(sys.argv[2])

def die_before(module, name, nth=0):
    original, calls = getattr(module, name), iter(range(1000))
    def wrapped(*arguments, **named):
        if next(calls) == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)
    setattr(module, name, wrapped)

def prepare(moment):
    match moment:
        case "before-building": die_before(building, "_build")
        case "before-inserting": die_before(building, "_insert")
        case "before-testing": die_before(building, "smoke_test")
        case "before-noting": die_before(Path, "replace")
        case "before-renaming": die_before(Path, "replace", 1)
        case "after-renaming": die_before(store, "sync_folder")
        case "before-switching": die_before(Path, "replace", 2)
        case "after-switching": die_before(store, "sync_folder", 1)

for moment in sys.argv[3:]:
    child = os.fork()
    if child == 0:
        prepare(moment)
        building.publish(dossier, store.ReleaseFolder(parent / moment))
        os._exit(0)
    if moment[0].isdigit():
        time.sleep(float(moment))
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    print(moment, -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
"""
"""Publishes once for each moment, in a child that is killed then: at a step, or after so many seconds."""

BEFORE = ("before-building", "before-inserting", "before-testing", "before-noting", "before-renaming", "after-renaming")
TIMES = tuple(f"{random.Random(each).uniform(0.005, 0.4):.3f}" for each in range(12))  # As random, the same each time.
MOMENTS = (*BEFORE, "before-switching", "after-switching", *TIMES)


def test_a_publish_that_is_killed_leaves_the_old_release_or_the_new(
    two: tuple[ReleaseFolder, str, str], tmp_path: Path
) -> None:
    """Killed at any moment, the pointer names the old release or the new one, and every release is whole."""
    template, first, second = two
    template.path_of(second).unlink()
    dossier = write_small(tmp_path / "other")
    change(dossier, "claims.yaml", "talk about", "talks about")
    for moment in MOMENTS:
        shutil.copytree(template.path, tmp_path / moment)
    command = [sys.executable, "-c", KILLED, str(dossier), str(tmp_path), *MOMENTS]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=True)
    ends = dict(line.split() for line in done.stdout.splitlines())
    for moment in MOMENTS:
        if not moment[0].isdigit():
            assert ends[moment] == str(-signal.SIGKILL), f"{moment}: publishing never came to this moment"
        folder = ReleaseFolder(tmp_path / moment)
        assert folder.current_id() in (first, second), f"{moment}: the pointer names {folder.current_id()!r}"
        if moment in (*BEFORE, "before-switching"):
            assert folder.current_id() == first, f"{moment}: the new release is not yet the current one"
        assert {each.id for each in folder.list()} <= {first, second}, f"{moment}: a part file has a release's name"
        for each in folder.list():
            opened = OpenRelease(each.path)
            assert opened.id == each.id, f"{moment}: {each.path.name} holds {opened.id}"
            with opened.session() as session:
                assert session.connection().execute(text("PRAGMA integrity_check")).scalar_one() == "ok", moment
            opened.close()


def test_the_next_publish_sweeps_what_a_killed_one_left(two: tuple[ReleaseFolder, str, str], small: Dossier) -> None:
    """Part files of a process that is gone do not pile up."""
    folder, first, _ = two
    for name in (f".{first}.99999.part", f".{first}.99999.part-journal", ".0123456789ab.4242.part", ".current.abc123"):
        (folder.path / name).write_bytes(b"half")
    publish(small, folder)
    left = {path.name for path in folder.path.iterdir() if path.name.startswith(".")}
    assert left <= {".lock"}, f"these fill the disk a little more with each crash: {left - {'.lock'}}"


def test_two_publishers_take_turns(two: tuple[ReleaseFolder, str, str], small: Dossier, other: Dossier) -> None:
    """Two dossiers published at once both become releases, one after the other."""
    folder, first, second = two
    folder.path_of(second).unlink()
    found: list[ReleaseFile] = []
    threads = [
        threading.Thread(target=lambda each=each: found.append(publish(each, folder))) for each in (small, other)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.id for each in found} == {first, second}
    assert folder.current_id() in (first, second)
    assert visible_files(folder) == {"current", f"{first}.sqlite", f"{second}.sqlite"}


@pytest.mark.parametrize("name", ["with space", "é « où »", "per%20cent", "hash#tag", "question?mark=1&x", "plus+;'"])
def test_a_folder_may_have_any_name(small: Dossier, tmp_path: Path, name: str) -> None:
    """No sign in a folder's name is taken for part of a database address."""
    folder = ReleaseFolder(tmp_path / name)
    release = publish(small, folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == [name], "nothing is written beside the folder"
    assert visible_files(folder) == {"current", f"{release.id}.sqlite"}
    opened = OpenRelease(release.path)
    assert opened.id == release.id
    opened.close()


# The pointer


def test_an_older_release_can_be_made_current_again(two: tuple[ReleaseFolder, str, str]) -> None:
    """Rolling back moves the pointer and nothing else; the list marks the current release."""
    folder, first, second = two
    files = visible_files(folder)
    for wanted in (second, first, second):
        folder.make_current(wanted)
        assert folder.current_id() == wanted
        assert [each.id for each in folder.list() if each.current] == [wanted]
    assert visible_files(folder) == files
    assert {each.id for each in folder.list()} == {first, second}


@pytest.mark.parametrize("wanted", ["000000000000", "", "current", "../other/0123", "é", "x" * 300])
def test_what_is_no_release_cannot_be_made_current(two: tuple[ReleaseFolder, str, str], wanted: str) -> None:
    """Pointing to what is not there is refused, and the pointer stays."""
    folder, first, _ = two
    with pytest.raises(NoRelease):
        folder.make_current(wanted)
    assert folder.current_id() == first


def test_a_path_is_no_release(two: tuple[ReleaseFolder, str, str]) -> None:
    """An id is a name in the folder: a path that leads to a release is refused too."""
    folder, first, second = two
    with pytest.raises(NoRelease):
        folder.make_current(f"../{folder.path.name}/{second}")
    assert folder.current_id() == first


def test_the_pointer_is_replaced_as_a_whole(two: tuple[ReleaseFolder, str, str]) -> None:
    """While the pointer moves a hundred times, a reader only ever sees a whole id."""
    folder, first, second = two
    seen: set[str | None] = set()
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add(folder.current_id())

    reader = threading.Thread(target=look)
    reader.start()
    try:
        for n in range(100):
            folder.make_current(second if n % 2 == 0 else first)
    finally:
        done.set()
        reader.join()
    assert seen == {first, second}
    assert (folder.path / "current").stat().st_mode & 0o444 == 0o444, "whoever serves may read it"


@pytest.fixture
def current(two: tuple[ReleaseFolder, str, str]) -> Iterator[CurrentRelease]:
    found = CurrentRelease(two[0])
    yield found
    found.close()


def test_a_server_follows_the_pointer(two: tuple[ReleaseFolder, str, str], current: CurrentRelease) -> None:
    """Within a second of a switch, the new release is served; no look in between fails."""
    folder, first, second = two
    assert current.get().id == first
    for wanted in (second, first):
        folder.make_current(wanted)
        assert wait_for(lambda wanted=wanted: current.get().id == wanted), "a switch is seen within a second"
        assert current.problem is None


def test_a_release_in_use_stays_readable_while_it_is_replaced(
    two: tuple[ReleaseFolder, str, str], current: CurrentRelease
) -> None:
    """A page that began on the old release ends on it, whatever the pointer does meanwhile."""
    folder, first, second = two
    release = current.get()
    with release.session() as session:
        before = session.connection().execute(text("SELECT count(*) FROM claim")).scalar_one()
        folder.make_current(second)
        assert wait_for(lambda: current.get().id == second)
        folder.path_of(first).unlink()
        assert session.connection().execute(text("SELECT count(*) FROM claim")).scalar_one() == before


def remove(path: Path) -> None:
    path.unlink()


def truncate(size: float) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * size)])

    return cut


def garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 200)


def somebody_elses(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE note (text)")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil",
    [
        remove,
        pytest.param(truncate(0), id="empty"),
        pytest.param(truncate(0.001), id="a few bytes"),
        pytest.param(truncate(0.5), id="half"),
        pytest.param(truncate(0.99), id="nearly all"),
        garbage,
        somebody_elses,
        a_folder,
    ],
)
def test_a_release_that_cannot_be_opened_is_not_taken(
    two: tuple[ReleaseFolder, str, str], current: CurrentRelease, spoil: Callable[[Path], None]
) -> None:
    """The last good release goes on being served, what is wrong is said, and mended it is taken."""
    folder, first, second = two
    assert current.get().id == first
    whole = folder.path_of(second).read_bytes()
    spoil(folder.path_of(second))
    (folder.path / "current").write_text(second + "\n")
    assert wait_for(lambda: current.problem is not None or current.get().id != first), "the fault goes unsaid"
    assert current.get().id == first
    assert second in (current.problem or "")
    if folder.path_of(second).is_dir():
        folder.path_of(second).rmdir()
    folder.path_of(second).write_bytes(whole)
    assert wait_for(lambda: current.get().id == second), "a release that was put right is served without a restart"
    assert current.problem is None


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xff\xfe\x00", b"../../etc/passwd\n", b"x" * 5000, "é".encode(), b"a\x00b", b"one\ntwo\n"]
)
def test_a_pointer_that_is_garbage_is_not_followed(
    two: tuple[ReleaseFolder, str, str], current: CurrentRelease, content: bytes
) -> None:
    """Whatever stands in the pointer, the last good release is served and the problem is said."""
    folder, first, second = two
    assert current.get().id == first
    (folder.path / "current").write_bytes(content)
    assert wait_for(lambda: current.get() is not None and current.problem is not None), "the fault goes unsaid"
    assert current.get().id == first
    folder.make_current(second)
    assert wait_for(lambda: current.get().id == second)
    assert current.problem is None


def test_a_pointer_that_is_gone_is_said(two: tuple[ReleaseFolder, str, str], current: CurrentRelease) -> None:
    """Without a pointer the last release is served, and the problem says what to do."""
    folder, first, _ = two
    assert current.get().id == first
    (folder.path / "current").unlink()
    assert wait_for(lambda: current.get().id == first and current.problem is not None)
    assert "python -m app publish" in (current.problem or "")


def test_before_the_first_release_there_is_none(tmp_path: Path, small: Dossier) -> None:
    """A server may be there first: it says what to do, and takes the first release when it comes."""
    folder = ReleaseFolder(tmp_path / "later")
    waiting = CurrentRelease(folder)
    with pytest.raises(NoRelease, match="python -m app publish"):
        waiting.get()
    release = publish(small, folder)

    def taken() -> bool:
        try:
            return waiting.get().id == release.id
        except NoRelease:
            return False

    assert wait_for(taken)
    waiting.close()


# Read, and nothing else


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO listing_item SELECT * FROM listing_item LIMIT 1",
        "UPDATE claim SET text_en = 'changed'",
        "DELETE FROM claim",
        "CREATE TABLE note (text TEXT)",
        "DROP TABLE claim",
        "ALTER TABLE claim ADD COLUMN note TEXT",
        "CREATE INDEX ix_note ON claim (kind)",
        "INSERT INTO listing_text (listing, item, en, fr) VALUES ('claims', 'x', 'x', 'x')",
        "INSERT INTO listing_text(listing_text) VALUES ('rebuild')",
        "PRAGMA user_version = 7",
        "VACUUM",
    ],
)
def test_a_release_cannot_be_written_to(two: tuple[ReleaseFolder, str, str], statement: str) -> None:
    """The engine that serves refuses every statement that would change the file."""
    folder, first, _ = two
    path = folder.path_of(first)
    before = path.read_bytes()
    engine = open_read_only(path)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        with pytest.raises(DBAPIError, match=r"readonly|read-only|read only"):
            connection.execute(text(statement))
        assert connection.execute(text("SELECT count(*) FROM claim")).scalar_one() > 0, "and reading goes on"
    engine.dispose()
    assert path.read_bytes() == before


def test_a_release_is_served_from_a_folder_that_cannot_be_written(two: tuple[ReleaseFolder, str, str]) -> None:
    """Reading leaves nothing beside the file, and asks for no lock: a read-only folder will do."""
    folder, first, _ = two
    path = folder.path_of(first)
    path.chmod(0o444)
    folder.path.chmod(0o555)
    try:
        before = {each.name: each.stat().st_mtime_ns for each in folder.path.iterdir()}
        engine = open_read_only(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as locker:
            # Another process that holds the file for itself does not hold up a reader that takes no locks.
            if os.access(path, os.W_OK):
                locker.execute("BEGIN EXCLUSIVE")
            with engine.connect() as connection:
                assert connection.execute(text("SELECT count(*) FROM listing_item")).scalar_one() > 0
                assert {each.name: each.stat().st_mtime_ns for each in folder.path.iterdir()} == before
        engine.dispose()
        opened = OpenRelease(path)
        assert opened.id == first
        opened.close()
    finally:
        folder.path.chmod(0o755)


@about_files("it reads the head of one")
def test_a_release_is_not_left_in_wal_mode(releases: Path) -> None:
    """A write-ahead log needs a folder that can be written: bytes 18 and 19 of the file say it keeps none."""
    current = ReleaseFolder(releases).current_id()
    assert current is not None
    head = ReleaseFolder(releases).path_of(current).read_bytes()[:20]
    assert head.startswith(b"SQLite format 3\x00")
    assert head[18:20] == b"\x01\x01", "2 would be the write-ahead log"
    assert visible_files(ReleaseFolder(releases)) == {"current", f"{current}.sqlite"}


@about_files("only SQLite is asked so; tests/test_postgres.py compares every row")
def test_a_release_is_whole(release: OpenRelease) -> None:
    """Every reference leads to a row, the file is undamaged, and its pages are all in use."""
    with release.session() as session:
        connection = session.connection()
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
        assert connection.execute(text("PRAGMA freelist_count")).scalar_one() == 0, "the file was not vacuumed"


def test_every_table_of_a_release_is_filled(release: OpenRelease) -> None:
    """The shipped dossier has rows in every table of the models: none is dead, and none was forgotten.

    Two exceptions hold what nobody on file gives, and what was never renamed; ``tests/test_scenarios.py`` and
    ``tests/test_former_ids.py`` fill them with dossiers of their own.
    """
    with release.session() as session:
        for table in SQLModel.metadata.sorted_tables:
            if table.name in ("impact_likelihood", "former_id"):
                continue
            count = session.connection().execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one()
            assert count > 0, f"no row in {table.name}"


def test_the_release_says_what_the_dossier_says(release: OpenRelease, dossier: Dossier) -> None:
    """Names and counts that pages hold in memory are those of the dossier, in its order."""
    assert release.claims == len(dossier.claims)
    assert release.name.en == dossier.edition.name.en
    assert list(release.names["issue"]) == [each.id for each in dossier.issues]
    assert list(release.names["party"]) == [each.id for each in dossier.parties]
    assert set(release.names["source"]) == {each.id for each in dossier.sources}
    assert json.dumps(sorted(release.names)), "they are plain names"


def test_models_and_migrations_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """The migrations build exactly the tables of the models, and can be undone."""
    assert check_migrations.main() == 0, capsys.readouterr().out


def test_other_stems_make_another_release(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another stemmer finds other words, so what it makes of the same dossier has another id."""
    content = building.release_content(dossier)
    before = building.release_id(content)
    assert building.release_id(content) == before
    monkeypatch.setattr(building, "stemmed", lambda text, language: stemmed(text, language).replace("partenariat", "x"))
    assert building.release_id(content) != before
