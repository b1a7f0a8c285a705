"""What turns a fact sheet into something to cite: contradictions, footing, time, expectations, coverage, data."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from app.dossier.schema import Dossier
from app.queries.claims import read_claims
from app.queries.viewpoint import Viewpoint
from app.settings import PROJECT
from app.vocabulary import Access, ClaimStatus, Stance
from tests.conftest import TODAY
from tests.page import Page, data

ISSUES = ("ownership", "exclusive-rights", "competition", "windsurf")


def test_the_investment_differs_by_ten(client: TestClient) -> None:
    """The article's 1.3 billion and the record's 13 billion stand side by side, flagged, neither repaired."""
    item = data(client, "/en/figures/microsoft-investment.json")["item"]
    values = {each["id"]: each["value"] for each in item["readings"]}
    assert values["article"] == "1300000000"
    assert "13000000000" in values.values()
    assert any(each["kind"] == "factor-ten" and each["ratio"] == 10 for each in item["conflicts"])
    assert {"fr"} == {each["literal"]["language"] for each in item["readings"] if each["id"] == "article"}


def test_the_funding_differs_in_more_than_the_amount(client: TestClient, page: Callable[..., Page]) -> None:
    """The article's 2 billion is another amount, of another kind, under another condition: all three are said."""
    item = data(client, "/en/figures/funding-at-risk.json")["item"]
    of_article = {each["kind"] for each in item["conflicts"] if "article" in each["readings"]}
    assert of_article == {"factor-ten", "measure", "condition"}
    shown = {each.get("data-conflict") for each in page("/fr/figures/funding-at-risk").all("tr")} - {None}
    assert of_article <= shown


def test_the_overview_says_how_many_times(page: Callable[..., Page]) -> None:
    """The overview's figures that disagree say by how much: ten times, not a blank and not a nought."""
    found = page("/en/")
    assert "×\u00a010" in found.text or "× 10" in found.text
    assert "× 0" not in found.text.replace("\u00a0", " ")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_say_against_say(page: Callable[..., Page], dossier: Dossier, language: str) -> None:
    """The joint statement against the report of an impasse comes first; every contradicting pair is there once."""
    found = page(f"/{language}/contradictions")
    pairs = [(each.get("data-id"), each.get("data-against")) for each in found.all("li") if each.get("data-against")]
    assert pairs[0] == ("u17", "u8-b")
    wanted = {
        (claim.id, relation.claim)
        for claim in dossier.claims
        for relation in claim.relations
        if relation.kind in ("contradicts", "corrects")
    }
    assert set(pairs) == wanted
    assert len(pairs) == len(set(pairs)) == found.count


@pytest.mark.parametrize("day", [date(2025, 6, 18), date(2025, 11, 1), TODAY])
def test_relations_are_told_from_both_sides(session: Session, dossier: Dossier, day: date) -> None:
    """Where one claim bears on another, each names the other: the one as it says it, the other the inverse."""
    viewpoint = Viewpoint("en", day)
    cards = {card.id: card for card in read_claims(session, ids=[c.id for c in dossier.claims], viewpoint=viewpoint)}
    told = {(card.id, each.kind, each.inverse, each.id) for card in cards.values() for each in card.related}
    assert told == {(there, kind, not inverse, here) for here, kind, inverse, there in told}
    written = {(c.id, str(each.kind), False, each.claim) for c in dossier.claims for each in c.relations}
    known = {each for each in written if each[0] in cards and each[3] in cards}
    assert {each for each in told if not each[2]} == known


@pytest.mark.parametrize("as_of", ["", "?as_of=2025-06-18", "?as_of=2026-01-01"])
@pytest.mark.parametrize("issue", ISSUES)
def test_what_an_issue_rests_on_adds_up(client: TestClient, page: Callable[..., Page], issue: str, as_of: str) -> None:
    """The segments of both bars add up to the issue's claims, and each leads to exactly its claims."""
    item = data(client, f"/en/issues/{issue}.json{as_of}")["item"]
    assert sum(item["attribution"].values()) == sum(item["status"].values()) == item["claims"]
    found = page(f"/en/issues/{issue}{as_of}")
    for kind, parameter in (("mix", "status"), ("attribution", "attribution")):
        (figure,) = found.all("figure", data_chart=f"{kind}-{issue}")
        segments = [each for each in figure.iter() if each.get("data-mark")]
        assert {each.get("data-mark"): int(each.get("data-value") or 0) for each in segments} == item[parameter]
        for segment in segments:
            assert page(segment.get("href") or "").count == int(segment.get("data-value") or 0)


def test_a_preferred_claim_says_why(client: TestClient, page: Callable[..., Page], dossier: Dossier) -> None:
    """Each claim that the editors prefer says so on its page, with the reason, and only from its day on."""
    preferred = {claim.id: claim.rank[-1] for claim in dossier.claims if claim.rank}
    assert len(preferred) >= 10
    shown = data(client, "/en/claims.json?rank=preferred&size=200")
    assert {each["id"] for each in shown["items"]} == set(preferred)
    for identifier, change in preferred.items():
        assert " ".join(change.reason.fr.split()) in page(f"/fr/claims/{identifier}").main
    assert "r106" not in {each["id"] for each in data(client, "/en/claims.json?as_of=2026-05-01&size=200")["items"]}


