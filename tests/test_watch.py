"""The watch as a whole: rounds, what is kept of them, cited addresses, what pages show, and the command."""

import csv
import io
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import feedparser
import pytest
from msgspec.structs import replace
from pytest_httpx import HTTPXMock
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from app.cli import cli
from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier, Feed, Source
from app.main import create_app
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.settings import PROJECT, Settings
from app.vocabulary import CheckOutcome, FeedKind
from app.watch.addresses import mention_id
from app.watch.command import WrongUse, seconds_of
from app.watch.mentions import CHECKS, FILE, MAX_BYTES, Busy, Check, Mention, Store, WatchedFolder, read_feeds
from app.watch.running import Round, watch_feeds
from app.watch.sources import ARCHIVE, Inspection, watch_sources, write_report
from tests.page import Page
from tests.test_command_line import environment, run
from tests.test_dossier import write_small
from tests.test_watch_feeds import MENTION, feed
from tests.test_watch_fetching import FEED, NOW, Clock, asked

TODAY = NOW.date()
OTHER = "https://other.example.org/feed.xml"


def rss(*items: tuple[str, str], day: str = "Fri, 20 Nov 2026 08:00:00 GMT") -> str:
    """A feed of (title, address)."""
    told = "".join(f"<item><title>{t}</title><link>{a}</link><pubDate>{day}</pubDate></item>" for t, a in items)
    return f'<rss version="2.0"><channel><title>News</title>{told}</channel></rss>'


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return load_dossier(write_small(tmp_path_factory.mktemp("small")))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.opened(tmp_path / "watch") as opened:
        yield opened


@pytest.fixture
def no_rules(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        url="https://news.example.org/robots.txt", status_code=404, is_reusable=True, is_optional=True
    )
    httpx_mock.add_response(
        url="https://other.example.org/robots.txt", status_code=404, is_reusable=True, is_optional=True
    )


def feeds(*chosen: Feed) -> Callable[[Dossier], Dossier]:
    return lambda dossier: replace(dossier, watch=chosen)


NEWS = feed(topics=("power",))
ELSEWHERE = feed(address=OTHER, topics=("power",), id="two", publisher="Other")


def one_round(dossier: Dossier, store: Store, token: str | None = None, clock: Clock | None = None) -> Round:
    """A round over a dossier's feeds; what it logs is thrown away."""
    use = lambda client: watch_feeds(dossier, store, read_feeds(store.folder), client, token, lambda _event: None)  # noqa: E731
    return asked(use, clock)


@pytest.mark.usefixtures("no_rules")
def test_a_round_keeps_what_bears_on_an_issue(small: Dossier, store: Store, httpx_mock: HTTPXMock) -> None:
    """What matches is kept with everything that says why; what does not, or is old, is not."""
    httpx_mock.add_response(
        url=FEED, text=rss(("Alpha sells a stake", "https://news.example.org/a?utm_source=rss"), ("Weather", "/b"))
    )
    done = one_round(feeds(NEWS)(small), store)
    assert (done.new, done.failed, dict(done.problems)) == (1, False, {})
    (mention,) = store.mentions()
    assert mention == Mention(
        id=mention_id("https://news.example.org/a"),
        title="Alpha sells a stake",
        publisher="News",
        address="https://news.example.org/a?utm_source=rss",
        published=date(2026, 11, 20),
        seen=TODAY,
        language="en",
        feed="one",
        kind="feed",
        issues=("control",),
        parties=("alpha",),
        terms=("stake", "Alpha"),
    )
    state = read_feeds(store.folder)["one"]
    assert (state.succeeded, state.mentions, state.entries) == (NOW.isoformat(), 1, 2)


