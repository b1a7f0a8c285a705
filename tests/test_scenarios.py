"""The scenario panel: where the scenarios stand, what the reader's weights make of them, and likelihoods as on file."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from starlette.testclient import TestClient

from app.dossier.loading import load_dossier
from app.main import create_app
from app.publish.building import publish
from app.scenarios.likelihood import BANDS
from app.settings import Settings
from app.vocabulary import LikelihoodWord
from tests.page import Page, data
from tests.stores import new_store
from tests.test_dossier import change, faults_of, line_of, write_small

FetchPage = Callable[..., Page]
SCENARIOS = ("new-terms", "drift", "complaint", "rupture")
AREAS = ("industry", "regulation", "market", "technology")
THEN = "as_of=2025-06-18"


def within(element: Element, tag: str, **attributes: str) -> list[Element]:
    wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
    found = [each for each in element.iter() if tag in ("*", each.tag)]
    return [each for each in found if all(each.get(name) == value for name, value in wanted.items())]


# Where they stand


def test_june_2025_and_today_differ(client: TestClient) -> None:
    """In June 2025 all four were open; today new terms have come about twice, drift is overtaken and two are open."""
    then = data(client, f"/en/scenarios.json?{THEN}")["scenarios"]
    assert [(each["id"], each["status"]) for each in then] == [(each, "open") for each in SCENARIOS]
    assert all([step["status"] for step in each["history"]] == ["open"] for each in then)
    now = {each["id"]: each for each in data(client, "/en/scenarios.json")["scenarios"]}
    assert [(step["status"], step["since"]) for step in now["new-terms"]["history"]] == [
        ("open", "2025-06-16"),
        ("occurred", "2025-10-28"),
        ("occurred", "2026-04-27"),
    ]
    assert {each: now[each]["status"] for each in SCENARIOS[1:]} == {
        "drift": "overtaken",
        "complaint": "open",
        "rupture": "open",
    }


@pytest.mark.parametrize(
    ("language", "days"),
    [("en", ("28\u00a0October 2025", "27\u00a0April 2026")), ("fr", ("28\u00a0octobre 2025", "27\u00a0avril 2026"))],
)
def test_both_occurrences_are_shown(page: FetchPage, language: str, days: tuple[str, str]) -> None:
    """The panel and the scenario's own page give both days on which new terms came about; June 2025 gives neither."""
    for path in ("/scenarios", "/scenarios/new-terms"):
        now, then = page(f"/{language}{path}"), page(f"/{language}{path}?{THEN}")
        for day in days:
            assert day in "".join(now.all("main")[0].itertext())
            assert day not in "".join(then.all("main")[0].itertext())
    row = page(f"/{language}/scenarios").by_id("scenario-new-terms")
    assert [each.get("datetime") for each in within(row, "time")[:2]] == ["2025-10-28", "2026-04-27"]


def test_each_definition_can_be_judged(client: TestClient) -> None:
    """Each scenario says when it is true, from when and until when, and what would show it coming."""
    for each in data(client, "/en/scenarios.json")["scenarios"]:
        assert each["definition"].startswith("True if")
        assert each["start"] < each["horizon"]
        assert len(each["signposts"]) >= 3
        assert all((line["seen"] is None) == (line["seen_on"] is None) for line in each["signposts"])
    for each in data(client, "/fr/scenarios.json")["scenarios"]:
        assert each["definition"].startswith("Vrai si")


@pytest.mark.parametrize(("query", "seen"), [("", [4, 2, 2, 2]), (f"?{THEN}", [0, 1, 1, 0])])
def test_signposts_are_counted(client: TestClient, page: FetchPage, query: str, seen: list[int]) -> None:
    """The panel says how many of a scenario's signposts were seen by the day, as the data has them."""
    scenarios = data(client, f"/en/scenarios.json{query}")["scenarios"]
    assert [sum(line["seen"] is not None for line in each["signposts"]) for each in scenarios] == seen
    found = page(f"/en/scenarios{query}")
    shown = found.all("a", **{"class": "signposts-seen"})
    assert [found.words(each) for each in shown] == [
        f"signposts seen: {count} of {len(each['signposts'])}" for count, each in zip(seen, scenarios, strict=True)
    ]