def test_what_was_overtaken_stays_and_does_not_count(client: TestClient, page: Callable[..., Page]) -> None:
    """The article's 1.3 billion stays on file, struck through with what overtook it, and is not counted as current."""
    item = data(client, "/en/claims/u11.json")["item"]
    assert item["rank"] == "deprecated"
    assert item["ranks"][-1]["by"] == "r023"
    found = page("/fr/claims/u11")
    (heading,) = found.all("h1")
    assert "struck" in (heading.get("class") or "")
    everything, deprecated = data(client, "/en/claims.json"), data(client, "/en/claims.json?rank=deprecated")
    assert everything["current"] == everything["count"] - deprecated["count"]
    assert deprecated["current"] == 0
    struck = page("/en/figures/microsoft-investment").by_id("reading-microsoft-investment-article")
    assert struck.get("data-rank") == "deprecated"


@pytest.mark.parametrize("day", ["2025-06-18", "2025-10-01", "2026-01-01", "2026-11-22"])
@pytest.mark.parametrize("issue", ISSUES)
def test_no_position_is_held_on_what_was_overtaken(client: TestClient, issue: str, day: str) -> None:
    """On every day, what the ledger says a party holds rests on a claim that counts."""
    item = data(client, f"/en/issues/{issue}.json?as_of={day}")["item"]
    current = data(client, f"/en/claims.json?as_of={day}&issue={issue}&rank=preferred&rank=normal&size=200")
    assert item["current"] == current["count"]
    held = {each["claim"] for each in item["ledger"] if each["state"] == "stated"}
    assert held <= {each["id"] for each in current["items"]}


@pytest.mark.parametrize("as_of", ["", "?as_of=2025-06-18", "?as_of=2019-01-01"])
@pytest.mark.parametrize("issue", ISSUES)
def test_the_ledger_has_no_empty_cell(client: TestClient, issue: str, as_of: str) -> None:
    """Each of the eight cells is stated with its claim, or says in how many sources nothing was found."""
    ledger = data(client, f"/en/issues/{issue}.json{as_of}")["item"]["ledger"]
    cells = {(each["party"], each["kind"]) for each in ledger}
    assert cells == {(p, k) for p in ("openai", "microsoft") for k in ("asks", "offers", "refuses", "leverage")}
    for each in ledger:
        assert None not in each.values()
        assert ("claim" in each) == (each["state"] == "stated")
        assert ("sources" in each) == (each["state"] == "not_stated")


def test_the_ledger_follows_the_day(client: TestClient) -> None:
    """What was asked in June 2025 is not what is asked after the agreements."""
    then, now = (data(client, f"/en/issues/ownership.json{day}")["item"]["ledger"] for day in ("?as_of=2025-06-18", ""))
    assert then != now


def test_nothing_later_is_told_of_windsurf(page: Callable[..., Page]) -> None:
    """As of 18 June 2025 nobody had heard of Cognition; today it is on the page."""
    assert "Cognition" not in page("/en/issues/windsurf?as_of=2025-06-18").text
    assert "Cognition" in page("/en/issues/windsurf").main


def test_the_scenarios_of_june_2025_are_all_open(client: TestClient) -> None:
    """In June 2025 all four were open; since then new terms have come about twice."""
    then = {each["id"]: each["status"] for each in data(client, "/en/scenarios.json?as_of=2025-06-18")["scenarios"]}
    assert then == dict.fromkeys(("new-terms", "drift", "complaint", "rupture"), "open")
    now = {each["id"]: each for each in data(client, "/en/scenarios.json")["scenarios"]}
    assert [step["status"] for step in now["new-terms"]["history"]].count("occurred") == 2


@pytest.mark.parametrize("day", ["2025-06-18", "2026-01-01", None])
def test_no_likelihood_is_invented(client: TestClient, page: Callable[..., Page], day: str | None) -> None:
    """Sixteen impacts, every likelihood null, and no chance put in figures on the panel."""
    query = f"?as_of={day}" if day else ""
    panel = data(client, f"/en/scenarios.json{query}")
    assert len(panel["impacts"]) == 16
    assert all(each["likelihood"] is None for each in panel["impacts"])
    found = page(f"/en/scenarios{query}")
    assert found.main.count("not estimated") >= 16
    assert not re.search(r"\d+\s?% (chance|likel|probab)", found.main)