@pytest.mark.usefixtures("no_rules")
def test_the_same_news_is_one_mention(small: Dossier, store: Store, httpx_mock: HTTPXMock) -> None:
    """One document in two feeds, and one report under two addresses, are each a single mention."""
    title = "Alpha sells a stake in its cloud business to Beta"
    httpx_mock.add_response(url=FEED, text=rss((title, "https://news.example.org/a")))
    again = (f"{title} | Other", "https://other.example.org/copy")
    new = ("Alpha offers Beta a board seat after weeks of talks", "https://other.example.org/new")
    same = ("The same document under another title: Alpha, stake", "http://www.news.example.org/a/#top")
    httpx_mock.add_response(url=OTHER, text=rss(again, new, same))
    dossier = feeds(NEWS, ELSEWHERE)(small)
    assert one_round(dossier, store).new == 2
    httpx_mock.add_response(url=FEED, text=rss((title, "https://news.example.org/a")))
    httpx_mock.add_response(url=OTHER, text=rss(again, new, same))
    assert one_round(dossier, store).new == 0
    assert len(store.mentions()) == 2


@pytest.mark.usefixtures("no_rules")
def test_a_feed_that_has_not_changed_is_not_sent_again(small: Dossier, store: Store, httpx_mock: HTTPXMock) -> None:
    """ETag and Last-Modified are sent back; with other topics the feed is read anew, so that nothing is missed."""
    stamp = "Fri, 20 Nov 2026 08:00:00 GMT"
    headers = {"ETag": '"one"', "Last-Modified": stamp}
    httpx_mock.add_response(url=FEED, text=rss(("Alpha sells a stake", "/a"), ("Alpha moves", "/b")), headers=headers)
    one_round(feeds(NEWS)(small), store)
    conditional = {"If-None-Match": '"one"', "If-Modified-Since": stamp}
    httpx_mock.add_response(url=FEED, status_code=304, match_headers=conditional)
    assert (one_round(feeds(NEWS)(small), store).new, read_feeds(store.folder)["one"].mentions) == (0, 1)
    wider = replace(small, topics=(small.topics[0].model_copy(update={"terms": ("stake", "moves")}),))
    httpx_mock.add_response(url=FEED, text=rss(("Alpha sells a stake", "/a"), ("Alpha moves", "/b")), headers=headers)
    assert one_round(feeds(NEWS)(wider), store).new == 1
    assert "if-none-match" not in httpx_mock.get_requests()[-1].headers


@pytest.mark.usefixtures("no_rules")
def test_one_feed_that_fails_does_not_stop_the_others(small: Dossier, store: Store, httpx_mock: HTTPXMock) -> None:
    """A broken feed is named with its reason, remembered, and read again by the next round without conditions."""
    httpx_mock.add_response(url=FEED, text="<rss><channel>", headers={"ETag": '"broken"'})
    httpx_mock.add_response(url=OTHER, text=rss(("Alpha sells a stake", "/a")))
    done = one_round(feeds(NEWS, ELSEWHERE)(small), store)
    assert (done.new, done.failed, list(done.problems)) == (1, False, ["one"])
    state = read_feeds(store.folder)["one"]
    assert state.problem
    assert "not well-formed" in state.problem
    assert (state.succeeded, state.etag) == (None, None)


@pytest.mark.usefixtures("no_rules")
def test_a_publisher_that_wants_a_pause_has_it_in_later_rounds_too(
    small: Dossier, store: Store, httpx_mock: HTTPXMock
) -> None:
    """Until the time that Retry-After named no request is sent; then the feed is read as ever."""
    httpx_mock.add_response(url=FEED, status_code=429, headers={"Retry-After": "3600"})
    dossier, clock = feeds(NEWS)(small), Clock()
    assert one_round(dossier, store, clock=clock).failed
    asked_so_far = len(httpx_mock.get_requests())
    clock.waits.append(600)
    assert "asked not to be asked" in one_round(dossier, store, clock=clock).problems["one"]
    assert len(httpx_mock.get_requests()) == asked_so_far
    clock.waits.append(3600)
    httpx_mock.add_response(url=FEED, text=rss(("Alpha sells a stake", "/a")))
    assert one_round(dossier, store, clock=clock).new == 1
    assert read_feeds(store.folder)["one"].not_before is None


DOCKET = "https://www.courtlistener.com/api/rest/v4/docket-entries/?docket=7"
EDGAR = "https://data.sec.gov/submissions/CIK0000000042.json"


