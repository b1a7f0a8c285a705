"""The pairs of claims that cannot both hold: their order, their pages, past days, and what is taken away of them."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import Session, text
from starlette.testclient import TestClient

from app.dossier.schema import Dossier
from app.vocabulary import Attribution
from tests.page import Page, data

PATH = "/en/contradictions"
DAYS = ("", "&as_of=2025-06-18", "&as_of=2026-01-01")


def pages_from(client: TestClient, address: str) -> Iterator[dict[str, Any]]:
    """Every page of a list as data, as ``next`` leads from one to the other."""
    following: str | None = address
    while following:
        found = data(client, following)
        yield found
        following = found["next"]


def pairs_of(client: TestClient, dossier: Dossier, day: str) -> list[tuple[str, str, str]]:
    """What should be shown, from the dossier and from the list of the claims that were known."""
    known = {
        each["id"]: each for found in pages_from(client, f"/en/claims.json?size=200{day}") for each in found["items"]
    }
    pairs = [
        (claim.id, str(each.kind), each.claim)
        for claim in dossier.claims
        for each in claim.relations
        if each.kind in ("contradicts", "corrects") and {claim.id, each.claim} <= known.keys()
    ]

    def order(pair: tuple[str, str, str]) -> tuple[bool, str, str, str]:
        claim, against = known[pair[0]], known[pair[2]]
        joint = Attribution.JOINT in (claim["attribution"], against["attribution"])
        return not joint, claim["happened"] or claim["reported"], claim["id"], against["id"]

    return sorted(pairs, key=order)


@pytest.mark.parametrize("day", DAYS)
def test_pages_hold_every_pair_once_and_in_order(
    client: TestClient, page: Callable[..., Page], dossier: Dossier, day: str
) -> None:
    """All pages together are what the dossier says, on whatever day; none is left out and none is there twice."""
    wanted = pairs_of(client, dossier, day)
    assert len(wanted) > 7 or day
    found = list(pages_from(client, f"{PATH}.json?size=3{day}"))
    assert [(each["claim"], each["kind"], each["against"]) for part in found for each in part["items"]] == wanted
    assert {part["count"] for part in found} == {len(wanted)}
    assert [len(part["items"]) for part in found[:-1]] == [3] * (len(found) - 1)
    # The page that an entry's address leads to shows it.
    last = found[-1]["items"][-1]
    address, anchor = last["url"].split("#")
    assert page(address).by_id(anchor).get("data-against") == last["against"]


def test_the_pages_lead_to_each_other(page: Callable[..., Page]) -> None:
    """Each page names the one before and the one after, and no address has a word that it does not need."""
    first = page(f"{PATH}?size=3")
    assert not [each for each in first.all("a") if each.get("rel") == "prev"]
    second = page(next(each.get("href") or "" for each in first.all("a") if each.get("rel") == "next"))
    assert next(each.get("href") for each in second.all("a") if each.get("rel") == "prev") == f"{PATH}?size=3"
    assert first.count == second.count
    assert "Page 2 of" in second.main
    shown = [[each.get("data-id") for each in found.all("li") if each.get("data-against")] for found in (first, second)]
    assert len(shown[0]) == len(shown[1]) == 3
    assert first.ids != second.ids


def test_there_are_not_that_many_pages(client: TestClient, page: Callable[..., Page]) -> None:
    refused = page(f"{PATH}?page=999", 400)
    assert "There are not that many pages." in refused.text
    assert data(client, f"{PATH}.csv?page=999", 400)["detail"].startswith("There are not that many pages.")


@pytest.mark.parametrize("day", DAYS)
def test_a_table_has_each_claim_once(client: TestClient, dossier: Dossier, day: str) -> None:
    """The table of all holds every claim of every pair, in the order of the pairs; that of a page, those of its own."""

    def claims_in(address: str) -> list[str]:
        return [row["id"] for row in csv.DictReader(io.StringIO(client.get(address).text))]

    pairs = pairs_of(client, dossier, day)
    of_pairs = dict.fromkeys(identifier for claim, _, against in pairs for identifier in (claim, against))
    assert claims_in(f"{PATH}.csv?{day.removeprefix('&')}") == list(of_pairs)
    of_second = dict.fromkeys(each for claim, _, against in pairs[3:6] for each in (claim, against))
    if of_second:
        assert claims_in(f"{PATH}.csv?size=3&page=2{day}") == list(of_second)


def test_a_feed_has_those_that_changed_last(client: TestClient, dossier: Dossier) -> None:
    """The pages of the feed hold each claim of every pair once, and what changed later comes first."""
    wanted = {each for claim, _, against in pairs_of(client, dossier, "") for each in (claim, against)}
    ids, days, number = [], [], 1
    while True:
        answer = client.get(f"{PATH}.atom?size=10" + (f"&page={number}" if number > 1 else ""))
        if answer.status_code == 400:
            break
        ids += re.findall(r"<id>urn:faultlines:claim:([^<]+)", answer.text)
        days += re.findall(r"<entry>.*?<updated>([^<]+)", answer.text, re.DOTALL)
        number += 1
    assert number > 3
    assert sorted(ids) == sorted(wanted)
    assert days == sorted(days, reverse=True)


def test_a_page_is_read_in_its_order(session: Session) -> None:
    """The pairs of a page are read in the order in which they are kept, and not all of them sorted for it."""
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("the plan of SQLite")
    plan = session.connection().execute(
        text(
            "EXPLAIN QUERY PLAN SELECT * FROM contradicting_pair WHERE visible_from <= '2030-01-01' "
            "ORDER BY ordinal LIMIT 30 OFFSET 0"
        )
    )
    assert not [row for row in plan if "TEMP B-TREE" in row[3]]