# Cells


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_cell_has_its_own_address(client: TestClient, page: FetchPage, language: str) -> None:
    """Each of the sixteen cells has an address, the same on the page and in the data, that unfolds it alone."""
    impacts = data(client, f"/{language}/scenarios.json")["impacts"]
    panel = page(f"/{language}/scenarios")
    assert len({each["url"] for each in impacts}) == 16
    for each in impacts:
        cell = panel.by_id(f"impact-{each['id']}")
        (link,) = within(cell, "a", **{"class": "cell-address"})
        assert link.get("href") == each["url"]
        address, _, anchor = each["url"].partition("#")
        opened = page(address)
        assert anchor == f"impact-{each['id']}"
        unfolded = [one.get("id") for one in opened.all("details") if one.get("open") is not None]
        assert unfolded == [f"reasoning-{each['id']}"]


def test_a_cell_keeps_what_was_picked(page: FetchPage) -> None:
    """The address of a cell keeps the scenarios, areas, day and weights; picking another scenario folds it again."""
    query = f"impact=market&{THEN}&scenario=drift&w.drift=1"
    found = page(f"/en/scenarios?{query}")
    (link,) = found.all("a", **{"class": "cell-address"})
    assert link.get("href") == f"/en/scenarios?{query}&cell=drift-market#impact-drift-market"
    opened = page(f"/en/scenarios?{query}&cell=drift-market")
    assert opened.facet("scenario")["rupture"][1] == f"/en/scenarios?{query.replace('&w', '&scenario=rupture&w')}"


@pytest.mark.parametrize(
    "query", ["cell=nothing", "cell=drift-market&scenario=rupture", "cell=drift-market&impact=industry"]
)
def test_a_cell_that_is_not_shown_is_refused(client: TestClient, page: FetchPage, query: str) -> None:
    """A cell that the panel does not show is named as bad, with those that it does."""
    assert (
        page(f"/en/scenarios?{query}", 400).words(page(f"/en/scenarios?{query}", 400).by_id("bad-parameter")) == "cell"
    )
    problem = data(client, f"/en/scenarios.json?{query}", 400)
    assert problem["parameter"] == "cell"
    assert problem["expected"]
    assert all(client.get(f"/en/scenarios?cell={each}").status_code == 200 for each in problem["expected"])


# Weights


def test_only_the_proportions_matter(client: TestClient, page: FetchPage) -> None:
    """1 and 1 is 50 and 50: the same shares, ranges and order, in the data and in the foot of the table."""
    ones, fifties = "w.new-terms=1&w.rupture=1", "w.new-terms=50&w.rupture=50"
    kept = ("weights", "weighted", "contributions", "order", "strengths")
    one, fifty = (data(client, f"/en/scenarios.json?{query}") for query in (ones, fifties))
    assert {each: one[each] for each in kept} == {each: fifty[each] for each in kept}
    assert one["weights"] == {"new-terms": "1/2", "drift": "0", "complaint": "0", "rupture": "1/2"}
    feet = [page(f"/en/scenarios?{query}").by_id("weighted") for query in (ones, fifties)]
    assert [each.get("value") for each in within(feet[0], "data")] == [
        each.get("value") for each in within(feet[1], "data")
    ]