def test_a_token_is_for_courtlistener_alone(small: Dossier, store: Store, httpx_mock: HTTPXMock) -> None:
    """The token goes with a docket to CourtListener, and to no other host that a dossier may name."""
    elsewhere = DOCKET.replace("www.courtlistener.com", "other.example.org")
    for address in (DOCKET, elsewhere):
        httpx_mock.add_response(url=address, json={"results": []})
    dockets = (
        feed(FeedKind.DOCKET, DOCKET, issues=("control",)),
        feed(FeedKind.DOCKET, elsewhere, issues=("control",), id="two"),
    )
    one_round(replace(small, watch=dockets), store, token="secret")
    sent = {request.url.host: request.headers.get("authorization") for request in httpx_mock.get_requests()}
    assert sent == {"www.courtlistener.com": "Token secret", "other.example.org": None}
    httpx_mock.add_response(url=DOCKET, status_code=401)
    assert "FAULTLINES_WATCH_COURTLISTENER_TOKEN" in one_round(replace(small, watch=dockets[:1]), store).problems["one"]


def test_edgar_is_asked_only_by_somebody_it_can_reach(
    small: Dossier, store: Store, httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a contact in the User-Agent no request is sent to EDGAR; with one it is."""
    dossier = replace(small, watch=(feed(FeedKind.EDGAR, EDGAR, issues=("control",)),))
    with monkeypatch.context() as patch:
        patch.setattr("tests.test_watch_fetching.AGENT", "Faultlines/0.1")
        assert "FAULTLINES_WATCH_USER_AGENT" in one_round(dossier, store).problems["one"]
    assert not httpx_mock.get_requests()
    columns = ("accessionNumber", "form", "filingDate", "primaryDocument")
    recent = {name: [value] for name, value in zip(columns, ("0-26-1", "8-K", "2026-11-20", "a.htm"), strict=True)}
    httpx_mock.add_response(url=EDGAR, json={"cik": "42", "name": "BETA INC", "filings": {"recent": recent}})
    assert one_round(dossier, store).new == 1


# The file


def mentions(*numbers: int) -> list[Mention]:
    return [MENTION.model_copy(update={"id": f"{n:012x}", "title": f"News {n}"}) for n in numbers]


def test_a_line_cut_short_loses_only_itself(store: Store) -> None:
    """After a kill in the middle of a write, what was whole is read, and what comes later is not swallowed."""
    store.append(mentions(1, 2))
    path = store.folder / FILE
    whole = path.read_bytes()
    for cut in range(1, 60, 7):
        path.write_bytes(whole[:-cut])
        assert [each.title for each in store.mentions()] == ["News 1"]
        store.append(mentions(2, 3))
        assert [each.title for each in store.mentions()] == ["News 1", "News 2", "News 3"]
        assert path.read_bytes().startswith(whole[:-cut])


def test_a_feed_counts_as_read_only_once_its_mentions_last(
    small: Dossier, store: Store, httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch, no_rules: None
) -> None:
    """A disk that is full stops the round before the feed's ETag is remembered, so nothing is lost."""
    httpx_mock.add_response(
        url=FEED, text=rss(("Alpha sells a stake", "/a")), headers={"ETag": '"1"'}, is_reusable=True
    )

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("app.watch.mentions.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            one_round(feeds(NEWS)(small), store)
    assert read_feeds(store.folder) == {}
    (store.folder / FILE).unlink(missing_ok=True)
    assert one_round(feeds(NEWS)(small), store).new == 1


def test_two_watches_do_not_write_at_once(store: Store) -> None:
    """A second watch in the same folder is refused at once."""
    with pytest.raises(Busy, match="another watch"), Store.opened(store.folder):
        pass


def test_the_reader_follows_the_file_and_bounds_it(store: Store) -> None:
    """What is read follows every change; junk is skipped, and of a huge file the newest lines are read."""
    folder = WatchedFolder(store.folder)
    assert (folder.read().mentions, folder.digest) == ((), "")
    store.append(mentions(1))
    first = folder.digest
    assert [each.title for each in folder.read().mentions] == ["News 1"]
    assert folder.read() is folder.read()
    store.keep_checks({"daily": Check(outcome=CheckOutcome.GONE, when=TODAY)})
    assert folder.digest not in ("", first)
    (store.folder / CHECKS).write_bytes(b'{"daily": {"outcome": "eaten"}}')
    assert folder.read().checks == {}
    with (store.folder / FILE).open("ab") as file:
        file.write(b'{"id": 7}\n\xff\xfe\n' + b"x" * MAX_BYTES + b"\n")
    store.append(mentions(2))
    assert [each.title for each in folder.read().mentions] == ["News 2"]
    assert WatchedFolder(None).read().digest == ""


# Cited addresses


def cited(*addresses: str) -> tuple[Source, ...]:
    fields: dict[str, Any] = {
        "kind": "press",
        "title": {"en": "A report", "fr": "Un rapport"},
        "publisher": "The Daily",
        "language": "en",
        "published": "2025-06-17",
        "access": "page",
        "reliability": "C",
        "basis": {"en": "It says so.", "fr": "Il le dit."},
    }
    return tuple(
        Source.model_validate({**fields, "id": url.rsplit("/", 1)[1], "url": url}, strict=False) for url in addresses
    )


SITE = "https://news.example.org"


def inspect(dossier: Dossier, store: Store) -> Inspection:
    return asked(lambda client: watch_sources(dossier, store, client, lambda _event: None))


@pytest.mark.usefixtures("no_rules")
def test_cited_addresses_are_checked(small: Dossier, store: Store, httpx_mock: HTTPXMock, tmp_path: Path) -> None:
    """Alive, moved, gone with an archived copy, and not known; HEAD is never believed when it refuses."""
    dossier = replace(
        small, sources=cited(*(f"{SITE}/{n}" for n in ("alive", "moved", "gone", "paywall", "headless", "broken")))
    )
    page = {"headers": {"Content-Type": "text/html; charset=utf-8"}, "is_reusable": True}
    for name in ("alive", "headless", "broken", "new"):
        httpx_mock.add_response(url=f"{SITE}/{name}", method="GET", html=f"<p>{name}</p><script>1</script>", **page)
    for name, status in (
        ("alive", 200),
        ("headless", 405),
        ("broken", 503),
        ("new", 200),
        ("gone", 404),
        ("paywall", 403),
    ):
        httpx_mock.add_response(url=f"{SITE}/{name}", method="HEAD", status_code=status, is_reusable=True)
    for name, status in (("gone", 410), ("paywall", 403)):
        httpx_mock.add_response(url=f"{SITE}/{name}", method="GET", status_code=status, is_reusable=True)
    for method in ("HEAD", "GET"):
        moved = {"status_code": 301, "headers": {"Location": "/new"}, "is_reusable": True}
        httpx_mock.add_response(url=f"{SITE}/moved", method=method, **moved)
    archived = "http://web.archive.org/web/20250618000000/https://news.example.org/gone"
    closest = {"available": True, "url": archived, "timestamp": "20250618000000", "status": "200"}
    asked_for = f"{ARCHIVE}?url=https%3A%2F%2Fnews.example.org%2Fgone&timestamp=20250617"
    httpx_mock.add_response(url=asked_for, json={"archived_snapshots": {"closest": closest}}, is_reusable=True)
    found = inspect(dossier, store)
    outcomes = {name: str(check.outcome) for name, check in found.checks.items()}
    expected = {
        "alive": "alive",
        "moved": "moved",
        "gone": "gone",
        "paywall": "unknown",
        "headless": "alive",
        "broken": "alive",
    }
    assert outcomes == expected
    assert found.checks["moved"].address == f"{SITE}/new"
    assert found.checks["gone"].archived == archived.replace("http:", "https:", 1)
    assert store.checks() == found.checks
    text, body = write_report(tmp_path / "report.md", dossier, found)
    assert "## Gone" in text.read_text("utf-8")
    assert archived.replace("http:", "https:", 1) in text.read_text("utf-8")
    data = json.loads(body.read_text("utf-8"))
    assert {each["id"]: each["outcome"] for each in data["items"]} == expected
    assert data["outcomes"]["alive"] == 3


@pytest.mark.usefixtures("no_rules")
def test_changed_content_is_noticed(small: Dossier, store: Store, httpx_mock: HTTPXMock) -> None:
    """Other words are a change and stay one, other scripts are none; an unchanged ETag saves the second request."""
    dossier = replace(small, sources=cited(f"{SITE}/page"))

    def answers(body: str, etag: str) -> None:
        httpx_mock.add_response(url=f"{SITE}/page", method="HEAD", headers={"ETag": etag})
        httpx_mock.add_response(url=f"{SITE}/page", method="GET", html=body, headers={"ETag": etag}, is_optional=True)

    outcomes = []
    for body, etag in (
        ("<p>One</p><script>a</script>", '"1"'),
        ("<p>One</p><script>b</script>", '"2"'),
        ("<p>Two</p>", '"3"'),
        ("<p>Two</p>", '"4"'),
        ("<p>One</p>", '"5"'),
    ):
        answers(body, etag)
        outcomes.append(str(inspect(dossier, store).checks["page"].outcome))
    assert outcomes == ["alive", "alive", "changed", "changed", "alive"]
    gets = sum(request.method == "GET" for request in httpx_mock.get_requests())
    httpx_mock.add_response(url=f"{SITE}/page", method="HEAD", headers={"ETag": '"5"'})
    assert inspect(dossier, store).checks["page"].outcome == "alive"
    assert sum(request.method == "GET" for request in httpx_mock.get_requests()) == gets + len(["robots.txt"])


def test_a_dead_network_is_no_dead_source(small: Dossier, store: Store) -> None:
    """Where nobody at all answers, the network is at fault: what was known of the sources stays."""
    store.keep_checks({"x": Check(outcome=CheckOutcome.ALIVE, when=TODAY)})
    found = inspect(replace(small, sources=cited("https://nowhere.example.org/x")), store)
    assert found.failed
    assert store.checks()["x"].outcome == "alive"


# What pages show


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Store]]:
    """The small dossier's site, and the folder that a watch writes beside its releases."""
    folder = tmp_path_factory.mktemp("site")
    publish(load_dossier(write_small(folder)), ReleaseFolder(folder / "releases"))
    app = create_app(Settings(releases=folder / "releases", cache_bytes=0), clock=lambda: TODAY)
    with TestClient(app, follow_redirects=False) as client, Store.opened(folder / "releases" / "watch") as store:
        yield client, store


