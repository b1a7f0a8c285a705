"""The overview answers in ten seconds: what each card says is what the issue's own page says, in brief."""

import itertools
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.queries.claims import ClaimLink
from app.queries.issues import Ledger, LedgerCell, PositionLine, top_positions
from app.vocabulary import PositionKind
from tests.page import Page
from tests.test_pages import LANGUAGES

KINDS = tuple(PositionKind)
lines = st.builds(
    PositionLine,
    text=st.text(min_size=1, max_size=5),
    since=st.dates().map(lambda day: day.isoformat()),
    until=st.just(None),
    claim=st.just(ClaimLink("u1", "", "reported", "normal")),
)
cells = st.tuples(st.lists(lines, max_size=3), st.lists(lines, max_size=3))


@given(st.tuples(*[cells for _ in KINDS]))
def test_the_top_position_is_the_one_that_counts_now(drawn: tuple[tuple[list[PositionLine], ...], ...]) -> None:
    """What is asked today comes before what is offered, and both before what was; none only where there is none."""
    row = tuple(
        LedgerCell("openai", kind, tuple(held), tuple(ended)) for kind, (held, ended) in zip(KINDS, drawn, strict=True)
    )
    (top,) = top_positions(Ledger(KINDS, (row,), 1))
    by_kind = {cell.kind: cell for cell in row}
    asks, offers = by_kind[PositionKind.ASKS], by_kind[PositionKind.OFFERS]
    if asks.positions:
        assert (top.kind, top.line) == (PositionKind.ASKS, asks.positions[-1])
    elif offers.positions:
        assert (top.kind, top.line) == (PositionKind.OFFERS, offers.positions[-1])
    elif was := [*asks.ended, *offers.ended]:
        assert top.line is not None
        assert top.line.since == max(line.since for line in was)
    else:
        assert top.line is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_card_says_in_brief_what_the_issue_says(page: Callable[..., Page], language: str) -> None:
    """Each of the four cards has the issue's sentence, one position of each party, and every claim in its bar."""
    overview = page(f"/{language}/")
    cards = [each for each in overview.all("article") if each.get("class") == "card"]
    assert len(cards) == 4
    for card in cards:
        issue = page(f"/{language}/issues/{card.get('data-id')}?size=1")
        words = overview.words(card)
        standing = next(each for each in issue.all("p") if each.get("class") == "standing")
        assert issue.words(standing) in words
        assert len(list(card.iter("dt"))) == 2
        for position in card.iter("dd"):
            assert overview.words(position) in issue.main, f"{card.get('data-id')}: {overview.words(position)}"
        drawn = [int(each.get("width") or "") for each in card.iter("{http://www.w3.org/2000/svg}rect")]
        assert sum(drawn) == issue.count
        listed = [overview.words(each) for each in card.iter("li")]
        assert len(drawn) == len(listed)
        assert all(text.endswith(str(count)) for text, count in zip(listed, drawn, strict=True))


def test_what_is_watched_may_still_come(page: Callable[..., Page]) -> None:
    """Signposts are those of scenarios that are still open, and none that was seen."""
    overview = page("/en/")
    watched = [each for each in overview.all("li") if each.get("class") == "unseen"]
    assert watched
    for each in watched:
        link = next(each.iter("a"))
        scenario = page(link.get("href") or "")
        assert "Open" in scenario.main
        line = overview.words(each).removeprefix(overview.words(link)).strip()
        assert f"Not seen {line}" in scenario.main


def test_an_early_day_has_its_blanks(page: Callable[..., Page]) -> None:
    """Before anything was published the overview says so, four times over, and keeps its shape."""
    overview = page("/en/?as_of=2019-01-02")
    assert len([each for each in overview.all("article") if each.get("class") == "card"]) == 4
    assert "Nothing was on file yet." in overview.main


@pytest.mark.parametrize("day", ["", "?as_of=2025-06-18", "?as_of=2026-03-31"])
def test_a_status_is_dated_from_its_beginning(client: TestClient, page: Callable[..., Page], day: str) -> None:
    """An issue told anew keeps the day since which it is settled; its sentence has the day of its own."""
    overview = page(f"/en/{day}")
    told_anew = 0
    for card in overview.all("article"):
        if card.get("class") != "card":
            continue
        item = client.get(f"/en/issues/{card.get('data-id')}.json{day}").json()["item"]
        standing, history = item["standing"], item["history"]
        assert standing == history[-1]
        for before, after in itertools.pairwise(history):
            same = before["status"] == after["status"]
            assert after["since"] == (before["since"] if same else after["stated"])
        said = next(each for each in card.iter("p") if each.get("class") == "card-status")
        assert [each.get("datetime") for each in said.iter("time")] == [standing["since"]]
        told_anew += standing["since"] != standing["stated"]
    assert told_anew


@pytest.mark.parametrize("day", ["", "?as_of=2025-06-18"])
def test_how_firm_the_whole_is(page: Callable[..., Page], day: str) -> None:
    """The bar beside the standing sentence holds every claim once, by its status, and leads to just those."""
    overview = page(f"/en/{day}")
    whole = next(each for each in overview.all("section") if each.get("class") == "front-side")
    told = [overview.words(each).rpartition(" ")[2] for each in whole.iter("li")]
    drawn = [each.get("width") for each in whole.iter("{http://www.w3.org/2000/svg}rect")]
    listed = [page(next(each.iter("a")).get("href") or "").count for each in whole.iter("li")]
    assert len(listed) > 3
    assert drawn == told == [str(each) for each in listed]
    assert sum(listed) == page(f"/en/claims{day}").count
