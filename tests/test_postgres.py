"""PostgreSQL as the store of releases: the same ids in the same order, the same bytes, nothing that the web may write.

The server is real, and so is its replica (``tests/cluster.py``). ``make test-postgres`` runs the whole suite this way.
"""

import hashlib
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import URL
from sqlmodel import Session
from starlette.testclient import TestClient

from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier
from app.engines import tokens
from app.filters import FACETS, Filter, Sort
from app.main import create_app
from app.postgres import copying
from app.publish.building import publish
from app.publish.synthetic import Synthetic
from app.queries import search as searching
from app.queries.listings import all_ids, count_facets, list_changed, list_items, next_places
from app.queries.viewpoint import Viewpoint
from app.releases.opening import OpenRelease
from app.releases.store import ReleaseFolder, Store
from app.settings import PROJECT, Settings
from app.vocabulary import Listing
from app.words import words_of
from scripts.serving import free_port
from tests.cluster import Cluster
from tests.conftest import TODAY
from tests.stores import cluster as shared_cluster
from tests.stores import store
from tests.test_command_line import environment, run
from tests.test_dossier import change, write_small
from tests.test_pages import PAGES

WEB = "web"
"""The role of the web processes: it may log in, and what publishing lets it read."""


@pytest.fixture(scope="module")
def cluster() -> Cluster:
    found = shared_cluster()
    with found.connect("postgres") as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (WEB,)).fetchone() is None:
            connection.execute(f"CREATE ROLE {WEB} LOGIN")
    return found


def as_text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def as_role(url: URL, role: str) -> URL:
    return url.set(username=role)


@dataclass(frozen=True)
class Both:
    """The same release in a folder and in a database."""

    folder: ReleaseFolder
    database: Store
    id: str

    @contextmanager
    def opened(self) -> Iterator[tuple[OpenRelease, OpenRelease]]:
        found = self.folder.open(self.id), self.database.open(self.id)
        try:
            yield found
        finally:
            for each in found:
                each.close()


def published_twice(folder: Path, cluster: Cluster, dossier: Dossier, claims: int = 0) -> Both:
    synthetic = Synthetic(dossier, claims, 3) if claims else None
    both = ReleaseFolder(folder), store(cluster.new_database())
    one, other = (publish(dossier, each, synthetic=synthetic) for each in both)
    assert one.id == other.id
    return Both(*both, one.id)


