"""The evidence against the scenarios: every number can be worked out again, follows the day, and is drawn as it is."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import Phase, settings
from starlette.testclient import TestClient

from app.dossier.schema import Dossier
from tests.page import Page

deterministic = settings(
    derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)

PATH = "/scenarios/evidence"
JUNE = "as_of=2025-06-18"
VIEWS = (
    "",
    f"?{JUNE}",
    "?without=attribution:unnamed",
    f"?{JUNE}&without=attribution:unnamed&without=claim:r033",
    "?without=attribution:filing&without=attribution:joint",
    "?as_of=2026-03-20",
    "?as_of=2019-01-01",
)
SVG = "{http://www.w3.org/2000/svg}"
SCENARIOS = ("new-terms", "drift", "complaint", "rupture")


def data(client: TestClient, query: str = "", language: str = "en") -> Any:
    response = client.get(f"/{language}{PATH}.json{query}")
    assert response.status_code == 200, query
    return response.json()


def rank_again(against: Mapping[str, list[Fraction]]) -> dict[str, tuple[Fraction, int, int]]:
    """Scenario → score, number of claims, rank; worked out the long way."""
    scores = {scenario: sum(weights, Fraction(0)) for scenario, weights in against.items()}
    return {
        scenario: (scores[scenario], len(against[scenario]), 1 + sum(other < score for other in scores.values()))
        for scenario, score in scores.items()
    }


def rank_claims(claims: list[tuple[Any, Fraction]]) -> dict[str, tuple[Fraction, int, int]]:
    """The ranking from claims of the JSON, each with the weight to count it with."""
    against: dict[str, list[Fraction]] = {each: [] for each in SCENARIOS}
    for claim, weight in claims:
        for rating in claim["ratings"]:
            if rating["value"] == "inconsistent":
                against[rating["scenario"]].append(weight)
    return rank_again(against)


def as_read(ranking: Any) -> dict[str, tuple[Fraction, int, int]]:
    return {each["scenario"]: (Fraction(each["score"]), each["against"], each["rank"]) for each in ranking}


@pytest.mark.parametrize("query", VIEWS)
def test_every_number_can_be_worked_out_again(client: TestClient, query: str) -> None:
    """Weights, what counts, scores, ranks, what discriminates, linchpins and history all follow from the JSON."""
    found = data(client, query)
    scale, day = found["scale"], found["as_of"]
    for claim in found["claims"]:
        points = scale["reliability"][claim["reliability"]] * scale["credibility"][claim["credibility"]]
        assert Fraction(claim["weight"]) == Fraction(points, scale["over"])
        assert [each["scenario"] for each in claim["ratings"]] == list(SCENARIOS)
        switched = {f"claim:{claim['id']}", f"attribution:{claim['attribution']}"} & set(found["without"])
        assert set(claim["without"]) == switched
        now = [each for each in claim["counted"] if each["since"] <= day and day < (each["until"] or "9999")]
        assert claim["counts"] is (bool(now) and not switched)
        assert all(each["weight"] == claim["weight"] for each in now)
        values = {each["value"] for each in claim["ratings"]}
        told_apart = len(values - {"not-applicable"}) > 1 or values == {"inconsistent", "not-applicable"}
        assert claim["discriminates"] is told_apart
    counted = [(each, Fraction(each["weight"])) for each in found["claims"] if each["counts"]]
    ranking = rank_claims(counted)
    assert as_read(found["ranking"]) == ranking
    assert [each["rank"] for each in found["ranking"]] == sorted(each["rank"] for each in found["ranking"])

    order = {scenario: rank for scenario, (_, _, rank) in ranking.items()}
    pins = {}
    for claim, _ in counted:
        rest = rank_claims([each for each in counted if each[0] is not claim])
        if {scenario: rank for scenario, (_, _, rank) in rest.items()} != order:
            pins[claim["id"]] = rest
    assert {each["claim"]: as_read(each["ranking"]) for each in found["linchpins"]} == pins
    assert not set(pins) & {each["id"] for each in found["claims"] if not each["discriminates"]}

    spells = [(claim, each) for claim in found["claims"] if not claim["without"] for each in claim["counted"]]
    days = {boundary for _, each in spells for boundary in (each["since"], each["until"]) if boundary}
    assert [step["day"] for step in found["history"]] == sorted(days)
    assert all(boundary <= day for boundary in days)
    for step in found["history"]:
        then = [
            (claim, Fraction(each["weight"]))
            for claim, each in spells
            if each["since"] <= step["day"] < (each["until"] or "9999")
        ]
        assert step["claims"] == len(then)
        assert as_read(step["ranking"]) == rank_claims(then)


@pytest.mark.parametrize("query", ["", "?without=attribution:unnamed"])
def test_what_is_drawn_of_a_day_is_what_was_seen_on_it(client: TestClient, query: str) -> None:
    """Each step of today's history is the very ranking that the page of that day shows: nothing later slips in."""
    for step in data(client, query)["history"]:
        joined = f"{query}&" if query else "?"
        then = data(client, f"{joined}as_of={step['day']}")
        assert then["ranking"] == [{**each, "url": f"{each['url']}?as_of={step['day']}"} for each in step["ranking"]], (
            step["day"]
        )
        assert then["history"][-1]["day"] == step["day"]