def test_without_weights_nothing_is_weighed(client: TestClient, page: FetchPage) -> None:
    """The panel has sixteen impacts and no weights of its own; fields sent empty lead to its plain address."""
    plain = data(client, "/en/scenarios.json")
    assert len(plain["impacts"]) == 16
    assert not {"weights", "weighted", "order", "flips"} & set(plain)
    found = page("/en/scenarios")
    assert not found.has_id("weighted")
    assert [each.get("value") for each in found.all("input", type="number")] == ["", "", "", ""]
    asked = client.get("/en/scenarios?w.new-terms=&w.drift=&w.complaint=&w.rupture=")
    assert (asked.status_code, asked.headers["location"]) == (308, "/en/scenarios")


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        ("w.new-terms=50&w.drift=0&w.complaint=&w.rupture=0.0", "w.new-terms=50"),
        ("w.new-terms=050.50&w.drift=1", "w.drift=1&w.new-terms=50.5"),
        (f"w.drift=007&{THEN}&impact=market", f"impact=market&{THEN}&w.drift=7"),
    ],
)
def test_weights_have_one_address(client: TestClient, asked: str, canonical: str) -> None:
    """What a form sends leads to the canonical address: no zeros that say nothing, weights after all else."""
    response = client.get(f"/en/scenarios?{asked}")
    assert response.status_code == 308
    assert response.headers["location"] == f"/en/scenarios?{canonical}"


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("w.drift=-1", "w.drift", "not a weight"),
        ("w.drift=30%25", "w.drift", "not a weight"),
        ("w.drift=0&w.rupture=0", "w.drift", "All weights are zero"),
        ("w.peace=1", "w.peace", "no such parameter"),
        ("w.drift=1&w.drift=2", "w.drift", "more than once"),
    ],
)
def test_a_bad_weight_is_named(client: TestClient, page: FetchPage, query: str, parameter: str, detail: str) -> None:
    """A weight that cannot be used is a page, and a problem document, that names it and says why."""
    found = page(f"/en/scenarios?{query}", 400)
    assert found.words(found.by_id("bad-parameter")) == parameter
    assert detail in found.main
    assert data(client, f"/en/scenarios.json?{query}", 400)["parameter"] == parameter


def test_no_other_page_takes_weights(client: TestClient) -> None:
    """Weights mean nothing on a list or on the page of one scenario, so they are refused there."""
    for path in ("claims", "scenarios/drift", "impacts/market", ""):
        assert client.get(f"/en/{path}?w.drift=1").status_code == 400


def test_the_weights_go_with_the_reader(page: FetchPage) -> None:
    """Choices, the form, the day, the other language and the data keep the weights; clearing them keeps the rest."""
    query = "impact=market&scenario=drift&w.drift=2&w.rupture=0.5"
    found = page(f"/en/scenarios?{query}")
    assert found.facet("scenario")["rupture"][1].endswith(query.replace("&w.d", "&scenario=rupture&w.d"))
    assert found.by_id("other-language").get("href") == f"/fr/scenarios?{query}"
    assert found.by_id("weights-clear").get("href") == "/en/scenarios?impact=market&scenario=drift"
    assert found.by_id("clear").get("href") == "/en/scenarios?w.drift=2&w.rupture=0.5"
    hidden = {
        form.get("id"): [(each.get("name"), each.get("value")) for each in within(form, "input", type="hidden")]
        for form in found.all("form")
    }
    assert hidden["weights-form"] == [("impact", "market"), ("scenario", "drift")]
    assert ("w.rupture", "0.5") in hidden["as-of"]
    assert any(link.endswith(f"/en/scenarios.json?{query}") for link in found.links())


VIEWS = (
    "w.new-terms=1&w.rupture=1",
    "w.new-terms=50&w.drift=30",
    "w.new-terms=33.333&w.drift=0.001&w.complaint=999999999.999&w.rupture=7",
    "w.complaint=5",
    "impact=market&w.drift=3&w.rupture=4",
    "impact=industry&impact=market&scenario=drift&w.drift=30&w.new-terms=10",
    f"{THEN}&w.new-terms=2&w.drift=1&w.complaint=1",
)


def printed(value: Fraction, language: str) -> str:
    """A fraction as the page prints it: exact to three decimals, or rounded to two and marked."""
    exact = (value * 1000).denominator == 1
    text = f"{float(value):,.3f}" if exact else f"{float(round(value * 100)) / 100:,.2f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if language == "fr":
        text = text.replace(",", "\u00a0").replace(".", ",")
    return text if exact else f"≈\u00a0{text}"


def hold_numbers(element: Element, expected: list[Fraction], language: str) -> None:
    """The numbers of an element are these, as fractions and as printed."""
    shown = within(element, "data")
    assert [Fraction(each.get("value") or "") for each in shown] == expected
    assert ["".join(each.itertext()) for each in shown] == [printed(each, language) for each in expected]


def span(low: Fraction, high: Fraction) -> list[Fraction]:
    return [low] if low == high else [low, high]