@pytest.fixture
def shown(site: tuple[TestClient, Store]) -> Iterator[tuple[Callable[..., Page], Store]]:
    """The site's pages; what the watch has found is gone afterwards."""
    client, store = site
    yield lambda address, status=200, **headers: Page.fetch(client, address, status, headers), store
    for name in (FILE, CHECKS):
        (store.folder / name).unlink(missing_ok=True)


def said(number: int, **changes: Any) -> Mention:
    address = f"https://news.example.org/{number}"
    return MENTION.model_copy(
        update={"id": mention_id(address), "title": f"News {number}", "address": address, **changes}
    )


Shown = tuple[Callable[..., Page], Store]


def test_mentions_stand_apart_from_the_evidence(shown: Shown) -> None:
    """Overview and issue show them in a section of their own that says what they are not; none shows nothing."""
    page, store = shown
    for address in ("/en/", "/fr/issues/control"):
        assert not page(address).has_id("said-since-heading")
    store.append([said(n) for n in range(7)])
    for address, word in (("/en/", "Not evidence"), ("/fr/issues/control", "Pas une preuve")):
        found = page(address)
        section = next(each for each in found.all("section") if each.get("class") == "said-since")
        assert word in found.words(section)
        listed = [each.get("data-id") for each in section.iter() if each.get("class") == "mention"]
        assert len(listed) == 5
        link = next(each.get("href") for each in section.iter("a") if "/mentions" in (each.get("href") or ""))
        assert page(link).count == 7
    results = page("/en/issues/control").by_id("results")
    assert not [each for each in results.iter() if each.get("class") == "mention"], "a mention is no result"