def test_june_2025_and_today(client: TestClient) -> None:
    """In June 2025 one claim more or less turned the ranking over; today the agreements signed since hold it."""
    then, now = data(client, f"?{JUNE}"), data(client)
    assert [each["scenario"] for each in then["ranking"]] == ["new-terms", "complaint", "rupture", "drift"]
    assert {each["claim"] for each in then["linchpins"]} == {"r033", "u17-b"}
    assert now["linchpins"] == []
    visible = {each["id"]: each for each in then["claims"]}
    assert "u8-b" in visible
    assert "r068-b" not in visible
    today = {each["id"]: each for each in now["claims"]}
    assert set(visible) < set(today)
    assert visible["u8-b"]["counts"]
    assert not today["u8-b"]["counts"]
    assert as_read(now["ranking"])["drift"][0] > as_read(then["ranking"])["drift"][0]


def test_a_better_source_makes_a_claim_weigh_more(client: TestClient) -> None:
    """The joint statement stands on the article alone at first, and on a better source from the next day on."""
    (claim,) = (each for each in data(client)["claims"] if each["id"] == "u17-b")
    assert claim["counted"] == [
        {"since": "2025-06-17", "until": "2025-06-19", "weight": "2/5"},
        {"since": "2025-06-19", "until": None, "weight": "3/5"},
    ]


@pytest.mark.parametrize("day", ["2025-06-18", "2025-12-01", "2026-11-22"])
def test_what_is_deprecated_does_not_count(client: TestClient, day: str) -> None:
    """A rated claim counts on a day exactly if it is not deprecated on that day."""
    for claim in data(client, f"?as_of={day}")["claims"]:
        rank = client.get(f"/en/claims/{claim['id']}.json?as_of={day}").json()["item"]["rank"]
        assert claim["counts"] is (rank != "deprecated"), claim["id"]


def test_the_ratings_are_those_of_the_dossier(client: TestClient, dossier: Dossier) -> None:
    """Each rated claim is there once, in the dossier's order, with its ratings and reasons in the page's language."""
    for language in ("en", "fr"):
        found = data(client, language=language)["claims"]
        assert [each["id"] for each in found] == [entry.claim for entry in dossier.consistency]
        for claim, entry in zip(found, dossier.consistency, strict=True):
            typed = {each.scenario: (each.value, getattr(each.reason, language)) for each in entry.ratings}
            assert {each["scenario"]: (each["value"], each["reason"]) for each in claim["ratings"]} == typed
    assert 20 <= len(dossier.consistency) <= 26
    assert {each["attribution"] for each in found} >= {"filing", "party", "joint", "unnamed", "report"}
    assert {each["discriminates"] for each in found} == {True, False}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("query", VIEWS[:5])