def recomputed(
    panel: Mapping[str, Any],
) -> tuple[dict[str, Fraction], dict[str, list[Fraction]], dict[str, list[Fraction]]]:
    """Shares, areas and contributions, from the reader's numbers and the words of the impacts alone."""
    raw = {each: Fraction(panel["filter"].get(f"w.{each}", "0")) for each in SCENARIOS}
    shares = {each: weight / sum(raw.values()) for each, weight in raw.items()}
    strengths = {
        (each["scenario"], each["area"]): (Fraction(each["low"]), Fraction(each["high"])) for each in panel["strengths"]
    }
    for each in panel["impacts"]:
        stated = {"weak": 1, "moderate": 2, "strong": 3}.get(each["strength"])
        low, high = (stated, stated) if stated else (0 if each["direction"] == "not-stated" else 1, 3)
        assert strengths[each["scenario"], each["area"]] == (low, high)
    areas = [each["id"] for each in panel["areas"]]
    assert set(strengths) == {(scenario, area) for scenario in SCENARIOS for area in areas}
    by_area = {a: [sum(shares[s] * strengths[s, a][end] for s in SCENARIOS) for end in (0, 1)] for a in areas}
    by_scenario = {s: [shares[s] * sum(strengths[s, a][end] for a in areas) for end in (0, 1)] for s in SCENARIOS}
    return shares, by_area, by_scenario