def test_a_reload_shows_what_is_new(shown: Shown) -> None:
    """The tag of a page that shows mentions follows them, and that of any other page does not."""
    page, store = shown
    tags = {}
    for address in ("/en/", "/en/issues/control", "/en/mentions", "/en/sources/daily", "/en/claims"):
        tags[address] = page(address).headers["etag"]
    store.append([said(1)])
    for address, tag in tags.items():
        assert (page(address).headers["etag"] == tag) is (address == "/en/claims"), address


def test_only_what_is_newer_and_not_dealt_with_is_shown(
    shown: Shown, site: tuple[TestClient, Store], tmp_path: Path
) -> None:
    """Older than the newest evidence, dismissed, on file as a source, or of another day's view: not shown."""
    page, store = shown
    old = said(1, published=date(2025, 1, 1))
    on_file = MENTION.model_copy(update={"id": mention_id("https://example.org/deal")})
    dismissed = said(2, id="0123456789ab")
    store.append([old, on_file, dismissed, said(3), said(4, issues=("other",))])
    assert page("/en/mentions").ids == [said(3).id]
    assert page("/en/mentions?as_of=2026-11-20").ids == []
    assert not page("/en/?as_of=2026-11-21").has_id("said-since-heading")
    _client, _ = site
    silent = create_app(Settings(releases=store.folder.parent, mentions=False), clock=lambda: TODAY)
    with TestClient(silent) as other:
        assert not Page.fetch(other, "/en/", 200, {}).has_id("said-since-heading")
        assert other.get("/en/mentions.json").json()["count"] == 0