def test_expectations_lapse_on_their_day(client: TestClient) -> None:
    """An announced date that has passed with nothing on file is lapsed; before it, awaited; shown, met."""

    def states(day: str) -> dict[str, str]:
        found = {}
        for issue in ISSUES:
            item = data(client, f"/en/issues/{issue}.json?as_of={day}")["item"]
            found |= {each["id"]: each["state"] for each in item["expectations"]}
        return found

    assert states("2025-06-18")["conversion-by-end-2025"] == "open"
    assert states("2025-06-18")["ai-act-july-2025"] == "open"
    assert states("2025-08-01")["ai-act-july-2025"] == "lapsed"
    assert states("2025-11-01")["conversion-by-end-2025"] == "met"
    assert "ai-act-general-application-2026" not in states("2026-06-18")
    assert states("2026-08-02")["ai-act-general-application-2026"] == "open"
    assert states("2026-08-03")["ai-act-general-application-2026"] == "lapsed"


def test_the_misleading_translation_can_be_found(page: Callable[..., Page]) -> None:
    """The flag lists the claim that rests on « entente illicite »."""
    found = page("/fr/claims?flag=translation")
    assert "u2" in found.ids
    assert "entente illicite" in found.main


def test_the_research_record_is_accounted_for(dossier: Dossier) -> None:
    """Each of the 112 entries is used as the list says, or left out with a reason."""
    rows = {}
    for line in (PROJECT / "docs" / "record-coverage.md").read_text("utf-8").splitlines():
        if match := re.match(r"\| (r\d{3}) \| (.+?) \| (.+?) \|$", line):
            rows[match[1]] = (re.findall(r"`([^`]+)`", match[2]), re.findall(r"`([^`]+)`", match[3]), match[3])
    assert list(rows) == [f"r{n:03}" for n in range(1, 113)]
    used = {entry: [source.id for source in dossier.sources if entry in source.record] for entry in rows}
    for entry, (sources, claims, told) in rows.items():
        wanted = [claim.id for claim in dossier.claims if re.fullmatch(rf"{entry}(-[a-z]+)?", claim.id)]
        assert (sources, claims) == (used[entry], wanted), f"docs/record-coverage.md is not true of {entry}"
        assert claims or len(told) > 20, f"{entry} is left out without a reason"


def test_confirmation_is_earned(dossier: Dossier) -> None:
    """Nothing read only in one copy, or not read, is confirmed on its own."""
    access = {source.id: source.access for source in dossier.sources}
    for claim in dossier.claims:
        if ClaimStatus.CONFIRMED in [change.value for change in claim.status]:
            read = [access[each.source] for each in claim.evidence if each.stance is Stance.SUPPORTS]
            assert Access.PAGE in read or read.count(Access.COPY) >= 2, f"{claim.id} is confirmed on what nobody read"


LISTS = ("claims", "timeline", "figures", "sources", "issues/ownership")


@pytest.mark.parametrize(
    "query", ["", "?party=openai", "?from=2025-06&to=2025-12", "?as_of=2025-06-18&status=reported"]
)
@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_the_same_as_data(client: TestClient, page: Callable[..., Page], path: str, query: str) -> None:
    """Page and JSON at one query string list the same entries in the same order, with the same count."""
    found, answer = page(f"/en/{path}{query}"), data(client, f"/en/{path}.json{query}")
    assert [each["id"] for each in answer["items"]] == found.ids
    assert answer["count"] == found.count
    assert set(answer) >= {"release", "as_of", "filter", "count", "items", "next"}
    assert all(each["url"].startswith("/en/") for each in answer["items"])


def test_pages_of_data_lead_on(client: TestClient) -> None:
    """Following ``next`` from the first page lists every claim once."""
    address, ids = "/en/claims.json?size=100", []
    while address:
        answer = data(client, address)
        ids += [each["id"] for each in answer["items"]]
        address = answer["next"]
    assert len(ids) == len(set(ids)) == answer["count"]


@pytest.mark.parametrize(
    "path",
    ["claims/u10", "figures/funding-at-risk", "sources/article-fr", "parties", "parties/openai", "glossary",
     "scenarios", "scenarios/drift", "impacts/market", "contradictions", "about"],
)  # fmt: skip
def test_every_page_has_its_data(client: TestClient, page: Callable[..., Page], path: str) -> None:
    """The page links its data, which names the release and the day; the tag of the one is not that of the other."""
    found, answer = page(f"/fr/{path}"), data(client, f"/fr/{path}.json")
    (link,) = found.all("link", type="application/json")
    assert link.get("href") == f"/fr/{path}.json"
    assert answer["as_of"] == "2026-11-22"
    assert client.get(f"/fr/{path}.json").headers["etag"] != found.headers["etag"]


@pytest.mark.parametrize(
    ("path", "status"), [("claims.json?page=-1", 400), ("claims/nothing.json", 404), ("x.json", 404)]
)
def test_a_refusal_is_data_too(client: TestClient, path: str, status: int) -> None:
    """A program gets a problem document with the status and, for a bad parameter, its name."""
    answer = data(client, f"/en/{path}", status)
    assert answer["status"] == status
    if status == 400:
        assert (answer["parameter"], answer["value"]) == ("page", "-1")
