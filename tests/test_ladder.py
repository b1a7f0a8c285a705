"""Who stands behind what: the chain behind each source, and how far each side of an issue is told."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from app.dates import IncompleteDate
from app.dossier.schema import Claim, Dossier
from app.models import Source
from app.publish.visibility import Visibility
from app.queries.ladder import read_chains
from app.queries.viewpoint import Viewpoint
from app.vocabulary import Attribution, Stance
from tests.page import Page


def ladders(found: Page) -> list[str]:
    """The chains of a claim's page, in words."""
    return [found.words(each) for each in found.all("ol", **{"class": "ladder"})]


@pytest.mark.parametrize(
    ("claim", "language", "chains"),
    [
        (
            "u2",
            "en",
            ["French article, publisher not stated ← The Wall Street Journal ← the publication itself"],
        ),
        (
            "u2",
            "fr",
            ["Article en français, éditeur non indiqué ← The Wall Street Journal ← la publication elle-même"],
        ),
        (
            "u17",
            "en",
            [
                "French article, publisher not stated ← The Wall Street Journal ← Microsoft and OpenAI, together",
                "Mint ← Financial Times ← Microsoft and OpenAI, together",
            ],
        ),
        ("u8", "en", ["French article, publisher not stated ← The Wall Street Journal ← unnamed people"]),
        ("u8", "fr", ["Article en français, éditeur non indiqué ← The Wall Street Journal ← des sources anonymes"]),
        ("u18", "en", ["French article, publisher not stated ← The Wall Street Journal ← analysts"]),
    ],
)
def test_a_claim_says_from_whom_it_is(page: Callable[..., Page], claim: str, language: str, chains: list[str]) -> None:
    """From the document, through what it passes on, to who stands behind it; the steps are an ordered list."""
    found = page(f"/{language}/claims/{claim}")
    assert ladders(found) == chains
    arrows = [each for each in found.root.iter() if each.get("class") == "arrow"]
    assert len(arrows) == sum(chain.count("←") for chain in chains)
    assert all(each.get("aria-hidden") == "true" for each in arrows)


def test_nobody_is_put_behind_what_speaks_against(page: Callable[..., Page]) -> None:
    """The unnamed people behind a claim do not stand behind the source that contradicts it."""
    supporting, against = ladders(page("/en/claims/u8-b"))
    assert supporting.endswith("unnamed people")
    assert against == "Mint ← Financial Times"


def test_the_ladder_follows_the_day(page: Callable[..., Page]) -> None:
    """A source published later is not on the ladder of an earlier day."""
    assert len(ladders(page("/en/claims/u17?as_of=2025-06-18"))) == 1


def test_every_chain_is_that_of_the_dossier(client: TestClient, dossier: Dossier) -> None:
    """In the data each piece of evidence has its chain, as following the dossier by hand gives it."""
    sources = {each.id: each for each in dossier.sources}
    claims = {each.id: each for each in dossier.claims}

    def chain(claim: Claim, source: str | None, stance: str) -> list[Any]:
        found: list[Any] = []
        while source is not None:
            found.append(source)
            source = sources[source].relays
        return found + ([(claim.attribution, sorted(claim.speakers))] if stance == Stance.SUPPORTS else [])

    address, seen = "/en/claims.json?size=100", 0
    while address:
        answer = client.get(address).json()
        for item in answer["items"]:
            claim = claims[item["id"]]
            wanted = [chain(claim, each.source, each.stance) for each in claim.evidence]
            given = [
                [rung.get("source") or (rung["attribution"], rung["speakers"]) for rung in each["chain"]]
                for each in item["evidence"]
            ]
            assert given == wanted
            assert item["speakers"] == sorted(claim.speakers)
            seen += 1
        address = answer["next"]
    assert seen == len(claims)