def test_mentions_are_filtered(shown: Shown) -> None:
    """By issue, party and publisher; counts are those of the list that a choice leads to; data agrees with pages."""
    page, store = shown
    store.append([said(1), said(2, publisher="Other"), said(3, parties=("beta",)), said(4, parties=("alpha", "gone"))])
    client_page = page("/en/mentions")
    for parameter in ("issue", "party", "publisher"):
        for value, (count, address) in client_page.facet(parameter).items():
            narrowed = page(address)
            assert narrowed.count == len(narrowed.ids) == count, (parameter, value)
    assert {value: count for value, (count, _) in client_page.facet("party").items()} == {"alpha": 3, "beta": 1}
    empty = page("/en/mentions?party=beta&publisher=other")
    assert empty.count == 0
    assert "Dropping one shows" in empty.main
    page("/en/mentions?publisher=nobody", 400)
    page("/en/mentions?page=2", 400)
    second = page("/en/mentions?page=2&size=3")
    assert second.count == 4
    assert len(second.ids) == 1


def test_mentions_are_taken_away_as_a_table_and_a_feed(shown: Shown, site: tuple[TestClient, Store]) -> None:
    """Page, JSON, CSV and Atom hold the same mentions for the same filter; there is no pack and nothing to cite."""
    (page, store), (client, _) = shown, site
    store.append([said(1), said(2, publisher="Other"), said(3, parties=("beta",)), said(4, parties=("alpha", "gone"))])
    for query, count in (("", 4), ("?publisher=other", 1), ("?party=beta", 1), ("?as_of=2025-12-31", 0)):
        ids = page(f"/en/mentions{query}").ids
        assert len(ids) == count
        rows = list(csv.DictReader(io.StringIO(client.get(f"/en/mentions.csv{query}").text, newline="")))
        assert ids == [each["id"] for each in rows]
        told = feedparser.parse(client.get(f"/fr/mentions.atom{query}").content)
        assert not told.bozo
        assert [f"urn:faultlines:mention:{each}" for each in ids] == [each.id for each in told.entries]
    assert client.get("/en/mentions.csv?size=3&page=2").text.count("\r\n") == 2
    for suffix in (".zip", ".bib"):
        assert client.get(f"/en/mentions{suffix}").status_code == 404


def test_mentions_are_data_that_is_no_evidence(shown: Shown, site: tuple[TestClient, Store]) -> None:
    """The twin has the shape of every list, and each item says that it is no evidence."""
    _, store = shown
    store.append([said(1)])
    body = site[0].get("/fr/mentions.json?publisher=the-naws-daily").json()
    assert body["filter"] == {"publisher": ["the-naws-daily"]}
    assert (body["count"], body["next"]) == (1, None)
    (item,) = body["items"]
    assert item["evidence"] is False
    assert (item["id"], item["published"], item["issues"]) == (said(1).id, "2026-11-20", ["control"])


