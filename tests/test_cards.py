"""Cards rendered at publishing: what a reader gets is the same, byte for byte, and nothing rests on their being there.

The pages with them are compared with those of a release that has none.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier
from app.main import create_app
from app.publish.building import publish
from app.releases.files import cards_path, digest_path
from app.releases.opening import OpenRelease
from app.releases.store import ReleaseFolder
from app.rendering import cards
from app.rendering.addresses import Addresses
from app.rendering.cards import cards_for, ready_cards, write_cards
from app.settings import Settings
from app.vocabulary import Listing
from tests.conftest import TODAY
from tests.test_dossier import change, write_small
from tests.test_filters import deterministic
from tests.test_growth import filters


@pytest.fixture(scope="module")
def published(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped dossier's release with the cards of its claims, as the command publishes it."""
    folder = ReleaseFolder(tmp_path_factory.mktemp("cards"))
    return folder.path_of(publish(dossier, folder, prepare=cards_for(folder)).id)


@pytest.fixture(scope="module")
def quick(published: Path) -> Iterator[TestClient]:
    app = create_app(Settings(releases=published.parent, cache_bytes=0), clock=lambda: TODAY)
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small release with cards, to be spoilt."""
    folder = ReleaseFolder(tmp_path / "r")
    return folder.path_of(
        publish(load_dossier(write_small(tmp_path / "dossier")), folder, prepare=cards_for(folder)).id
    )


def ready(path: Path, as_of: date = TODAY, to: Addresses | None = None) -> str | None:
    """All cards of a release in English, as a page would take them."""
    release = OpenRelease(path)
    try:
        with closing(sqlite3.connect(path)) as connection:
            ids = [each for (each,) in connection.execute("SELECT id FROM claim ORDER BY id")]
        return ready_cards(release, ids=ids, as_of=as_of, to=to or Addresses("", "en"))
    finally:
        release.close()


@deterministic
@given(data=st.data())
def test_a_page_is_the_same_with_cards_and_without(
    release: OpenRelease, client: TestClient, quick: TestClient, data: st.DataObject
) -> None:
    """Whatever is filtered, in both languages, of the current release and of a frozen one, today and on a past day."""
    chosen = data.draw(filters(release, Listing.CLAIMS))
    language, frozen = data.draw(st.sampled_from(("en", "fr"))), data.draw(st.booleans())
    place = data.draw(st.sampled_from(("/claims", "/claims", "/issues/ownership")))
    day = data.draw(st.sampled_from((None, None, "2024-02-01", TODAY.isoformat())))
    query = chosen.query() + (f"{'&' if chosen.query() else '?'}as_of={day}" if day else "")
    address = f"{f'/r/{release.id}' if frozen else ''}/{language}{place}{query}"
    without, with_cards = client.get(address), quick.get(address)
    assert (without.status_code, without.content) == (with_cards.status_code, with_cards.content)


def test_the_list_of_claims_takes_them(quick: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are what a page is made of: without the rows of the claims it still shows them."""
    monkeypatch.setattr("app.pages.claims.read_claims", lambda _session, *, ids, viewpoint: () if not ids else 1 / 0)
    shown = quick.get("/fr/claims?size=50")
    assert shown.text.count('<article class="claim"') == 50
    assert cards.BASE not in shown.text


def test_addresses_begin_where_the_reader_is(published: Path) -> None:
    """Behind a prefix, and within a frozen release, the links of a card lead on there; a prefix is escaped."""
    text = ready(published, to=Addresses("/a&b", "en", frozen=published.stem))
    assert text is not None
    assert f'href="/a&amp;b/r/{published.stem}/en/claims/' in text
    assert 'href="/en/' not in text
    assert cards.BASE not in text


def test_they_are_of_no_use_for_another_day(published: Path) -> None:
    """Before everything had settled, and where addresses keep a day, each card is rendered for the reader."""
    assert ready(published) is not None
    assert ready(published, as_of=date(2024, 2, 1)) is None
    assert ready(published, to=Addresses("", "en", as_of=TODAY)) is None


def test_another_program_renders_its_own(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another version rendered is not shown; publishing again with this one replaces it, the release stays."""
    assert ready(small) is not None
    before = cards_path(small).read_bytes(), small.read_bytes()
    monkeypatch.setattr(cards, "program_digest", lambda: "0" * 12)
    assert ready(small) is None
    write_cards(small)
    assert ready(small) is not None
    assert cards_path(small).read_bytes() != before[0]
    assert small.read_bytes() == before[1]


def test_they_are_rendered_once(small: Path) -> None:
    """Publishing what is published renders nothing, and the same cards are the same bytes."""
    target = cards_path(small)
    first, written = target.read_bytes(), target.stat().st_mtime_ns
    write_cards(small)
    assert target.stat().st_mtime_ns == written
    target.unlink()
    write_cards(small)
    assert target.read_bytes() == first


@pytest.mark.parametrize("spoil", ["change", "cut", "unlink", "no-digest", "rubbish"])
def test_what_is_spoilt_is_not_shown(small: Path, spoil: str) -> None:
    """A file that is not what was published is left alone, and every page does without."""
    target = cards_path(small)
    held = target.read_bytes()
    match spoil:
        case "change":
            target.write_bytes(held.replace(b"claim-meta", b"claim-META"))
        case "cut":
            target.write_bytes(held[: len(held) // 2])
        case "unlink":
            target.unlink()
        case "no-digest":
            digest_path(target).unlink()
        case _:
            target.write_bytes(b"no database")
    assert ready(small) is None
    with TestClient(create_app(Settings(releases=small.parent), clock=lambda: TODAY)) as opened:
        assert opened.get("/en/claims").status_code == 200


def test_of_very_many_claims_none_are_rendered(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cards_path(small).unlink()
    monkeypatch.setattr(cards, "MOST", 0)
    write_cards(small)
    assert not cards_path(small).exists()


def test_they_go_with_their_release(tmp_path: Path) -> None:
    """Retention leaves nothing behind."""
    folder, source = ReleaseFolder(tmp_path / "r"), write_small(tmp_path / "dossier")
    first = publish(load_dossier(source), folder, prepare=cards_for(folder))
    os.utime(folder.path_of(first.id), (1, 1))
    for was, name in (("A small dossier", "Second"), ("Second", "Third")):
        change(source, "edition.yaml", was, name)
        publish(load_dossier(source), folder, keep=2, prepare=cards_for(folder))
    assert folder.find(first.id) is None
    assert not list(folder.path.glob(f"{first.id}*"))
