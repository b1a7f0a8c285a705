"""Frozen addresses: a link to a release shows what that release said, for as long as the release is held."""

import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from app.current import CurrentRelease
from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier
from app.main import create_app
from app.publish.building import publish
from app.releases.store import ReleaseFolder, Store
from app.settings import PROJECT, Settings
from app.shelf import ReleaseGone, ReleaseUnreadable, Shelf
from tests.conftest import TODAY
from tests.page import PARTIAL, Page
from tests.stores import IN_POSTGRES, eventually, new_store
from tests.test_dossier import change
from tests.test_pages import PAGES

TWINS = (
    "/claims.json",
    "/claims/u10.json",
    "/charts/timeline.svg",
    "/charts/timeline.csv",
    "/figures.json?sort=newest",
)
SAMPLE = tuple(
    path
    for path in PAGES
    if path.count("/") < 2 or path.endswith(("windsurf", "u10", "market", "drift", "g", "fr", "t"))
)
"""Each kind of page, and not every page of a kind."""
GONE = "0123456789ab"


@dataclass(frozen=True)
class Site:
    """A site whose dossier was published, read, changed and published again."""

    client: TestClient
    folder: Store
    first: str
    second: str
    before: dict[str, bytes]
    """What the frozen addresses of the first release answered while it was current."""


