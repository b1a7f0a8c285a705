"""What changed between two releases: told whole, the same from both sides, as a page, as data and as a feed."""

import asyncio
import base64
import csv
import hashlib
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

import duckdb
import feedparser
import pytest
import sqlite_utils
from datasette.app import Datasette
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from app.dossier.loading import load_dossier
from app.dossier.schema import KINDS, Dossier
from app.engines import Schema
from app.main import create_app
from app.models import Claim
from app.publish.building import publish
from app.queries.changes import DERIVED, NO_ENTRIES, PARTS, Change, Kind, compare_releases, count_changes, read_changes
from app.releases.store import ReleaseFolder, Store
from app.rendering.changes import diff_text, word_diff
from app.rendering.labels import LABELS
from app.settings import PROJECT, Settings
from tests.page import Page
from tests.stores import about_files, file_in, new_store, source_of
from tests.test_dossier import change, write_small

OTHER = """\
- id: later
  text: {en: Alpha says no., fr: Alpha dit non.}
  kind: event
  issues: [control]
  parties: [alpha]
  attribution: report
  status:
    - value: reported
      since: 2025-06-17
  evidence:
    - source: daily
      locator: U1
      credibility: "3"
"""
CONFIRMED = "    - value: confirmed\n      since: 2025-06-17\n"
GONE = "0123456789ab"


@dataclass(frozen=True)
class Site:
    client: TestClient
    folder: Store
    ids: tuple[str, str, str]
    """Three releases, in the order they were published."""

    def source(self, n: int) -> Path | Schema:
        return source_of(self.folder, self.ids[n])

    def content(self, n: int) -> bytes:
        return file_in(self.folder, self.ids[n])


def editions(folder: Path) -> Iterator[Dossier]:
    """A dossier; with words corrected and a claim overtaken; and with a claim more."""
    dossier = write_small(folder)
    yield load_dossier(dossier)
    change(dossier, "claims.yaml", "talk about new terms", "talk of new terms")
    change(dossier, "claims.yaml", "discutent de", "parlent de")
    change(dossier, "sources.yaml", "Names its people.", "Names no people.")
    change(
        dossier,
        "claims.yaml",
        CONFIRMED,
        f"{CONFIRMED}    - value: superseded\n      since: 2025-10-28\n      by: sum-filed\n",
    )
    yield load_dossier(dossier)
    (dossier / "claims.yaml").write_text((dossier / "claims.yaml").read_text("utf-8") + OTHER, "utf-8")
    yield load_dossier(dossier)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = new_store(tmp_path_factory.mktemp("changes") / "releases")
    first, second, third = (publish(each, folder).id for each in editions(tmp_path_factory.mktemp("dossier")))
    app = create_app(Settings(releases=folder.place), clock=lambda: date(2026, 11, 22))
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield Site(client, folder, (first, second, third))


# The comparison


def test_a_release_does_not_differ_from_itself(site: Site) -> None:
    """Comparing a release with itself gives nothing."""
    for n in range(3):
        assert compare_releases(site.source(n), site.source(n)) == ()


@pytest.mark.parametrize("pair", [(a, b) for a in range(3) for b in range(3)])
def test_both_directions_tell_the_same(site: Site, pair: tuple[int, int]) -> None:
    """What is added one way is withdrawn the other way, and what is in both differs both ways, each entry once."""
    there = compare_releases(site.source(pair[0]), site.source(pair[1]))
    back = compare_releases(site.source(pair[1]), site.source(pair[0]))

    def of(entries: object, *changes: Change) -> set[tuple[Kind, str]]:
        return {(each.kind, each.key) for each in entries if each.change in changes}  # type: ignore[attr-defined]

    assert of(there, Change.ADDED) == of(back, Change.WITHDRAWN)
    assert of(there, Change.WITHDRAWN) == of(back, Change.ADDED)
    both = (Change.CORRECTED, Change.SUPERSEDED)
    assert of(there, *both) == of(back, *both)
    assert len(of(there, *Change)) == len(there) == sum(count_changes(there).values())


