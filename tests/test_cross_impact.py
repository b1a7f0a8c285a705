"""Cross-impact balance: the published worked example, the method's invariances, the dossier's matrix and its page."""

from collections.abc import Callable
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.scenarios.cross_impact import Matrix, Outcome, consistent_combinations, count_combinations, weigh
from tests.page import Page

deterministic = settings(
    derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate, Phase.shrink)
)

# "Somewhereland", the worked example of W. Weimer-Jehle: the figures are those of figure 2-2 of the ScenarioWizard
# manual (University of Stuttgart, 2013). Each row is what one outcome does to the outcomes of A, B, C, D, E, F, its own
# descriptor left out.
SOMEWHERELAND_OUTCOMES = {"A": 3, "B": 3, "C": 3, "D": 2, "E": 3, "F": 3}
SOMEWHERELAND_ROWS = """
A1 -2  1  1   0  0  0   0  0  -2  1  1   0  0  0
A2  2  1 -3  -2 -1  3  -2  2   0  0  0   2 -1 -1
A3  0  0  0   0  2 -2   3 -3   2 -1 -1  -2  2  0
B1  0  0  0  -2  1  1   0  0   0  0  0   0  0  0
B2  0  0  0   0  1 -1   0  0   1  0 -1   0  0  0
B3  3 -1 -2   3  0 -3   0  0   3 -1 -2  -2  1  1
C1  2  1 -3   0  0  0  -2  2  -3  1  2   0  0  0
C2 -1  2 -1   0  0  0   0  0   0  0  0   0  0  0
C3  0  0  0   0  0  0  -2  2   3 -1 -2   0  0  0
D1  0  0  0   0  0  0   0  0  0   3 -1 -2  -2  1  1
D2  0 -3  3   0  0  0   0  0  0  -3  1  2   2 -1 -1
E1  0  0  0   0  0  0  -2 -1  3   0  0   2 -1 -1
E2  0  0  0  -1  0  1   1  1 -2   0  0  -1  0  1
E3  2 -1 -1  -3  1  2   3  0 -3   0  0  -2 -1  3
F1  0  3 -3   0  0  0  -3  0  3  -3  3  -2  1  1
F2  1 -2  1   0  0  0  -1  2 -1   2 -2   2 -1 -1
F3  0  0  0   0  0  0  -1  2 -1   1 -1   2 -1 -1
"""


def somewhereland() -> Matrix:
    descriptors = {name: [str(n + 1) for n in range(size)] for name, size in SOMEWHERELAND_OUTCOMES.items()}
    influences: dict[tuple[Outcome, Outcome], int] = {}
    for line in SOMEWHERELAND_ROWS.split("\n"):
        if not line:
            continue
        name, *figures = line.split()
        effects = [(each, n) for each in descriptors if each != name[0] for n in descriptors[each]]
        for effect, figure in zip(effects, figures, strict=True):
            if int(figure):
                influences[(name[0], name[1]), effect] = int(figure)
    return Matrix(descriptors, influences)


def named(chosen: tuple[Outcome, ...]) -> str:
    return " ".join(f"{descriptor}{outcome}" for descriptor, outcome in chosen)


def test_the_published_impact_sums_are_reproduced() -> None:
    """The combination the manual works through by hand has the impact sums that it prints, and fails at wealth (D)."""
    chosen = tuple(zip("ABCDEF", "213111", strict=True))
    found = weigh(somewhereland(), chosen)
    printed = [[0, 3, -3], [2, 1, -3], [-9, -1, 10], [-7, 7], [4, -1, -3], [2, -1, -1]]
    assert [[score for _, score in each.sums] for each in found.balances] == printed
    assert [each.chosen[0] for each in found.balances if each.margin < 0] == ["D"]
    assert found.consistency == -14


def test_the_published_number_of_consistent_combinations_is_found() -> None:
    """Of Somewhereland's 486 combinations ten are consistent, as published; which ten follows from the figures."""
    matrix = somewhereland()
    found = consistent_combinations(matrix)
    assert count_combinations(matrix) == 486
    assert sorted(named(each.chosen) for each in found) == [
        "A1 B2 C2 D1 E1 F2",
        "A1 B3 C1 D2 E3 F3",
        "A1 B3 C2 D1 E1 F2",
        "A1 B3 C2 D1 E1 F3",
        "A2 B1 C3 D2 E2 F1",
        "A2 B2 C3 D2 E2 F1",
        "A3 B1 C2 D1 E1 F2",
        "A3 B1 C3 D2 E1 F1",
        "A3 B2 C2 D1 E1 F2",
        "A3 B2 C3 D2 E1 F1",
    ]