def test_what_a_publisher_says_is_text(shown: Shown) -> None:
    """A title is never markup, whoever wrote it."""
    page, store = shown
    store.append([said(1, title="<img src=x onerror=alert(1)> & stake")])
    found = page("/en/mentions")
    assert not found.all("img")
    assert "<img src=x" in found.main


def test_a_source_shows_its_last_check(shown: Shown, site: tuple[TestClient, Store]) -> None:
    """The page of a source says what became of its address, when, and where a copy is."""
    page, store = shown
    copy = "https://web.archive.org/web/2025/https://example.org/deal"
    store.keep_checks({"daily": Check(outcome=CheckOutcome.GONE, when=TODAY, status=410, archived=copy)})
    found = page("/fr/sources/daily")
    assert "22 novembre 2026, disparu" in found.main.replace("\u00a0", " ")
    assert copy in found.links()
    item = site[0].get("/en/sources/daily.json").json()["item"]
    assert item["check"] == {"outcome": "gone", "when": "2026-11-22", "status": 410, "address": None, "archived": copy}
    assert not [each for each in page("/en/sources/filing").all("dd") if each.get("data-outcome")]


# The command


class Publisher:
    """A real server on this machine: two feeds that answer, and one that does so only once it is let."""

    def __init__(self) -> None:
        title = "Alpha sells a stake in its cloud business to Beta"
        many = tuple((f"Alpha, stake number {n} of many", f"/many/{n}") for n in range(40))
        self.bodies = {"/a.xml": rss((title, "/one"), *many), "/b.xml": rss((f"{title} | B", "/copy"))}
        self.bodies["/slow.xml"] = rss(("Alpha gets a board seat at Beta", "/slow"))
        self.let = threading.Event()
        self.answered: list[tuple[str, int]] = []
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = publisher.bodies.get(self.path)
                if self.path == "/slow.xml":
                    publisher.let.wait(60)
                status = 404 if body is None else 304 if self.headers.get("If-None-Match") == '"1"' else 200
                publisher.answered.append((self.path, status))
                self.send_response(status)
                sent = (body or "").encode() if status == 200 else b""
                self.send_header("Content-Length", str(len(sent)))
                self.send_header("ETag", '"1"')
                self.end_headers()
                self.wfile.write(sent)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> "Publisher":
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.let.set()
        self.server.shutdown()
        self.server.server_close()


def invoke(*arguments: str | Path, **settings: str) -> Result:
    """Run a command of the project in this process."""
    named = {f"FAULTLINES_{name.upper()}": value for name, value in settings.items()}
    return CliRunner().invoke(cli, [str(each) for each in arguments], env=named)


def watching(folder: Path, *paths: str) -> Path:
    """A small dossier whose feeds are at these addresses."""
    dossier = write_small(folder)
    told = [
        f"- id: feed-{n}\n  kind: feed\n  publisher: Publisher {n}\n  address: {path}\n  topics: [power]\n"
        for n, path in enumerate(paths)
    ]
    (dossier / "watch.yaml").write_text("".join(told), "utf-8")
    return dossier