def test_what_was_changed_is_told(site: Site) -> None:
    """Each change made to the dossier is one entry, with the field, what it was and what it is."""
    found = compare_releases(site.source(0), site.source(1))
    by_key = {each.key: each for each in found}
    assert by_key["talks"].change is Change.SUPERSEDED
    assert by_key["daily"].change is Change.CORRECTED
    details = {each.entry.key: each for each in read_changes(site.source(0), site.source(1), entries=found)}
    fields = {(each.field, each.language): each for each in details["talks"].fields}
    assert fields["text", "fr"].before == ((("text_fr", "Alpha et Bêta discutent de nouvelles conditions."),),)
    assert fields["text", "fr"].after == ((("text_fr", "Alpha et Bêta parlent de nouvelles conditions."),),)
    assert ("status", "superseded") in fields["status", None].after[0]
    assert fields["status", None].before == ()
    (basis,) = details["daily"].fields
    assert (basis.field, basis.language) == ("basis", "en")
    assert [each.change for each in compare_releases(site.source(1), site.source(2)) if each.kind is Kind.CLAIM] == [
        Change.ADDED
    ]


def test_every_field_has_a_name() -> None:
    """Each column and part that is compared, each kind and each change has a name for readers."""
    for kind, parts in PARTS.items():
        assert kind in LABELS["changed"]
        for part in parts:
            names = (
                [part.field] if part.field else [each.removesuffix("_en").removesuffix("_fr") for each in part.columns]
            )
            assert set(names) <= set(LABELS["field"]), f"{part.table}: {names}"
    assert set(LABELS["change"]) == set(Change)
    assert set(PARTS) == set(Kind)
    assert "text_en" in Claim.model_fields


def test_every_column_of_a_release_is_compared() -> None:
    """Each table and column is compared, is worked out from others, or is named as no entry: none can be forgotten."""
    compared: dict[str, set[str]] = {name: set() for name in SQLModel.metadata.tables if name not in NO_ENTRIES}
    for parts in PARTS.values():
        for part in parts:
            compared[part.table] |= {*part.key, *part.columns, *(name for name, _ in part.where)}
    for name, columns in compared.items():
        left = [each.name for each in SQLModel.metadata.tables[name].columns if each.name not in columns]
        assert columns, f"nothing compares the table {name}"
        assert all(DERIVED.fullmatch(each) for each in left), f"{name}: {left}"


OF_KIND: Mapping[str, set[Kind]] = {
    "edition": set(),
    "issues": {Kind.ISSUE},
    "parties": {Kind.PARTY},
    "drivers": {Kind.DRIVER},
    "areas": {Kind.AREA},
    "sources": {Kind.SOURCE},
    "claims": {Kind.CLAIM},
    "developments": {Kind.DEVELOPMENT, Kind.ISSUE_STANDING, Kind.OVERALL_STANDING},
    "positions": {Kind.POSITION},
    "measures": {Kind.MEASURE},
    "conditions": {Kind.CONDITION},
    "figures": {Kind.FIGURE, Kind.READING},
    "expectations": {Kind.EXPECTATION},
    "scenarios": {Kind.SCENARIO, Kind.SIGNPOST},
    "impacts": {Kind.IMPACT},
    "consistency": {Kind.RATING},
    "descriptors": {Kind.DESCRIPTOR},
    "influences": {Kind.INFLUENCE},
    "exposure": {Kind.CALCULATION},
    "glossary": {Kind.TERM},
    # What the watch looks for, and what it need not show again, is no part of what a release says.
    "topics": set(),
    "watch": set(),
    "dismissed": set(),
}
"""What is told of each kind of dossier entry when its words are others."""