def test_a_report_not_surely_published_is_named_and_not_linked(
    page: Callable[..., Page], session: Session, dossier: Dossier
) -> None:
    """A relay may be older than the last day its original may be of: the original is named then, without its page."""
    sources = {each.id: each for each in dossier.sources}
    visible = Visibility(dossier)
    early = next(
        each for each in dossier.sources if each.relays and visible.source(sources[each.relays]) > visible.source(each)
    )
    day = visible.source(early)
    (first, behind) = read_chains(session, ids=[early.id], viewpoint=Viewpoint("en", day))[early.id][:2]
    assert (first.visible, behind.visible) == (True, False)
    citing = next(c for c in dossier.claims if c.evidence[0].source == early.id and visible.claim(c.id) <= day)
    found = page(f"/en/claims/{citing.id}?as_of={day}")
    step = next(each for each in found.all("li") if each.get("data-value") == early.relays)
    assert found.words(step).startswith("←")
    assert not [each for each in step.iter() if each.tag == "a"]


def test_reports_that_pass_each_other_on_come_to_an_end(session: Session) -> None:
    """A circle of relays, which no dossier should have, gives each source once."""
    rows = {name: Source(id=name, relays_id=other) for name, other in (("a", "b"), ("b", "a"))}

    class Stub:
        def exec(self, _statement: object, *, params: object) -> list[Any]:
            return [
                type("Row", (), {**row.model_dump(), "publisher_en": row.id, "visible_from": date.min})()
                for row in rows.values()
            ]

    found = read_chains(Stub(), ids=["a"], viewpoint=Viewpoint("en", date.max))  # type: ignore[arg-type]
    assert [rung.id for rung in found["a"]] == ["a", "b"]


# Whose side is told more

ISSUES = ("ownership", "exclusive-rights", "competition", "windsurf")


def slow_symmetry(dossier: Dossier, issue: str, day: date) -> list[dict[str, Any]]:
    """The same counts, one entry at a time."""
    visible = Visibility(dossier)
    parties = next(each.parties for each in dossier.issues if each.id == issue)
    sides = []
    for party in parties:
        positions = [
            each
            for each in dossier.positions
            if each.issue == issue
            and each.party == party
            and IncompleteDate.parse(each.since).first <= day
            and visible.claim(each.claim) <= day
        ]
        words = [
            each
            for each in dossier.claims
            if issue in each.issues
            and each.attribution is Attribution.PARTY
            and party in each.speakers
            and visible.claim(each.id) <= day
        ]
        sides.append({"party": party, "positions": len(positions), "own_word": len(words)})
    return sides


@pytest.mark.parametrize("day", ["2019-01-01", "2025-06-18", "2025-10-28", "2026-05-01", "2026-11-22"])
@pytest.mark.parametrize("issue", ISSUES)
def test_the_meter_is_a_slow_count(
    client: TestClient, page: Callable[..., Page], dossier: Dossier, issue: str, day: str
) -> None:
    """Sentence, table and data give the numbers that counting one by one gives, on any day."""
    query = f"?as_of={day}"
    sides = client.get(f"/en/issues/{issue}.json{query}").json()["item"]["symmetry"]
    assert sides == slow_symmetry(dossier, issue, date.fromisoformat(day))
    found = page(f"/en/issues/{issue}{query}")
    for side in sides:
        (row,) = found.all("tr", data_party=side["party"])
        counts = [int(each.get("data-count") or "") for each in row if each.get("data-count")]
        assert counts == [side["positions"], side["own_word"]]
    names = {"openai": "OpenAI", "microsoft": "Microsoft"}
    first, second = sorted(sides, key=lambda each: each["positions"], reverse=True)
    noun = "position" if first["positions"] == 1 else "positions"
    told = f"{names[first['party']]}’s side is told by {first['positions']} {noun}, "
    told += f"{names[second['party']]}’s by {second['positions']}."
    assert told in found.words(found.by_id("symmetry"))


def test_the_meter_speaks_french(page: Callable[..., Page]) -> None:
    """The French sentence is set as French is."""
    found = page("/fr/issues/ownership?as_of=2026-11-22")
    assert "Côté OpenAI, 5 positions au dossier ; côté Microsoft, 3." in found.words(found.by_id("symmetry"))