def test_a_watch_that_is_killed_and_run_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Killed while a publisher is slow, and run again: every mention once, and the page shows them after a reload."""
    with Publisher() as publisher:
        dossier = watching(tmp_path, *(f"{publisher.address}/{name}.xml" for name in ("a", "b", "slow")))
        releases = tmp_path / "releases"
        publish(load_dossier(dossier), ReleaseFolder(releases))
        settings = {"releases": str(releases), "watch_allow_hosts": "127.0.0.1"}
        client = TestClient(create_app(Settings(releases=releases, cache_bytes=0), clock=lambda: TODAY))
        before = Page.fetch(client, "/en/", 200, {})
        assert not before.has_id("said-since-heading")
        arguments = [sys.executable, "-m", "app", "watch", str(dossier)]
        process = subprocess.Popen(arguments, cwd=PROJECT, env=environment(**settings), stdout=subprocess.PIPE)
        deadline = time.monotonic() + 90
        while len(read_feeds(releases / "watch")) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=10)
        kept = WatchedFolder(releases / "watch").read().mentions
        assert len(kept) == 41, "what the two quick feeds said was already durable"
        with (releases / "watch" / FILE).open("ab") as file:
            file.write(b'{"id": "cut sho')
        publisher.let.set()
        done = run("watch", dossier, **settings)
        assert done.returncode == 0, done.stderr
        events = [json.loads(line) for line in done.stdout.splitlines()]
        assert {event["feed"]: event["new"] for event in events if event["event"] == "feed"} == {
            "feed-0": 0,
            "feed-1": 0,
            "feed-2": 1,
        }
        assert ("/a.xml", 304) in publisher.answered
    lines = (releases / "watch" / FILE).read_text("utf-8").splitlines()
    found = [json.loads(line)["title"] for line in lines if not line.startswith('{"id": "cut sho')]
    assert len(found) == len(set(found)) == 42
    after = Page.fetch(client, "/en/", 200, {"If-None-Match": before.headers["etag"]})
    assert "All 42 mentions" in after.main
    stub = invoke("watch", dossier, "--draft", kept[0].id, **settings)
    assert (stub.exit_code, kept[0].address in stub.stdout) == (0, True)


def test_without_a_network_a_watch_says_so_in_a_line(tmp_path: Path) -> None:
    """Nobody can be reached: one line, exit code 3, and what is on file stays."""
    with Publisher() as publisher:
        address = publisher.address
    dossier = watching(tmp_path, f"{address}/a.xml", f"{address}/b.xml")
    done = run("watch", dossier, watch_folder=str(tmp_path / "watch"), watch_allow_hosts="127.0.0.1")
    assert done.returncode == 3
    (line,) = done.stderr.splitlines()
    assert "nobody could be reached, 2 asked" in line


@pytest.mark.parametrize("text", ["6", "6 hours", "0h", "59s", "31d", "-1h", "1e3s", ""])
def test_a_time_that_cannot_be_meant_is_refused(text: str) -> None:
    """Only a number with its unit, from a minute to a month, says how often."""
    with pytest.raises(WrongUse, match="expected one such as 30m, 6h or 1d"):
        seconds_of(text)


def test_a_time_is_read() -> None:
    """Minutes, hours and days are understood."""
    assert [seconds_of(each) for each in ("90s", "30m", "6h", "1d")] == [90, 1800, 21_600, 86_400]


def test_a_watch_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --every a round follows another after the time that was named, until somebody stops it."""
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt

    dossier = watching(tmp_path)
    monkeypatch.setattr("app.watch.command.asyncio.sleep", pause)
    done = invoke("watch", dossier, "--every", "6h", watch_folder=str(tmp_path / "watch"))
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, pauses) == (0, [21_600] * 3)
    assert [each["event"] for each in rounds] == ["round"] * 3


def test_cited_addresses_are_checked_by_command(tmp_path: Path) -> None:
    """Without a network --sources says so in a line and exits with 3, like the feeds."""
    with Publisher() as publisher:
        proxy = publisher.address
    settings = {"watch_folder": str(tmp_path / "watch"), "watch_proxy": proxy, "watch_allow_hosts": "example.org"}
    done = invoke("watch", write_small(tmp_path), "--sources", **settings)
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1)
    assert "nobody could be reached, 1 asked; daily" in done.stderr


def test_wrong_use_is_said(tmp_path: Path) -> None:
    """Options that do not go together exit with 2, a mention that is not there with 1."""
    folder = {"watch_folder": str(tmp_path / "watch")}
    dossier = write_small(tmp_path)
    for options in (("--report", "r.md"), ("--every", "soon"), ("--draft", "0" * 12, "--sources")):
        done = invoke("watch", dossier, *options, **folder)
        assert (done.exit_code, done.stderr.count("\n")) == (2, 1), options
    missing = invoke("watch", dossier, "--draft", "0" * 12, **folder)
    assert (missing.exit_code, "There is no mention" in missing.stderr) == (1, True)