@pytest.fixture(scope="module")
def reworded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A site with a dossier, and the same with every text and a word of the vocabularies changed."""
    folder = new_store(tmp_path_factory.mktemp("reworded") / "releases")
    dossier = write_small(tmp_path_factory.mktemp("words"))
    publish(load_dossier(dossier), folder)
    for file in dossier.iterdir():
        text = re.sub(r"\b(en|fr): (?=[A-Za-zÀ-ÿ’]+[ .,}])", r"\1: Indeed ", file.read_text("utf-8"))
        file.write_text(text.replace("bound: exact", "bound: about"), "utf-8")
    change(dossier, "consistency.yaml", "value: consistent", "value: neutral")
    change(dossier, "exposure.yaml", "readings: [filed]", "readings: [said]")
    change(dossier, "scenarios.yaml", "start: 2025-06", "start: 2025-05")
    publish(load_dossier(dossier), folder)
    app = create_app(Settings(releases=folder.place), clock=lambda: date(2026, 11, 22))
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def test_every_kind_of_entry_is_told(reworded: TestClient) -> None:
    """A change of words in each kind of dossier entry stands on the page, with addresses at which it can be read."""
    assert set(OF_KIND) == set(KINDS), "say of a new kind of dossier entry what is told of it"
    items = reworded.get("/en/changes.json?size=200").json()["items"]
    told = {Kind(each["kind"]) for each in items}
    assert told == set().union(*OF_KIND.values()), "a kind is missing"
    assert all(each["fields"] for each in items)
    links = [each[side].partition("#") for each in items for side in ("before", "after")]
    pages = {path: reworded.get(path) for path in {path for path, _, _ in links}}
    for path, _, anchor in links:
        assert pages[path].status_code == 200, path
        assert not anchor or f'id="{anchor}"' in pages[path].text, f"{path}#{anchor}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_changed_is_said_in_words(reworded: TestClient, language: str) -> None:
    """A changed grade, date or default reading is told in the reader's words, not as it is stored."""
    found = Page.fetch(reworded, f"/{language}/changes?size=200", 200, {})
    accord = "Indeed Accord" if language == "en" else "Indeed Entente"
    words = {
        "en": [f"{accord}, Neutral", "filed, 1., said", "May 2025", "about"],
        "fr": [f"{accord}, Neutre", "filed, 1., said", "mai 2025", "environ"],
    }
    for each in words[language]:
        assert each in found.main, each


@given(st.text(alphabet="ab ", max_size=30), st.text(alphabet="ab ", max_size=30))
def test_a_difference_of_words_holds_both_texts(before: str, after: str) -> None:
    """Without what was added it is the text before, without what was removed the text after, word for word."""
    segments = word_diff(before, after)
    assert " ".join(each.text for each in segments if each.state != "added").split() == before.split()
    assert " ".join(each.text for each in segments if each.state != "removed").split() == after.split()
    assert before.split() != after.split() or "{+" not in diff_text(segments)


# The page and its twins


def test_the_page_compares_with_the_release_before(site: Site) -> None:
    """Without ``since`` it is the one published before, and all others that are held are offered."""
    found = Page.fetch(site.client, "/en/changes", 200, {})
    assert found.ids == ["claim:later"]
    offered = [each.get("href") for each in found.by_id("held").iter("a")]
    assert offered == [f"/en/changes?since={each}" for each in (site.ids[1], site.ids[0])]
    assert "No earlier release" in Page.fetch(site.client, f"/r/{site.ids[0]}/en/changes", 200, {}).main


@pytest.mark.parametrize("language", ["en", "fr"])
def test_page_data_and_feed_agree(site: Site, language: str) -> None:
    """The same entries in the same order, each with links to what it was and what it is, which answer."""
    address = f"/{language}/changes"
    since = f"?since={site.ids[0]}"
    page = Page.fetch(site.client, address + since, 200, {})
    data = site.client.get(f"{address}.json{since}").json()
    feed = feedparser.parse(site.client.get(f"{address}.atom{since}").content)
    assert not feed.bozo
    ids = [each["id"] for each in data["items"]]
    assert page.ids == ids == [":".join(each.id.split(":")[5:7]) for each in feed.entries]
    assert data["count"] == page.count == sum(data["counts"].values())
    rows = list(csv.DictReader(io.StringIO(site.client.get(f"{address}.csv{since}").text, newline="")))
    assert [each["id"] for each in rows] == ids
    for row, item in zip(rows, data["items"], strict=True):
        assert row["url"] == item["url"]
        assert row["fields"] == " | ".join(each["field"] for each in item["fields"])
        assert row["was"] == " | ".join(" · ".join(each["before"]) for each in item["fields"])
    with zipfile.ZipFile(io.BytesIO(site.client.get(f"{address}.zip{since}").content)) as pack:
        assert pack.read("data.csv").decode() == site.client.get(f"{address}.csv{since}").text
        assert json.loads(pack.read("metadata.json"))["filter"] == {"since": site.ids[0]}
    (part,) = csv.DictReader(io.StringIO(site.client.get(f"{address}.csv{since}&size=1&page=2").text, newline=""))
    assert part["id"] == ids[1]
    assert site.client.get(f"{address}.csv{since}&page=99").status_code == 400
    for each in data["items"]:
        for link in filter(None, (each["before"], each["after"])):
            assert site.client.get(link.partition("#")[0]).status_code == 200
    assert "Names [-its-] {+no+} people." in [field["diff"] for each in data["items"] for field in each["fields"]]