@pytest.fixture(scope="module")
def both(cluster: Cluster, dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Both:
    return published_twice(tmp_path_factory.mktemp("both"), cluster, dossier)


@pytest.fixture(scope="module")
def invented(cluster: Cluster, dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Enough claims that a common word is held by more entries than are ranked."""
    return published_twice(tmp_path_factory.mktemp("invented"), cluster, dossier, 2500)


# The same answers


class Drawn:
    """Random filters of what a release holds, with words as they stand in its texts, whole, begun, accented or not."""

    def __init__(self, session: Session, seed: int) -> None:
        self.random = Random(seed)
        rows = session.connection().exec_driver_sql("SELECT parameter, value, since, until FROM listing_tag").all()
        self.values = {name: sorted({row[1] for row in rows if row[0] == name}) for name in FACETS}
        days = sorted({str(row[2]) for row in rows if str(row[2]) > "2000"})
        self.days = [days[n * len(days) // 40] for n in range(40)]
        texts = session.connection().exec_driver_sql("SELECT en, fr FROM listing_text").all()
        self.texts = sorted({line for row in texts for text in row for line in text.split("\n")})

    def typed(self) -> str:
        parts = []
        for _ in range(self.random.choice((1, 1, 2, 3))):
            words = words_of(self.random.choice(self.texts)) or ["the"]
            word = self.random.choice(words)
            start = self.random.randrange(len(words))
            phrase = " ".join(words[start : start + self.random.randint(2, 3)])
            form = self.random.choice(
                ("whole", "whole", "begun", "upper", "bare", "phrase", "without", "without-phrase")
            )
            parts.append(
                {
                    "whole": word,
                    "begun": word[: self.random.randint(1, 4)],
                    "upper": word.upper(),
                    "bare": word.replace("é", "e").replace("è", "e").replace("œ", "oe").replace("ç", "c"),
                    "phrase": f'"{phrase}"',
                    "without": f"-{word}",
                    "without-phrase": f'-"{phrase}"',
                }[form]
            )
        return " ".join(parts)[:200]

    def filter(self) -> tuple[Filter, date]:
        draw = self.random
        chosen: dict[str, object] = {}
        for name in draw.sample(FACETS, draw.choice((0, 0, 1, 1, 2))):
            if self.values[name]:
                chosen[name] = tuple(sorted(set(draw.choices(self.values[name], k=draw.choice((1, 1, 2, 3))))))
        if draw.random() < 0.65:
            chosen["q"] = self.typed()
        if draw.random() < 0.25:
            chosen["from_"] = draw.choice(self.days)[: draw.choice((4, 7, 10))]
        if draw.random() < 0.25:
            chosen["to"] = draw.choice(self.days)[: draw.choice((4, 7, 10))]
        if draw.random() < 0.3:
            chosen["sort"] = draw.choice(list(Sort))
        if draw.random() < 0.2:
            chosen["in_"] = tuple(sorted(draw.sample([str(each) for each in Listing], 2)))
        as_of = date.fromisoformat(draw.choice(self.days)) if draw.random() < 0.3 else TODAY
        return Filter(size=draw.choice((None, 7, 200)), **chosen), as_of  # type: ignore[arg-type]


def asked(session: Session, chosen: Filter, as_of: date, listing: Listing, language: str) -> Sequence[object]:
    """All that the lists and the search say of a filter: ids in order, counts, texts with their marks."""
    plain = replace(chosen, in_=())
    ranked = replace(chosen, sort=None if chosen.sort is Sort.LISTED else chosen.sort)
    counts = searching.count_facets(session, chosen=ranked, as_of=as_of)
    return [
        searching.search(session, chosen=ranked, viewpoint=Viewpoint(language, as_of)),
        {name: dict(each) for name, each in counts.items()},
        list_items(session, listing=listing, chosen=plain, as_of=as_of),
        all_ids(session, listing=listing, chosen=plain, as_of=as_of, most=500),
        list_changed(session, listing=listing, chosen=plain, as_of=as_of),
        next_places(session, listing=listing, chosen=plain, as_of=as_of, after=None, limit=50),
        {name: dict(each) for name, each in count_facets(session, listing=listing, chosen=plain, as_of=as_of).items()},
    ]


@pytest.mark.parametrize(("kind", "count"), [("both", 150), ("invented", 50)])
def test_both_engines_find_the_same_in_the_same_order(kind: str, count: int, request: pytest.FixtureRequest) -> None:
    """For 200 random filters, words among them, now and on earlier days, every list, count and search is the same."""
    held: Both = request.getfixturevalue(kind)
    with held.opened() as (file, schema), file.session() as ours, schema.session() as theirs:
        drawn = Drawn(ours, 8)
        something = several = 0
        for _ in range(count):
            chosen, as_of = drawn.filter()
            listing = drawn.random.choice(list(Listing))
            language = drawn.random.choice(("en", "fr"))
            one, other = (asked(each, chosen, as_of, listing, language) for each in (ours, theirs))
            assert one == other, f"{chosen} as of {as_of} in {listing}"
            hits = one[0].count  # type: ignore[attr-defined]
            something += bool(chosen.q and hits)
            several += bool(chosen.q and hits > 1)
    assert something > count / 4, "most of what was typed found nothing: the comparison shows too little"
    assert several > count / 6


def test_texts_are_compared_alike_whatever_the_server_speaks(both: Both) -> None:
    """Every column of text is compared byte by byte, so that an index serves each join of two: the search, too, reads
    only the entries that it found.
    """
    release = both.database.open(both.id)
    try:
        with release.session() as session:
            asked = session.connection().exec_driver_sql
            spoken = asked("SELECT datcollate, daticulocale FROM pg_database WHERE datname = current_database()").one()
            assert spoken[1] == "en-US", "the server of the tests orders words as a language does"
            found = asked(
                "SELECT table_name, column_name, collation_name FROM information_schema.columns "
                "WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying')"
            ).all()
            assert {row[2] for row in found} == {"C"}, found
            asked("SET enable_seqscan = off")
            asked("SET enable_hashjoin = off")
            asked("SET enable_mergejoin = off")
            plan = asked(
                "EXPLAIN SELECT * FROM listing_text AS found JOIN listing_item USING (listing, item) "
                "JOIN listing_tag USING (listing, item) WHERE found.words @@ 'aoffer' AND parameter = 'rank'"
            ).all()
            told = "\n".join(row[0] for row in plan)
            for index in ("ix_listing_text_words", "listing_item_pkey", "listing_tag_pkey"):
                assert index in told, told
    finally:
        release.close()


@pytest.mark.parametrize("typed", ["the", "agreement", "accord", "synthetic claim", '"synthetic claim"', "s -claim"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_many_hold_is_cut_short_alike(invented: Both, typed: str, language: str) -> None:
    """A word that more entries hold than are ranked: the same count, the same newest, and the same words about it."""
    with invented.opened() as opened:
        found = []
        for each in opened:
            with each.session() as session:
                pages = [Filter(q=typed, page=number) for number in (1, 2, 30)]
                found.append(
                    [searching.search(session, chosen=one, viewpoint=Viewpoint(language, TODAY)) for one in pages]
                )
    assert found[0] == found[1]


ODD = (
    "l’été",
    "ÉTÉ",
    "naïve",
    "straße",
    "İstanbul",
    "Ǡ",
    "ſ",
    "µ",
    "ς",
    "x²",
    "½",
    "日本語",
    "a_b",
    "co-op",
    "e\u0301te",
    "😀",
    "'",
    "\\",
    "",
)


@pytest.mark.parametrize("text", ODD)
def test_a_word_is_what_sqlite_says_it_is(both: Both, text: str) -> None:
    """Odd signs are parted and folded alike on both sides, and are never syntax to PostgreSQL."""
    with both.opened() as (file, schema), file.session() as ours, schema.session() as theirs:
        chosen = Filter(q=f"{text} {text}x -{text}")
        one, other = (
            searching.search(each, chosen=chosen, viewpoint=Viewpoint("fr", TODAY)) for each in (ours, theirs)
        )
    assert one == other
    assert all(re.fullmatch(r"\w[\w\u0300-\u036f]*", each) for each in tokens(text))


KINDS = tuple(
    dict.fromkeys((*PAGES, "/search?q=azure", "/search?q=acc&issue=windsurf", "/claims?q=revenue&as_of=2025-06-20"))
)
TAKEN = (
    *("/claims.csv", "/claims.atom", "/claims.zip", "/claims.json", "/claims.bib", "/claims/u10.jsonld"),
    *("/timeline.csv", "/figures.csv", "/sources.ris", "/charts/timeline.svg", "/search.json?q=azure"),
)


@contextmanager
def asking(place: Path | URL, **settings: object) -> Iterator[TestClient]:
    app = create_app(Settings(releases=place, warm=False, **settings), clock=lambda: TODAY)  # type: ignore[arg-type]
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def test_every_page_and_export_has_the_same_bytes(both: Both) -> None:
    """Each kind of page in French, each export, and a frozen address: byte for byte what the folder's site answers."""
    with asking(both.folder.place) as ours, asking(both.database.place) as theirs:
        addresses = [f"/fr{path}" for path in KINDS] + [f"/en{path}" for path in TAKEN]
        addresses += [f"/r/{both.id}/en{path}" for path in ("/claims", "/claims.csv", "/search?q=azure")]
        addresses += ["/sitemap.xml", "/en/changes", "/data.sqlite", f"/r/{both.id}/data.sqlite"]
        differing = []
        for address in addresses:
            one, other = ours.get(address), theirs.get(address)
            assert one.status_code == 200, address
            # The day on which it was published is the store's own, and so are the words about how a release is opened.
            if one.content != other.content and "/about" not in address:
                differing.append((address, other.status_code))
        assert not differing


def test_the_whole_release_is_there_in_parts_too(both: Both) -> None:
    """The file with its digest out of the database: whole, from, until, the end of it, and what is no part of it."""
    content = (both.folder.path_of(both.id)).read_bytes()
    with asking(both.database.place) as client:
        whole = client.get("/data.sqlite", headers={"Accept-Encoding": "gzip"})
        assert hashlib.sha256(whole.content).digest() == both.database.digest_of(both.id)
        assert client.head("/data.sqlite").headers["content-length"] == str(len(content))
        for asked_for, part in (
            ("0-15", content[:16]),
            ("999990-1000010", content[999990:1000011]),
            ("-7", content[-7:]),
            (f"{len(content) - 3}-", content[-3:]),
            ("5-5", content[5:6]),
        ):
            answer = client.get("/data.sqlite", headers={"Range": f"bytes={asked_for}"})
            assert (answer.status_code, answer.content) == (206, part), asked_for
        assert client.get("/data.sqlite", headers={"Range": f"bytes={len(content)}-"}).status_code == 416
        changed = {"Range": "bytes=0-1", "If-Range": '"another"'}
        assert client.get("/data.sqlite", headers=changed).status_code == 200
        assert client.get("/readyz").json()["sha256"] == both.database.digest_of(both.id).hex()


# Publishing, going back, and keeping only so many


def editions(folder: Path) -> Iterator[Dossier]:
    dossier = write_small(folder)
    for n in range(4):
        if n:
            change(dossier, "claims.yaml", "talk about new terms" if n == 1 else f"talk no {n - 1}", f"talk no {n}")
        yield load_dossier(dossier)


def follows(client: TestClient, wanted: str) -> bool:
    """Whether the site serves a release within two seconds."""
    for _ in range(40):
        if client.get("/readyz").json().get("release") == wanted:
            return True
        time.sleep(0.05)
    return False


def schemas(cluster: Cluster, url: URL) -> set[str]:
    with cluster.connect(str(url.database)) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'release%%'").fetchall()
    return {str(name) for (name,) in found}


def test_a_running_site_follows_publish_rollback_and_retention(cluster: Cluster, tmp_path: Path) -> None:
    """The pointer moves, the site follows; an older release stays at its frozen address until retention drops it."""
    releases = store(cluster.new_database())
    dossiers = list(editions(tmp_path))
    first = publish(dossiers[0], releases).id
    with asking(releases.place) as client:
        assert follows(client, first)
        second = publish(dossiers[1], releases).id
        assert follows(client, second)
        assert client.get(f"/r/{first}/en/claims").status_code == 200
        changed = client.get(f"/en/changes.json?since={first}").json()
        assert changed["counts"]["corrected"] >= 1
        releases.make_current(first)
        assert follows(client, first)
        third = publish(dossiers[2], releases, keep=2).id
        fourth = publish(dossiers[3], releases, keep=2).id
        assert follows(client, fourth)
        assert [each.id for each in releases.list()] == [fourth, third]
        assert schemas(cluster, releases.place) == {f"release_{fourth}", f"release_{third}"}  # type: ignore[arg-type]
        gone = client.get(f"/r/{first}/en/claims.json")
        assert (gone.status_code, gone.json()["releases"]) == (410, [fourth, third])
        assert client.get(f"/r/{third}/en/claims").status_code == 200


def test_a_release_dropped_under_a_site_is_no_fault_of_it(cluster: Cluster, tmp_path: Path) -> None:
    """Retention may drop it a moment before the pointer is looked at again: not ready, and to be asked again soon."""
    releases = store(cluster.new_database())
    release = publish(next(editions(tmp_path)), releases).id
    with asking(releases.place, cache_bytes=0) as client:
        for _ in range(8):  # As often as the driver needs to keep a statement prepared.
            assert client.get("/en/claims").status_code == 200
        with cluster.connect(str(releases.place.database)) as connection:  # type: ignore[union-attr]
            connection.execute(f'DROP SCHEMA "release_{release}" CASCADE')
        for address in (
            "/en/claims",
            "/en/claims.json",
            "/en/search?q=azure",
            "/readyz",
            f"/r/{release}/fr/claims/u10",
        ):
            answer = client.get(address)
            assert (answer.status_code, "retry-after" in answer.headers) == (503, True), address
        assert client.get("/readyz").json()["problem"] == "The release has been removed from the database."
        assert client.get("/en/claims.json").headers["content-type"] == "application/problem+json"


def test_publishing_the_same_again_is_no_news(cluster: Cluster, tmp_path: Path) -> None:
    releases = store(cluster.new_database())
    dossiers = list(editions(tmp_path))
    first, second = (publish(each, releases) for each in dossiers[:2])
    assert publish(dossiers[1], releases) == second
    back = publish(dossiers[0], releases)
    assert back.id == first.id
    assert back.published > second.published, "going back to an earlier dossier is news"
    before = releases.before(back.id)
    assert before is not None
    assert before.id == second.id


def test_a_release_that_was_changed_is_made_anew(cluster: Cluster, tmp_path: Path) -> None:
    """A letter changed by somebody who may: the next publish of the dossier notices, and puts it right."""
    releases = store(cluster.new_database())
    dossier = next(editions(tmp_path))
    found = publish(dossier, releases)
    assert releases.is_whole(found.id)
    with cluster.connect(str(releases.place.database)) as connection:  # type: ignore[union-attr]
        connection.execute(f"UPDATE release_{found.id}.claim SET text_en = text_en || '.'")
    assert not releases.is_whole(found.id)
    publish(dossier, releases)
    assert releases.is_whole(found.id)


def test_killed_while_copying_it_leaves_nothing(cluster: Cluster, tmp_path: Path) -> None:
    """A publisher killed when all is copied: the old release is current, and the next publish works."""
    releases = store(cluster.new_database())
    dossiers = list(editions(tmp_path))
    first = publish(dossiers[0], releases).id
    program = (
        "import os, signal, sys; from pathlib import Path; from app.postgres import copying; "
        "copying._make_indexes = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "from app.publish.building import publish; from app.dossier.loading import load_dossier; "
        "from app.stores import store_at; from app.settings import place_of; "
        "publish(load_dossier(Path(sys.argv[1])), store_at(place_of(sys.argv[2])))"
    )
    address = as_text(releases.place)  # type: ignore[arg-type]
    killed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "dossier"), address], cwd=PROJECT, check=False, timeout=120
    )
    assert killed.returncode == -signal.SIGKILL
    assert releases.current_id() == first
    assert schemas(cluster, releases.place) == {f"release_{first}"}  # type: ignore[arg-type]
    assert publish(dossiers[3], releases).id == releases.current_id() != first