def test_the_page_shows_what_the_data_says(
    client: TestClient, page: Callable[..., Page], query: str, language: str
) -> None:
    """Ranking, matrix, marks and switches on the page are those of the JSON at the same address."""
    found, shown = data(client, query, language), page(f"/{language}{PATH}{query}")
    rows = [each for each in shown.all("tr") if each.get("data-against")]
    assert [(row.get("data-scenario"), row.get("data-score"), row.get("data-against")) for row in rows] == [
        (each["scenario"], each["score"], str(each["against"])) for each in found["ranking"]
    ]
    for row, each in zip(rows, found["ranking"], strict=True):
        printed = shown.words(row).replace(",", ".").split()
        assert {str(each["rank"]), str(each["against"])} <= set(printed)
        assert Fraction(each["score"]) in {Fraction(word) for word in printed if word.replace(".", "").isdigit()}
    assert shown.count == sum(each["counts"] for each in found["claims"])
    assert set(shown.ids) == {each["id"] for each in found["claims"]}
    for claim in found["claims"]:
        row = shown.by_id(f"evidence-{claim['id']}")
        cells = [each for each in row.iter("td") if each.get("data-rating")]
        assert [(each.get("data-scenario"), each.get("data-rating")) for each in cells] == [
            (each["scenario"], each["value"]) for each in claim["ratings"]
        ]
        for cell, rating in zip(cells, claim["ratings"], strict=True):
            assert " ".join(rating["reason"].split()) in shown.words(cell)
        assert (row.get("data-weight"), row.get("data-discriminates") is not None) == (
            claim["weight"],
            claim["discriminates"],
        )
        assert row.get("class") == ("counted" if claim["counts"] else "uncounted")
        switches = {each.get("data-value") for each in row.iter("a") if each.get("data-facet") == "without"}
        holds = claim["counts"] or bool(claim["without"] and switches)
        assert switches == (set(claim["without"] or [f"claim:{claim['id']}"]) if holds else set())
    pins = [each.get("data-linchpin") for each in shown.all("li") if each.get("data-linchpin")]
    assert pins == [each["claim"] for each in found["linchpins"]]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("query", ["", f"?{JUNE}", "?without=attribution:joint"])
def test_the_drawing_has_the_history_of_the_data(
    client: TestClient, page: Callable[..., Page], query: str, language: str
) -> None:
    """The chart's rows are the changes of the history, and its panels' steps, read back, are those of the rows."""
    wanted: dict[str, list[tuple[str, Fraction, int]]] = {each: [] for each in SCENARIOS}
    for step in data(client, query)["history"]:
        for each in step["ranking"]:
            now = (step["day"], Fraction(each["score"]), each["rank"])
            if not wanted[each["scenario"]] or wanted[each["scenario"]][-1][1:] != now[1:]:
                wanted[each["scenario"]].append(now)
    (figure,) = (
        each for each in page(f"/{language}{PATH}{query}").all("figure") if each.get("data-chart") == "ranking"
    )
    table: dict[str, list[tuple[str, Fraction, int]]] = {}
    for row in (each for each in figure.iter("tr") if each.get("data-row")):
        day, scenario, weight, rank, _ = (each.get("data-raw") or "" for each in row.iter("td"))
        table.setdefault(scenario, []).append((day, Fraction(weight), int(rank)))
    assert table == wanted
    most = max(score for series in table.values() for _, score, _ in series)
    for drawing in figure.iter(f"{SVG}svg"):
        lines = [each for each in drawing.iter(f"{SVG}polyline") if each.get("class") == "steps"]
        grid = [float(each.get("y1") or 0) for each in drawing.iter(f"{SVG}line") if each.get("class") == "grid"]
        panels = zip(table.values(), lines, grid[::2], grid[1::2], strict=True)
        for series, line, top, floor in panels:
            corners = [tuple(map(float, each.split(","))) for each in (line.get("points") or "").split()]
            # A step is a corner at the old height and one at the new; the last corner is the day of the view.
            heights = [corners[0], *corners[2:-1:2]]
            assert len(heights) == len(series)
            for (_, y), (_, score, _) in zip(heights, series, strict=True):
                assert (floor - y) / (floor - top) * float(most) == pytest.approx(float(score), abs=0.01 * float(most))
            assert all(left <= right for (left, _), (right, _) in pairwise(corners))
        for mark in (each for each in drawing.iter(f"{SVG}a") if each.get("data-mark")):
            day = (mark.get("data-mark") or "").partition("/")[2]
            assert f"as_of={day}" in (mark.get("href") or "")