def obviously_consistent(matrix: Matrix) -> set[tuple[Outcome, ...]]:
    """The definition, word for word and slowly: in each descriptor no other outcome would have a greater sum."""
    found = set()
    names = list(matrix.descriptors)
    for outcomes in product(*matrix.descriptors.values()):
        holds = True
        for here, name in enumerate(names):
            totals = {}
            for candidate in matrix.descriptors[name]:
                total = 0
                for there, other in enumerate(names):
                    if there != here:
                        total += matrix.influences.get(((other, outcomes[there]), (name, candidate)), 0)
                totals[candidate] = total
            if totals[outcomes[here]] != max(totals.values()):
                holds = False
        if holds:
            found.add(tuple(zip(names, outcomes, strict=True)))
    return found


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    sizes = draw(st.lists(st.integers(2, 3), min_size=2, max_size=4))
    descriptors = {f"d{n}": [f"o{m}" for m in range(size)] for n, size in enumerate(sizes)}
    outcomes = [(name, each) for name, all_of in descriptors.items() for each in all_of]
    pairs = [(cause, effect) for cause in outcomes for effect in outcomes if cause[0] != effect[0]]
    values = draw(st.lists(st.integers(-3, 3), min_size=len(pairs), max_size=len(pairs)))
    return Matrix(descriptors, {pair: value for pair, value in zip(pairs, values, strict=True) if value})


@deterministic
@given(matrices())
def test_what_is_found_is_what_the_definition_says(matrix: Matrix) -> None:
    """For any matrix, the consistent combinations are those of the slow and obvious reading of the definition."""
    assert {each.chosen for each in consistent_combinations(matrix)} == obviously_consistent(matrix)


@deterministic
@given(matrices(), st.integers(-3, 3), st.data())
def test_a_constant_on_a_whole_judgement_changes_nothing(matrix: Matrix, constant: int, data: st.DataObject) -> None:
    """The same number added to all that one outcome does to one descriptor leaves the consistent set as it was."""
    outcomes = [(name, each) for name, all_of in matrix.descriptors.items() for each in all_of]
    cause = data.draw(st.sampled_from(outcomes))
    target = data.draw(st.sampled_from([each for each in matrix.descriptors if each != cause[0]]))
    shifted = dict(matrix.influences)
    for each in matrix.descriptors[target]:
        shifted[cause, (target, each)] = matrix.influence(cause, (target, each)) + constant
    before, after = consistent_combinations(matrix), consistent_combinations(Matrix(matrix.descriptors, shifted))
    assert {each.chosen for each in before} == {each.chosen for each in after}
    assert {each.chosen: each.consistency for each in before} == {each.chosen: each.consistency for each in after}


@deterministic
@given(matrices())
def test_the_order_of_descriptors_does_not_matter(matrix: Matrix) -> None:
    """Whatever the order of the descriptors, the same combinations are consistent, by the same margin."""
    wanted = {frozenset(each.chosen): each.consistency for each in consistent_combinations(matrix)}
    for names in list(permutations(matrix.descriptors))[:6]:
        turned = Matrix({name: matrix.descriptors[name] for name in names}, matrix.influences)
        assert {frozenset(each.chosen): each.consistency for each in consistent_combinations(turned)} == wanted


@deterministic
@given(matrices())
def test_a_balance_adds_up(matrix: Matrix) -> None:
    """What holds an outcome and what opposes it make its impact sum; the order is the same every time."""
    found = consistent_combinations(matrix)
    assert found == consistent_combinations(matrix)
    assert [each.consistency for each in found] == sorted((each.consistency for each in found), reverse=True)
    for each in found:
        for balance in each.balances:
            assert balance.impact_sum == sum(value for _, value in (*balance.held_by, *balance.opposed_by))
            assert all(score <= balance.impact_sum for _, score in balance.beaten)


def test_without_influences_everything_is_consistent() -> None:
    """Where nothing bears on anything, no outcome is preferred, and every combination is consistent at zero."""
    found = consistent_combinations(Matrix({"a": ["x", "y"], "b": ["x", "y"]}, {}))
    assert [each.consistency for each in found] == [0, 0, 0, 0]


@pytest.mark.parametrize(("margin", "wanted"), [("1", 2), ("2", -2)])
def test_a_margin_is_the_lead_over_the_next_best(margin: str, wanted: int) -> None:
    """Worked by hand: b1 favours a1 by two, so a1 leads by two and a2 trails by two."""
    matrix = Matrix({"a": ["1", "2"], "b": ["1", "2"]}, {(("b", "1"), ("a", "1")): 2})
    assert weigh(matrix, (("a", margin), ("b", "1"))).balances[0].margin == wanted


# The dossier's matrix, and its page

ADDRESS = "/scenarios/cross-impact"