@pytest.mark.parametrize("query", VIEWS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_number_on_the_page_follows_from_the_data(
    client: TestClient, page: FetchPage, language: str, query: str
) -> None:
    """Shares, ranges, order and distances on the page are those of the data, and follow from its words and weights."""
    panel = data(client, f"/{language}/scenarios.json?{query}")
    found = page(client.get(f"/{language}/scenarios?{query}").headers.get("location", f"/{language}/scenarios?{query}"))
    shares, areas, scenarios = recomputed(panel)
    assert {each: Fraction(share) for each, share in panel["weights"].items()} == shares
    for key, name, ranges in (("weighted", "area", areas), ("contributions", "scenario", scenarios)):
        assert {each[name]: [Fraction(each["low"]), Fraction(each["high"])] for each in panel[key]} == ranges
    counted = 0
    for field in within(found.by_id("weights-form"), "div", **{"class": "weight"}):
        (share,) = within(field, "data")
        assert share.get("value") == found.words(share) == panel["weights"][field.get("data-scenario")]
        counted += 1
    for cell in within(found.by_id("weighted"), "td"):
        expected = span(*areas[cell.get("data-area") or ""])
        hold_numbers(cell, expected, language)
        counted += len(expected)
    for kind, ranges in (("areas", areas), ("scenarios", scenarios)):
        ranking = found.by_id(f"ranking-{kind}")
        order = [each.get("data-ranked") or "" for each in within(ranking, "tr") if each.get("data-ranked")]
        assert order == panel["order"][kind]
        assert all(sum(ranges[one]) >= sum(ranges[other]) for one, other in pairwise(order))
        for row in within(ranking, "tr"):
            if name := row.get("data-ranked"):
                expected = span(*ranges[name])
                hold_numbers(row, expected, language)
                counted += len(expected)
        lines = [each for each in within(ranking, "li") if each.get("data-ahead")]
        assert len(lines) == len(panel["flips"][kind]) == len(order) - 1
        for line, step in zip(lines, panel["flips"][kind], strict=True):
            assert (line.get("data-ahead"), line.get("data-behind")) == (step["ahead"], step["behind"])
            assert step["certain"] == (ranges[step["ahead"]][0] > ranges[step["behind"]][1])
            assert step["tied"] == (sum(ranges[step["ahead"]]) == sum(ranges[step["behind"]]))
            expected = list(_distances(step))
            hold_numbers(line, expected, language)
            counted += len(expected)
    assert counted == len(found.all("data")), "a number on the page is not among those compared"


def _distances(step: Mapping[str, Any]) -> Iterator[Fraction]:
    """The numbers of a sentence on what makes two level: the change (unless it is to nothing), from, and to."""
    if step["changes"]:
        flip = {name: Fraction(step["changes"][0][name]) for name in ("given", "level", "change")}
        assert flip["given"] + flip["change"] == flip["level"]
        if flip["level"]:
            yield abs(flip["change"])
        yield from (flip["given"], flip["level"])


@pytest.mark.parametrize("query", [each for each in VIEWS if "999999999" not in each])
def test_the_named_change_makes_level(client: TestClient, query: str) -> None:
    """The reader who changes a weight as the data says finds the two level.

    A level such as 85/3 cannot be typed, but weights have no scale: all of them times three can.
    """
    panel = data(client, f"/en/scenarios.json?{query}")
    picked = [(name, one) for name in ("impact", "scenario") for one in panel["filter"].get(name, ())]
    picked += [(name, value) for name, value in panel["filter"].items() if name == "as_of"]
    tried = 0
    for kind, key, name in (("areas", "weighted", "area"), ("scenarios", "contributions", "scenario")):
        for step in panel["flips"][kind]:
            for flip in step["changes"]:
                weights = {each: Fraction(panel["filter"].get(f"w.{each}", "0")) for each in SCENARIOS}
                weights[flip["scenario"]] = Fraction(flip["level"])
                scale = Fraction(flip["level"]).denominator
                typed = [(f"w.{each}", f"{float(weight * scale):.3f}") for each, weight in weights.items()]
                answer = client.get("/en/scenarios.json", params=[*picked, *typed]).json()
                ends = {each[name]: Fraction(each["low"]) + Fraction(each["high"]) for each in answer[key]}
                assert ends[step["ahead"]] == ends[step["behind"]]
                tried += 1
    assert tried


# Likelihoods


@pytest.mark.parametrize("query", ["", f"?{THEN}"])
@pytest.mark.parametrize(
    ("language", "words"), [("en", "Likelihood: not estimated"), ("fr", "Probabilité : non estimée")]
)
def test_nothing_on_file_estimates_a_likelihood(
    client: TestClient, page: FetchPage, language: str, words: str, query: str
) -> None:
    """Every likelihood is null in the data and "not estimated" on the page, and no chance is put in figures."""
    panel = data(client, f"/{language}/scenarios.json{query}")
    assert [each["likelihood"] for each in panel["impacts"]] == [None] * 16
    found = page(f"/{language}/scenarios{query}")
    said = [found.words(each) for each in found.all("p", **{"class": "likelihood"})]
    assert [each.replace("\u00a0", " ") for each in said] == [words] * 16
    assert not [each for each in found.root.iter() if each.get("data-likelihood")]
    if query:
        assert "%" not in found.main, "as of June 2025 no cell and no weight is a percentage"


LIKELIHOOD = """\
  likelihood:
    word: likely
    author: {en: A named analyst, fr: Une analyste nommée}
    date: 2025-07
    basis: {en: Counted from ten earlier deals., fr: Compté sur dix.}
"""
REASONED = "  claims: [talks]\n"


@pytest.fixture
def estimated(tmp_path: Path) -> Iterator[TestClient]:
    """The small dossier's site, where somebody estimated a likelihood in July 2025."""
    dossier = write_small(tmp_path)
    change(dossier, "impacts.yaml", REASONED, REASONED + LIKELIHOOD)
    releases = new_store(tmp_path / "releases")
    publish(load_dossier(dossier), releases)
    app = create_app(Settings(releases=releases.place), clock=lambda: date(2026, 11, 22))
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


@pytest.mark.parametrize("path", ["/scenarios", "/scenarios/accord", "/impacts/market"])
def test_a_likelihood_has_an_author_a_date_and_a_basis(estimated: TestClient, path: str) -> None:
    """An estimate on file is shown with its word's band, who gave it, when and on what, apart from how firm it is."""
    for language, words in (
        ("en", "Likelihood: likely, 55 to 80% (A named analyst, July 2025). Basis: Counted from ten earlier deals."),
        ("fr", "Probabilité : probable, de 55 à 80 % (Une analyste nommée, juillet 2025). Fondement : Compté sur dix."),
    ):
        found = Page.fetch(estimated, f"/{language}{path}", 200, {})
        (paragraph,) = found.all("p", **{"class": "likelihood"})
        assert found.words(paragraph).replace("\u00a0", " ") == words
        assert not re.search(r"reasoned|observed|argument|constat|confian|confiden", found.words(paragraph).lower())


def test_a_likelihood_in_the_data(estimated: TestClient) -> None:
    """The data has the word, its band, author, date and basis; before the estimate it is null."""
    (impact,) = data(estimated, "/en/scenarios.json")["impacts"]
    assert impact["likelihood"] == {
        "word": "likely",
        "band": {"low": 55, "high": 80},
        "author": "A named analyst",
        "date": "2025-07",
        "basis": "Counted from ten earlier deals.",
    }
    # An estimate of July 2025 was surely known at the end of that month.
    for day, known in (("2025-07-01", False), ("2025-07-30", False), ("2025-07-31", True)):
        (impact,) = data(estimated, f"/en/scenarios.json?as_of={day}")["impacts"]
        assert impact["reasoning"]
        assert (impact["likelihood"] is not None) == known


@pytest.mark.parametrize(
    ("left_out", "field"),
    [("    word: likely\n", "word"), ("    date: 2025-07\n", "date"),
     ("    author: {en: A named analyst, fr: Une analyste nommée}\n", "author"),
     ("    basis: {en: Counted from ten earlier deals., fr: Compté sur dix.}\n", "basis")],
)  # fmt: skip
def test_a_likelihood_is_whole_or_a_fault(tmp_path: Path, left_out: str, field: str) -> None:
    """Without its word, author, date or basis a likelihood is a fault with its file and line."""
    dossier = write_small(tmp_path)
    change(dossier, "impacts.yaml", REASONED, REASONED + LIKELIHOOD)
    text = change(dossier, "impacts.yaml", left_out, "")
    (fault,) = faults_of(dossier)
    assert fault.startswith(f"dossier/impacts.yaml:{line_of(text, '  likelihood:')}: likelihood.{field}: "), fault


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("word: likely", "word: probable", "likelihood.word"),
        ("word: likely", "word: likely\n    band: 55-80", "likelihood.band"),
        ("word: likely", "word: likely\n    chance: 60", "likelihood.chance"),
        ("date: 2025-07", "date: soon", "likelihood.date"),
        ("en: Counted from ten", "en: With high confidence from ten", "likelihood.basis.en"),
        ("fr: Compté", "fr: Avec une confiance élevée", "likelihood.basis.fr"),
    ],
)
def test_a_likelihood_is_held_to_its_rules(tmp_path: Path, old: str, new: str, field: str) -> None:
    """One of the seven words, no band or chance of one's own, a date, and no confidence in the same sentence."""
    dossier = write_small(tmp_path)
    change(dossier, "impacts.yaml", REASONED, REASONED + LIKELIHOOD)
    assert faults_of(dossier) == []
    change(dossier, "impacts.yaml", old, new)
    (fault,) = faults_of(dossier)
    assert re.match(rf"dossier/impacts\.yaml:\d+: {re.escape(field)}: ", fault), fault