def test_the_feed_is_stable_and_absolute(site: Site) -> None:
    """Ids do not depend on the host, links do, and caches are told; the time is that of publishing."""
    address = f"/fr/changes.atom?since={site.ids[0]}"
    answers = [site.client.get(address, headers={"Host": host}) for host in ("a.example", "b.example:81")]
    one, other = (feedparser.parse(each.content) for each in answers)
    assert [each.id for each in one.entries] == [each.id for each in other.entries]
    assert len({each.id for each in one.entries}) == len(one.entries) > 2
    assert all(each.link.startswith("http://a.example/") for each in one.entries)
    assert all(each.link.startswith("http://b.example:81/") for each in other.entries)
    assert "Host" in answers[0].headers["vary"].split(", ")
    published = site.folder.list()[0].published
    assert one.feed.updated == published.isoformat(timespec="seconds")


def test_an_unknown_release_is_told_from_one_that_is_gone(site: Site) -> None:
    """What is no id of a release is a bad parameter that names those held; an id that is not held is gone."""
    bad = Page.fetch(site.client, "/en/changes?since=banana", 400, {})
    assert bad.words(bad.by_id("bad-parameter")) == "since"
    assert all(each in bad.main for each in site.ids)
    gone = Page.fetch(site.client, f"/fr/changes?since={GONE}", 410, {})
    assert len(list(gone.by_id("held").iter("a"))) == 3
    assert site.client.get(f"/en/changes.json?since={GONE}").json()["releases"] == list(reversed(site.ids))


def test_the_banner_counts_what_changed(site: Site) -> None:
    """A frozen page says how many entries changed until the current release, as the page of changes does."""
    found = Page.fetch(site.client, f"/r/{site.ids[0]}/en/claims", 200, {})
    told = {each.get("data-change"): int(each.get("data-count") or "") for each in found.by_id("frozen").iter("span")}
    assert told == site.client.get(f"/en/changes.json?since={site.ids[0]}").json()["counts"]
    assert found.by_id("since-link").get("href") == f"/en/changes?since={site.ids[0]}"


@about_files("a release of another schema is put together from a file")
def test_a_release_of_another_schema_is_told_plainly(site: Site, tmp_path: Path) -> None:
    """410 with what is left, its file among it; never a failure, as a frozen page, as ``since`` or as data."""
    old = "00000000000a"
    assert isinstance(site.folder, ReleaseFolder)
    path = site.folder.path_of(old)
    path.write_bytes(site.content(0))
    try:
        with sqlite3.connect(path) as opened:
            opened.execute("UPDATE release SET id = ?", (old,))
            opened.execute("DROP TABLE claim_rank")
        opened.close()
        os.utime(path, (1, 1))
        found = Page.fetch(site.client, f"/r/{old}/en/claims", 410, {})
        assert found.by_id("file").get("href") == f"/r/{old}/data.sqlite"
        assert site.client.get(f"/r/{old}/data.sqlite").content == path.read_bytes()
        assert site.client.get(f"/r/{old}/en/claims.json").json()["file"] == f"/r/{old}/data.sqlite"
        assert Page.fetch(site.client, f"/en/changes?since={old}", 410, {})
    finally:
        path.unlink()


# The whole release


def test_the_release_is_there_as_a_file(site: Site) -> None:
    """The very bytes, with their digest, whole or in parts, live and frozen, and shown on the page about the site."""
    content = site.content(2)
    digest = hashlib.sha256(content)
    for address in ("/data.sqlite", f"/r/{site.ids[2]}/data.sqlite"):
        answer = site.client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.content == content
        assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
        assert answer.headers["content-disposition"] == f'attachment; filename="faultlines-{site.ids[2]}.sqlite"'
        part = site.client.get(address, headers={"Range": "bytes=0-15", "Accept-Encoding": "gzip"})
        assert (part.status_code, part.content) == (206, b"SQLite format 3\0")
        assert part.headers["repr-digest"] == answer.headers["repr-digest"]
        assert site.client.head(address).headers["content-length"] == str(len(content))
        assert site.client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    about = Page.fetch(site.client, "/en/about", 200, {})
    assert digest.hexdigest() in about.main
    assert about.by_id("file").get("href") == "/data.sqlite"
    assert site.client.get(f"/r/{GONE}/data.sqlite").status_code == 410
    assert site.client.get(f"/r/{site.ids[0]}/data.sqlite").content == site.content(0)