def test_two_publishers_take_turns(cluster: Cluster, tmp_path: Path) -> None:
    """Two commands at once into an empty database both end well, and the last is current."""
    url = cluster.new_database()
    list(editions(tmp_path / "one"))
    next(editions(tmp_path / "other"))
    commands = [
        subprocess.Popen(
            [sys.executable, "-m", "app", "publish", str(tmp_path / each / "dossier")],
            cwd=PROJECT,
            env=environment(releases=as_text(url)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for each in ("one", "other")
    ]
    told = [each.communicate(timeout=120) for each in commands]
    assert [each.returncode for each in commands] == [0, 0], told
    assert {each.id for each in store(url).list()} == {out.split()[0] for out, _ in told}


def test_what_the_index_cannot_hold_is_refused(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word too often in one entry is told plainly, and nothing is taken: it would be ranked otherwise.

    No text of a dossier is long enough for the real bound; a source with very many passages could be.
    """
    dossier = write_small(tmp_path)
    releases = store(cluster.new_database())
    change(dossier, "claims.yaml", "talk about", f"talk {'very ' * 8}about")
    monkeypatch.setattr(copying, "MOST_TIMES", 7)
    with pytest.raises(OSError, match=r"claims .* 7 times .*'ver[iy]'"):
        publish(load_dossier(dossier), releases)
    assert releases.list() == []
    monkeypatch.setattr(copying, "MOST_TIMES", 20)
    publish(load_dossier(dossier), releases)


# Who may do what


REFUSED = (
    "INSERT INTO {release}.claim SELECT * FROM {release}.claim",
    "UPDATE {release}.claim SET text_en = ''",
    "DELETE FROM {release}.listing_tag",
    "TRUNCATE {release}.listing_tag",
    "DROP TABLE {release}.claim",
    "ALTER TABLE {release}.claim ADD x int",
    "CREATE TABLE {release}.x (x int)",
    "CREATE TABLE public.x (x int)",
    "CREATE SCHEMA x",
    "DROP SCHEMA {release} CASCADE",
    "UPDATE faultlines.current SET release_id = release_id",
    "INSERT INTO faultlines.release SELECT 'x', published, digest, contents, size FROM faultlines.release",
    "DELETE FROM faultlines.release",
)


@pytest.fixture(scope="module")
def guarded(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> tuple[URL, str]:
    """A database whose web role was named to publish: for that role, and a release in it."""
    url, folder = cluster.new_database(), tmp_path_factory.mktemp("guarded")
    done = run("publish", write_small(folder), releases=as_text(url), web_role=WEB)
    assert done.returncode == 0, done.stderr
    return as_role(url, WEB), done.stdout.split()[0]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_web_role_writes_nothing(cluster: Cluster, guarded: tuple[URL, str], statement: str) -> None:
    """Whoever is the web role, with a connection of their own that may write, is refused by the database."""
    url, release = guarded
    with cluster.connect(str(url.database), WEB) as connection:
        assert connection.execute("SHOW default_transaction_read_only").fetchone() == ("off",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.format(release=f"release_{release}"))


def test_the_site_runs_as_the_web_role(guarded: tuple[URL, str]) -> None:
    """It serves, and its own connections are for reading only besides."""
    url, release = guarded
    with asking(url) as client:
        assert client.get("/readyz").json()["release"] == release
        assert client.get("/en/claims").status_code == 200
        assert client.get(f"/r/{release}/data.sqlite").content[:15] == b"SQLite format 3"
    opened = store(url).open(release)
    with opened.session() as session:
        for setting, value in (("transaction_read_only", "on"), ("search_path", f'"release_{release}"')):
            assert session.connection().exec_driver_sql(f"SHOW {setting}").scalar_one() == value
    opened.close()


def test_the_web_role_cannot_publish(guarded: tuple[URL, str], tmp_path: Path) -> None:
    """The command says what the database said, and exits 3."""
    done = run("publish", write_small(tmp_path), releases=as_text(guarded[0]))
    assert done.returncode == 3
    assert "permission denied" in done.stderr
    done = run("rollback", guarded[1], releases=as_text(guarded[0]))
    assert done.returncode == 3
    assert "permission denied" in done.stderr


# The command line


def test_the_commands_work_as_with_a_folder(cluster: Cluster, tmp_path: Path) -> None:
    """publish, releases, rollback and synth, told of a database by the setting and by --releases."""
    address = as_text(cluster.new_database())
    none = run("releases", "--releases", address)
    assert none.returncode == 3
    assert "no release" in none.stderr
    dossier = write_small(tmp_path)
    first = run("publish", dossier, "--releases", address).stdout.split()[0]
    change(dossier, "claims.yaml", "talk about new terms", "chat of new terms")
    second = run("publish", dossier, releases=address).stdout.split()[0]
    listed = run("releases", releases=address).stdout.splitlines()
    assert [line.split()[0] for line in listed] == [second, first]
    assert "current" in listed[0]
    assert run("rollback", first, releases=address).returncode == 0
    assert "current" in run("releases", releases=address).stdout.splitlines()[1]
    assert run("rollback", "0123456789ab", releases=address).returncode == 1
    refused = run("synth", "--claims", "5", "--releases", address, dossier=str(dossier))
    assert refused.returncode == 2


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mysql://x@h/d", "postgresql+psycopg://"),
        ("postgresql://x@h/d", "postgresql+psycopg://"),
        ("postgresql+psycopg://x:secret@127.0.0.1:1/d", "refused"),
    ],
)
def test_another_address_is_told_plainly(address: str, told: str) -> None:
    """What cannot be used, or does not answer, is one line and exit code 3, without the password."""
    done = run("releases", releases=address)
    assert done.returncode == 3
    assert told in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("command", ["publish", "releases", "serve"])
def test_the_missing_package_is_named(command: str, tmp_path: Path) -> None:
    """Without the extra, a database is refused in one line with exit code 3; a folder needs no extra."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as util, sys\nfind = util.find_spec\nsys.modules['psycopg'] = None\n"
        "util.find_spec = lambda name, *rest: None if name == 'psycopg' else find(name, *rest)\n"
    )
    dossier = str(write_small(tmp_path))

    def told(releases: str) -> subprocess.CompletedProcess[str]:
        settings = {**environment(releases=releases, dossier=dossier), "PYTHONPATH": str(tmp_path)}
        line = [sys.executable, "-m", "app", command]
        return subprocess.run(line, cwd=PROJECT, env=settings, capture_output=True, text=True, timeout=60, check=False)

    done = told("postgresql+psycopg://x@h/d")
    assert done.returncode == 3
    assert "faultlines[postgres]" in done.stderr
    assert "Traceback" not in done.stderr
    if command == "publish":
        assert told(str(tmp_path / "releases")).returncode == 0


# When the database does not answer, and replicas


def test_a_site_outlives_its_database(tmp_path: Path) -> None:
    """While the server is away a page is refused with 503, and health says so; when it is back the site goes on."""
    from tests.cluster import running_cluster

    with running_cluster() as cluster:
        releases = store(cluster.new_database())
        release = publish(next(editions(tmp_path)), releases).id
        with asking(releases.place, cache_bytes=0) as client:
            assert client.get("/en/claims").status_code == 200
            cluster.stop()
            assert client.get("/healthz").status_code == 200
            answer = client.get("/en/claims")
            assert answer.status_code == 503
            assert client.get("/en/claims.json").headers["content-type"] == "application/problem+json"
            cluster.start()
            assert follows(client, release)
            assert client.get("/en/claims").status_code == 200


def test_a_replica_is_read_and_follows(cluster: Cluster, tmp_path: Path) -> None:
    """What is published on the primary is served from the replica, which takes no writes; read_url says where it is."""
    primary = cluster.new_database()
    dossiers = list(editions(tmp_path))
    releases = store(primary)
    first = publish(dossiers[0], releases).id
    with ExitStack() as stack:
        replica = stack.enter_context(cluster.replica())
        read_from = replica.url(str(primary.database))
        client = stack.enter_context(asking(primary, read_url=read_from))
        assert follows(client, first)
        assert client.app.state.current.get().source.url == read_from  # type: ignore[attr-defined]
        with replica.connect(str(primary.database)) as connection:
            assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,)
        second = publish(dossiers[1], releases).id
        assert follows(client, second)
        assert client.get("/en/claims").status_code == 200
        assert client.get(f"/r/{first}/en/claims").status_code == 200
        done = run("publish", tmp_path / "dossier", releases=as_text(read_from))
        assert done.returncode == 3
        assert "read-only" in done.stderr


def test_serve_reads_a_database(guarded: tuple[URL, str]) -> None:
    """The real process, with two workers, told of the database by --releases."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "app",
        "serve",
        "--releases",
        as_text(guarded[0]),
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    process = subprocess.Popen(
        command, cwd=PROJECT, env=environment(log_level="warning"), stderr=subprocess.PIPE, text=True
    )
    try:
        import httpx

        for _ in range(200):
            try:
                found = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=5)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.stderr and process.stderr.read()
                time.sleep(0.1)
        assert found.json()["release"] == guarded[1]
        assert json.loads(httpx.get(f"http://127.0.0.1:{port}/en/claims.json").text)["count"] > 0
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=40)