def test_nothing_on_file_has_no_likelihood(tmp_path: Path) -> None:
    """A cell with nothing on file has nothing that could be likely."""
    dossier = write_small(tmp_path)
    change(dossier, "impacts.yaml", REASONED, LIKELIHOOD)
    for old in ("direction: increases", "strength: weak"):
        change(dossier, "impacts.yaml", old, f"{old.partition(':')[0]}: not-stated")
    change(dossier, "impacts.yaml", "firmness: reasoned", "firmness: nothing")
    (fault,) = faults_of(dossier)
    assert "likelihood: nothing is on file, expected no likelihood of it" in fault


@pytest.mark.parametrize(("language", "band"), [("en", "55 to 80%"), ("fr", "de 55 à 80 %")])
def test_the_scale_of_likelihoods_is_explained(page: FetchPage, language: str, band: str) -> None:
    """The method's page gives each of the seven words with its band."""
    found = page(f"/{language}/about")
    scale = list(found.root.iter())
    start = scale.index(found.by_id("scale-likelihood"))
    words = [found.words(each).replace("\u00a0", " ") for each in scale[start:] if each.tag == "dd"]
    assert len(words) == 7
    assert words[4] == band


def test_the_seven_words_fill_the_scale() -> None:
    """The bands are those of ICD 203, from 1 to 99, each beginning where the one before it ends."""
    assert set(BANDS) == set(LikelihoodWord)
    bands = [BANDS[word] for word in LikelihoodWord]
    assert [(band.low, band.high) for band in bands] == [
        (1, 5), (5, 20), (20, 45), (45, 55), (55, 80), (80, 95), (95, 99),
    ]  # fmt: skip
    assert all(lower.high == upper.low for lower, upper in pairwise(bands))