def test_the_file_opens_in_datasette_and_sqlite_utils(site: Site, tmp_path: Path) -> None:
    """What was downloaded is a database that others' tools read."""
    path = tmp_path / "data.sqlite"
    path.write_bytes(site.client.get("/data.sqlite").content)
    database = sqlite_utils.Database(path)
    assert {row["id"] for row in database["claim"].rows} == {"talks", "sum-said", "sum-filed", "later"}
    database.close()

    async def ask() -> list[str]:
        tool = Datasette([], immutables=[str(path)])
        await tool.invoke_startup()
        answer = await tool.client.get("/data/claim.json?_shape=array&id__exact=later")
        return [row["text_fr"] for row in answer.json()]

    assert asyncio.run(ask()) == ["Alpha dit non."]


def test_the_file_opens_in_duckdb(site: Site, tmp_path: Path) -> None:
    """DuckDB attaches what was downloaded, read only, and joins its tables; its reader comes from a package."""
    path = tmp_path / "data.sqlite"
    path.write_bytes(site.client.get("/data.sqlite").content)
    (reader,) = (Path(str(files("duckdb_extension_sqlite_scanner")))).rglob("*.duckdb_extension")
    # It is never to look for another reader on the network.
    database = duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False})
    database.load_extension(str(reader))
    database.execute(f"ATTACH '{path}' AS release (TYPE sqlite, READ_ONLY)")
    rows = database.execute(
        "SELECT claim.id, count(*) FROM release.claim JOIN release.evidence ON evidence.claim_id = claim.id "
        "GROUP BY claim.id ORDER BY claim.id"
    ).fetchall()
    database.close()
    assert [identifier for identifier, _ in rows] == ["later", "sum-filed", "sum-said", "talks"]
    assert all(count > 0 for _, count in rows)


# How many are kept


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    """All are kept unless a number is given; then the newest, and never without the current one and the one before."""
    folder = new_store(tmp_path / "releases")
    dossiers = list(editions(tmp_path))
    ids = [publish(each, folder).id for each in dossiers]
    assert [each.id for each in folder.list()] == ids[::-1]
    publish(dossiers[2], folder, keep=3)
    assert [each.id for each in folder.list()] == ids[::-1]
    folder.make_current(ids[0])
    publish(dossiers[2], folder, keep=2)
    assert {each.id for each in folder.list()} == set(ids), "what was served a moment ago stays"
    publish(dossiers[2], folder, keep=2)
    assert folder.current_id() == ids[2]
    assert len(folder.list()) == 2


def test_what_is_current_already_is_no_news(tmp_path: Path) -> None:
    """Publishing the current dossier again keeps the day on which it was published, and so the order."""
    folder = ReleaseFolder(tmp_path / "releases")
    dossiers = list(editions(tmp_path))
    first = publish(dossiers[0], folder)
    os.utime(first.path, (1_750_000_000, 1_750_000_000))
    assert publish(dossiers[0], folder).published.year == 2025
    second = publish(dossiers[1], folder)
    before = folder.before(second.id)
    assert before is not None
    assert before.id == first.id
    assert publish(dossiers[0], folder).published.year > 2025, "going back to an earlier dossier is news"


def test_killed_while_removing_it_leaves_a_folder_that_serves(site: Site, tmp_path: Path) -> None:
    """A publisher killed at the first removal leaves the new release current; the next one removes the rest."""
    folder = ReleaseFolder(tmp_path / "releases")
    dossiers = list(editions(tmp_path))
    ids = [publish(each, folder).id for each in dossiers[:2]]
    program = (
        "import os, signal, sys; from pathlib import Path; from app.publish import building; "
        "building._remove_all_but = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "from app.dossier.loading import load_dossier; from app.releases.store import ReleaseFolder; "
        "building.publish(load_dossier(Path(sys.argv[1])), ReleaseFolder(Path(sys.argv[2])), keep=2)"
    )
    killed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "dossier"), str(folder.path)],
        cwd=PROJECT,
        check=False,
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL
    third = folder.current_id()
    assert third not in (None, *ids)
    assert len(folder.list()) == 3
    publish(dossiers[2], folder, keep=2)
    assert [each.id for each in folder.list()] == [third, ids[1]]