@pytest.fixture(scope="module")
def site(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = new_store(tmp_path_factory.mktemp("frozen") / "releases")
    first = publish(dossier, folder).id
    assert first
    changed = tmp_path_factory.mktemp("changed") / "dossier"
    shutil.copytree(PROJECT / "dossier", changed)
    change(changed, "claims/article-fr.yaml", "up to $2 billion of earnings", "up to $2 billion in earnings")
    day = [TODAY]
    app = create_app(Settings(releases=folder.place), clock=lambda: day[0])
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        french = ("/", "/issues/windsurf", "/claims/u10")
        addresses = [f"/r/{first}/en{path}" for path in (*SAMPLE, *TWINS)] + [f"/r/{first}/fr{path}" for path in french]
        before = {address: client.get(address).content for address in addresses}
        second = publish(load_dossier(changed), folder).id
        day[0] = date(2027, 3, 1)
        assert eventually(lambda: client.get("/readyz").json()["release"] == second)
        yield Site(client, folder, first, second, before)


@pytest.fixture
def page(site: Site) -> Callable[..., Page]:
    def fetch(address: str, status: int = 200, **headers: str) -> Page:
        return Page.fetch(
            site.client, address, status, {name.replace("_", "-"): each for name, each in headers.items()}
        )

    return fetch


def without_banner(body: bytes) -> bytes:
    """A frozen page without the one element that may change on it."""
    text, found = re.subn(rb'<aside class="past frozen" id="frozen".*?</aside>', b"", body, flags=re.DOTALL)
    assert found == 1, "a frozen page has one banner"
    return text


def test_a_frozen_page_changes_in_its_banner_alone(site: Site) -> None:
    """After the next publish, months later, a frozen page has the same bytes but for its banner, and data all."""
    for address, before in site.before.items():
        after = site.client.get(address).content
        if address.split("?")[0].endswith((".json", ".svg", ".csv")):
            assert after == before, f"{address} changed with the next publish"
        else:
            assert without_banner(after) == without_banner(before), f"{address} changed outside its banner"
            assert after != before, f"{address} does not tell that there is a newer release"


def test_a_frozen_page_says_what_its_release_said(site: Site) -> None:
    """The same address within each release, and the live one, show each release's own words."""
    texts = {
        address: site.client.get(f"{address}/claims/u10.json").json()["item"]["text"]
        for address in (f"/r/{site.first}/en", f"/r/{site.second}/en", "/en")
    }
    assert "of earnings" in texts[f"/r/{site.first}/en"]
    assert "in earnings" in texts[f"/r/{site.second}/en"] == texts["/en"]


@pytest.mark.parametrize(
    "path", ["/", "/claims?issue=windsurf", "/claims/u10", "/scenarios", "/figures", "/search?q=azure"]
)
def test_links_stay_within_the_release(site: Site, page: Callable[..., Page], path: str) -> None:
    """Every link, form and alternate of a frozen page keeps its release; only the way to the current page does not."""
    within = f"/r/{site.first}/"
    found = page(f"{within}fr{path}")
    for each in found.root.iter():
        address = each.get("href") or each.get("action") or each.get("data-hx-get") or ""
        if not address.startswith("/") or address.startswith("/static/"):
            continue
        if each.get("id") in ("current", "moving-link", "since-link"):
            assert not address.startswith("/r/")
        else:
            assert address.startswith(within), f"{path}: {each.tag} leads out of the release, to {address}"
    moving = found.by_id("moving-link").get("href") or ""
    assert moving == f"/fr{path}"
    assert page(moving)


def test_what_frozen_links_lead_to_is_there(site: Site, page: Callable[..., Page]) -> None:
    """A sample of the links of frozen pages, followed: all answer, as pages of the release."""
    seen: set[str] = set()
    for path in ("/", "/claims/u10", "/issues/windsurf"):
        links = [each.partition("#")[0] for each in page(f"/r/{site.first}/en{path}").links()]
        for address in sorted(set(links) - seen)[::20]:
            if address.startswith(f"/r/{site.first}/en") and urlsplit(address).path.rpartition(".")[2] not in (
                "json",
                "svg",
                "csv",
                "sqlite",
                "atom",
                "zip",
            ):
                assert page(address).by_id("frozen") is not None
                seen.add(address)
    assert len(seen) > 5


def test_every_page_route_answers_when_frozen(site: Site) -> None:
    """Each address of tests/routes.txt below a language is also one below a release."""
    values = {"issues": "windsurf", "claims": "u10", "figures": "funding-at-risk", "parties": "openai",
              "sources": "article-fr", "scenarios": "drift", "impacts": "market"}  # fmt: skip
    charts = {"mix-": "windsurf", "attribution-": "windsurf", "readings-": "microsoft-investment",
              "swings-": "profits-to-recoup"}  # fmt: skip
    for route in (PROJECT / "tests" / "routes.txt").read_text("utf-8").split():
        if not route.startswith("/{language:language}/") or "styleguide" in route:
            continue
        path = route.removeprefix("/{language:language}")
        kind = path.split("/")[1]
        identifier = next((each for name, each in charts.items() if name in path), values.get(kind, ""))
        address = f"/r/{site.first}/en" + path.replace("{identifier:id}", identifier)
        assert site.client.get(address).status_code == 200, address


def test_the_footer_offers_both_links(site: Site, page: Callable[..., Page]) -> None:
    """A live page offers an address that stays as it is, with its day, and it reproduces what was seen."""
    found = page("/en/claims?issue=ownership&status=disputed")
    lasting = found.by_id("lasting-link").get("href") or ""
    assert lasting == f"/r/{site.second}/en/claims?issue=ownership&status=disputed&as_of=2027-03-01"
    assert "1 March 2027" in found.words(found.by_id("lasting-link"))
    assert found.by_id("moving-link").get("href") == "/en/claims?issue=ownership&status=disputed"
    frozen = page(lasting)
    assert frozen.ids == found.ids
    assert frozen.by_id("lasting-link").get("href") == lasting
    assert page(lasting, **PARTIAL).by_id("lasting-link").get("href") == lasting, "a fragment brings the links along"


@pytest.mark.parametrize(
    ("address", "target"),
    [("", "/"), ("/", "/fr/"), ("/claims?issue=windsurf", "/fr/claims?issue=windsurf"), ("/en", "/en/"),
     ("/en/claims/", "/en/claims"), ("/en/claims?page=1", "/en/claims")],
)  # fmt: skip
def test_redirects_keep_the_release(site: Site, address: str, target: str) -> None:
    """The ways to the canonical address and to the reader's language stay within the release."""
    response = site.client.get(f"/r/{site.first}{address}", headers={"Accept-Language": "fr"})
    assert response.status_code in (307, 308)
    assert response.headers["location"] == f"/r/{site.first}{target}"


def test_refusals_keep_the_release(site: Site, page: Callable[..., Page]) -> None:
    """A bad parameter and an address with nothing behind it lead back into the release."""
    for address, status in (("/fr/claims?from=banana", 400), ("/fr/claims/nothing", 404), ("/de/claims", 404)):
        found = page(f"/r/{site.first}{address}", status)
        assert (found.by_id("way-out").get("href") or "").startswith(f"/r/{site.first}/")
    problem = site.client.get(f"/r/{site.first}/fr/claims.json?as_of=2999-01-01").json()
    assert problem["instance"] == f"/r/{site.first}/fr/claims.json"
    assert problem["parameter"] == "as_of"
    assert site.client.post(f"/r/{site.first}/fr/claims").status_code == 405


def test_a_prefix_comes_before_the_release(site: Site) -> None:
    """Behind a proxy that strips a prefix, frozen links carry both, and static files the prefix alone."""
    app = create_app(Settings(releases=site.folder.place), clock=lambda: TODAY)
    with TestClient(app, root_path="/faultlines", raise_server_exceptions=False, follow_redirects=False) as client:
        found = Page.fetch(client, f"/faultlines/r/{site.first}/en/claims", 200, {})
        assert (found.by_id("other-language").get("href") or "") == f"/faultlines/r/{site.first}/fr/claims"
        assert "/faultlines/static/css/main." in found.text
        assert f"{site.first}/static" not in found.text
        redirect = client.get(f"/faultlines/r/{site.first}/claims")
        assert redirect.headers["location"] == f"/faultlines/r/{site.first}/en/claims"


def test_the_day_of_a_frozen_page_stands_still(site: Site) -> None:
    """Without a day it speaks as of the last one that its release was compiled on; later ones may be named."""
    data = site.client.get(f"/r/{site.first}/en/claims.json").json()
    opened = site.client.app.state.shelf.get(site.first)  # type: ignore[attr-defined]
    assert data["as_of"] == opened.compiled.isoformat()
    later = site.client.get(f"/r/{site.first}/en/claims.json?as_of=2027-02-28").json()
    assert later["as_of"] == "2027-02-28"
    assert site.client.get(f"/r/{site.first}/en/claims.json?as_of=2027-03-02").status_code == 400


def test_caches_are_told_what_may_change(site: Site) -> None:
    """A frozen page is asked for again, as its banner may change, and its tag does; data may be kept a while."""
    address = f"/r/{site.first}/en/claims"
    answer = site.client.get(address)
    assert answer.headers["cache-control"] == "no-cache"
    assert site.client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    data = site.client.get(f"{address}.json")
    assert data.headers["cache-control"] == "public, max-age=3600"
    assert site.client.get("/en/claims.json").headers["cache-control"] == "no-cache"
    site.folder.make_current(site.first)
    try:
        assert eventually(lambda: site.client.get("/readyz").json()["release"] == site.first)
        assert site.client.get(address).headers["etag"] != answer.headers["etag"]
        assert site.client.get(f"{address}.json").headers["etag"] == data.headers["etag"]
    finally:
        site.folder.make_current(site.second)
        assert eventually(lambda: site.client.get("/readyz").json()["release"] == site.second)


# A release that cannot be shown


@pytest.mark.parametrize("path", ["/fr/claims", "/fr/", "/fr/charts/timeline", "/fr/claims/u10"])
def test_a_release_that_is_gone_says_what_is_left(site: Site, page: Callable[..., Page], path: str) -> None:
    """410, with the releases that are held, each at this very page, and the page in the current one."""
    found = page(f"/r/{GONE}{path}", 410)
    held = [each.get("href") for each in found.by_id("held").iter("a")]
    assert held == [f"/r/{each.id}{path}" for each in site.folder.list()]
    assert found.by_id("current").get("href") == path
    assert page(path)


def test_a_release_that_is_gone_is_a_problem_for_a_program(site: Site) -> None:
    """Data addresses answer with a problem document that names what is held."""
    answer = site.client.get(f"/r/{GONE}/en/claims.json")
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["releases"] == [site.second, site.first]
    assert answer.json()["current"] == "/en/claims.json"


# The shelf


@pytest.fixture
def shelf(site: Site, tmp_path: Path) -> Iterator[Shelf]:
    if IN_POSTGRES:
        pytest.skip("about files: these tests copy, remove and exchange them")
    assert isinstance(site.folder, ReleaseFolder)
    shutil.copytree(site.folder.path, tmp_path / "releases")
    folder = ReleaseFolder(tmp_path / "releases")
    current = CurrentRelease(folder)
    opened = Shelf(folder, current, room=1)
    yield opened
    opened.close()
    current.close()


def test_the_current_release_is_not_opened_twice(site: Site, shelf: Shelf) -> None:
    """Its frozen pages are read from the release that every page is read from."""
    assert shelf.get(site.second) is shelf.get(site.second)
    assert shelf.opened() == ()
    assert shelf.get(site.first) is shelf.get(site.first)
    assert shelf.opened() == (site.first,)


def test_the_shelf_holds_only_so_many(site: Site, shelf: Shelf) -> None:
    """What was read longest ago is put aside, and closed once the last page that reads it is done."""
    first = shelf.get(site.first)
    shelf.store.make_current(site.first)
    shelf._current._looked = float("-inf")
    shelf.get(site.second)
    assert shelf.opened() == (site.second,)
    with first.session() as session:
        assert session.connection().exec_driver_sql("SELECT id FROM release").scalar_one() == site.first


def test_a_file_removed_is_gone_at_once(site: Site, shelf: Shelf) -> None:
    """An open release whose file was removed is not shown any more, as in every other process."""
    shelf.get(site.first)
    shelf.store.path_of(site.first).unlink()
    with pytest.raises(ReleaseGone):
        shelf.get(site.first)
    assert shelf.opened() == ()


def test_a_file_that_says_another_id_is_not_shown(site: Site, shelf: Shelf) -> None:
    """A file under a wrong name, or that is no release, cannot be read as that release."""
    shutil.copy(shelf.store.path_of(site.first), shelf.store.path_of(GONE))
    with pytest.raises(ReleaseUnreadable):
        shelf.get(GONE)
    shelf.store.path_of(GONE).write_bytes(b"no release")
    with pytest.raises(ReleaseUnreadable):
        shelf.get(GONE)


def test_many_threads_share_the_shelf(site: Site, shelf: Shelf) -> None:
    """Readers of several releases at once, on a shelf with room for one, each get the release that they named."""
    wrong: list[str] = []

    def read(number: int) -> None:
        for n in range(12):
            wanted = site.first if (n + number) % 2 else site.second
            if n == 6 and number == 0:
                shelf.store.make_current(site.first)
                shelf._current._looked = float("-inf")
            release = shelf.get(wanted)
            with release.session() as session:
                if session.connection().exec_driver_sql("SELECT id FROM release").scalar_one() != wanted:
                    wrong.append(wanted)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=30)
        assert not each.is_alive()
    assert not wrong