def data_of(client: TestClient, address: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(address).json()
    return found


def matrix_of(data: dict[str, Any]) -> Matrix:
    return Matrix(
        {each["id"]: [outcome["id"] for outcome in each["outcomes"]] for each in data["descriptors"]},
        {
            tuple((each[side]["descriptor"], each[side]["outcome"]) for side in ("cause", "effect")): each["value"]  # type: ignore[misc]
            for each in data["influences"]
        },
    )


@pytest.mark.parametrize("query", ["", "?as_of=2025-06-18", "?as_of=2025-11-30", "?as_of=2020-01-01"])
def test_every_number_can_be_found_again_from_the_data(client: TestClient, query: str) -> None:
    """From the judgements in the JSON alone: the combinations checked, the consistent ones, and each of their sums."""
    data = data_of(client, f"/en{ADDRESS}.json{query}")
    matrix = matrix_of(data)
    sizes = [len(outcomes) for outcomes in matrix.descriptors.values()]
    product_of_sizes = 1
    for size in sizes:
        product_of_sizes *= size
    assert data["combinations_checked"] == product_of_sizes
    listed = {tuple((each["descriptor"], each["outcome"]) for each in item["balances"]) for item in data["items"]}
    assert listed == obviously_consistent(matrix)
    assert data["count"] == len(data["items"]) == len(listed)
    for item in data["items"]:
        chosen = [(each["descriptor"], each["outcome"]) for each in item["balances"]]
        for balance in item["balances"]:
            here = balance["descriptor"]
            for outcome, score in balance["sums"].items():
                bearing = [matrix.influence(cause, (here, outcome)) for cause in chosen if cause[0] != here]
                assert score == sum(bearing)
            others = [score for outcome, score in balance["sums"].items() if outcome != balance["outcome"]]
            assert balance["margin"] == balance["sums"][balance["outcome"]] - max(others)
        assert item["consistency"] == min(balance["margin"] for balance in item["balances"]) >= 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_sentence_names_what_holds_the_combination(client: TestClient, language: str) -> None:
    """The sentence names every influence on each chosen outcome with its weight, in the reader's language."""
    data = data_of(client, f"/{language}{ADDRESS}.json")
    names = {
        (each["id"], outcome["id"]): outcome["name"] for each in data["descriptors"] for outcome in each["outcomes"]
    }
    assert data["items"]
    for item in data["items"]:
        for balance in item["balances"]:
            for each in (*balance["held_by"], *balance["opposed_by"]):
                name, value = names[each["descriptor"], each["outcome"]], f"{each['value']:+d}".replace("-", "−")
                quoted = f"« {name} » ({value})" if language == "fr" else f"“{name}” ({value})"
                assert quoted in item["sentence"].replace("\u00a0", " ")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_shows_the_matrix_and_the_combinations_of_its_data(
    page: Callable[..., Page], client: TestClient, language: str
) -> None:
    """Each judgement stands in its cell with its reason in place; each combination with its sentence."""
    found, data = page(f"/{language}{ADDRESS}"), data_of(client, f"/{language}{ADDRESS}.json")
    assert found.count == data["count"]
    assert str(data["combinations_checked"]) in found.words(found.by_id("count"))
    for each in data["influences"]:
        cell = found.by_id(f"influence-{each['id']}")
        assert cell.get("data-value") == str(each["value"])
        assert " ".join(each["reason"].split()) in found.words(cell)
        for claim in each["claims"]:
            assert any(link.get("href") == f"/{language}/claims/{claim}" for link in cell.iter("a"))
    for item in data["items"]:
        assert " ".join(item["sentence"].split()) in found.words(found.by_id(f"combination-{item['id']}"))


def test_what_was_not_published_yet_counts_for_nothing(client: TestClient, page: Callable[..., Page]) -> None:
    """As of an earlier day the influences whose claims came later are left out, and the page says how many."""
    now, then = (data_of(client, f"/en{ADDRESS}.json{query}") for query in ("", "?as_of=2025-06-18"))
    assert now["influences_left_out"] == 0
    gone = {each["id"] for each in now["influences"]} - {each["id"] for each in then["influences"]}
    assert len(gone) == then["influences_left_out"] > 0
    assert "industry-spread-technology-parallel" in gone, "the models it speaks of were launched in June 2026"
    assert all(each["claims"] for each in now["influences"] if each["id"] in gone)
    shown = page(f"/en{ADDRESS}?as_of=2025-06-18")
    (note,) = [each for each in shown.all("p") if each.get("data-left-out")]
    assert note.get("data-left-out") == str(len(gone))
    assert not shown.has_id("influence-industry-spread-technology-parallel")


def test_a_judgement_says_what_it_rests_on(client: TestClient) -> None:
    """Each influence has claims, or says that it is the editors' judgement; never both, never neither."""
    for each in data_of(client, f"/en{ADDRESS}.json")["influences"]:
        assert bool(each["claims"]) != (each["basis"] == "editor"), each["id"]


def test_the_panel_leads_to_it(page: Callable[..., Page]) -> None:
    """The scenario panel links to the page, as of the same day."""
    links = page("/fr/scenarios?as_of=2025-06-18").links()
    assert "/fr/scenarios/cross-impact?as_of=2025-06-18" in links