def test_a_mark_leads_to_the_page_of_its_day(page: Callable[..., Page]) -> None:
    """Every mark and every day of the table is a link that keeps what is switched off."""
    shown = page(f"/en{PATH}?without=claim:r050")
    anchors = (*shown.all("a"), *shown.all(f"{SVG}a"))
    links = {each.get("href") or "" for each in anchors if "as_of=" in (each.get("href") or "")}
    assert links
    for link in sorted(links):
        assert link.endswith("&without=claim:r050"), link
        page(link)


@pytest.mark.parametrize("bad", ["claim:u1", "claim:nothing", "attribution:gossip", "unnamed", "party:openai"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_cannot_be_left_out_is_refused(page: Callable[..., Page], bad: str, language: str) -> None:
    """A claim that is not rated, or a word that is no attribution, is a 400 that names the parameter and a way out."""
    found = page(f"/{language}{PATH}?without={bad}", 400)
    assert found.words(found.by_id("bad-parameter")) == "without"
    assert bad in found.main
    assert "claim:u8-b" in found.main
    page(found.by_id("way-out").get("href") or "")


def test_other_pages_take_no_switch(page: Callable[..., Page]) -> None:
    """What leaves evidence out means nothing elsewhere, and nothing is ignored."""
    for path in ("/claims", "/scenarios", "/scenarios/drift"):
        found = page(f"/en{path}?without=claim:u8-b", 400)
        assert found.words(found.by_id("bad-parameter")) == "without"


def test_an_address_has_one_form(client: TestClient) -> None:
    """Repeated switches lead to the canonical address; the colon stays readable."""
    asked = f"/en{PATH}?without=claim:u8-b&without=attribution:unnamed&without=claim:u8-b"
    response = client.get(asked)
    assert response.status_code == 308
    assert response.headers["location"] == f"/en{PATH}?without=attribution:unnamed&without=claim:u8-b"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_claim_says_that_it_bears_on_scenarios(page: Callable[..., Page], dossier: Dossier, language: str) -> None:
    """A rated claim's page names the scenarios that it concerns and leads to its row; another claim's does not."""
    for claim, names in (("u8-b", 4), ("r065", 1)):
        shown = page(f"/{language}/claims/{claim}")
        (link,) = (each for each in shown.all("a") if f"#evidence-{claim}" in (each.get("href") or ""))
        assert shown.words(link).count(",") == names - 1
        assert page(link.get("href") or "").has_id(f"evidence-{claim}")
    assert PATH not in page(f"/{language}/claims/u1").main


def test_the_panel_leads_here(page: Callable[..., Page]) -> None:
    """The scenario panel has the analyses in one list of links."""
    (nav,) = (
        each for each in page("/en/scenarios?as_of=2025-06-18").all("nav") if "analyses" in (each.get("class") or "")
    )
    assert f"/en{PATH}?as_of=2025-06-18" in [each.get("href") for each in nav.iter("a")]
