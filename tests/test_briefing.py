"""The briefing of an issue: which claims it quotes, that every sentence can be followed, how long it takes to read."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlmodel import Session
from starlette.testclient import TestClient

from app.briefing import AHEAD, BEST_SOURCED, DOUBTFUL, Candidate, choose_claims, gravity
from app.queries.briefings import list_candidates, read_briefing
from app.queries.claims import read_claims
from app.queries.viewpoint import Viewpoint
from app.rendering.formats import count_words, reading_seconds
from app.vocabulary import ClaimStatus
from tests.conftest import TODAY
from tests.page import Page

ISSUES = ("ownership", "exclusive-rights", "competition", "windsurf")
DAYS = ("", "?as_of=2025-06-18", "?as_of=2019-08-01")
SECONDS = 110
"""The longest a briefing may take: about a minute for most issues, and more where much is in dispute."""

candidates = st.lists(
    st.builds(
        Candidate,
        id=st.from_regex(r"[a-z][0-9]{1,3}", fullmatch=True),
        status=st.sampled_from([str(each) for each in ClaimStatus]),
        grade=st.builds(str.__add__, st.sampled_from("ABCDEF"), st.sampled_from("123456")),
        reported=st.dates(date(2019, 1, 1), date(2026, 12, 31)),
    ),
    unique_by=lambda each: each.id,
    max_size=12,
)


@given(candidates, st.sampled_from([BEST_SOURCED, DOUBTFUL, AHEAD]), st.integers(0, 5), st.randoms())
def test_no_claim_left_out_comes_before_one_that_is_quoted(
    offered: list[Candidate], statuses: tuple[ClaimStatus, ...], most: int, random: object
) -> None:
    """Only the wanted statuses are quoted, as many as fit, best first, whatever the order in which they are offered."""
    chosen = choose_claims(offered, statuses, most)
    by_id = {each.id: each for each in offered}
    wanted = [each for each in offered if each.status in statuses]
    assert len(chosen) == min(most, len(wanted))
    shuffled = list(offered)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert choose_claims(shuffled, statuses, most) == chosen
    order = {str(each): place for place, each in enumerate(statuses)}
    ranks = [(order[by_id[each].status], by_id[each].grade, -by_id[each].reported.toordinal()) for each in chosen]
    assert ranks == sorted(ranks)
    left = [(order[each.status], each.grade, -each.reported.toordinal()) for each in wanted if each.id not in chosen]
    assert not (ranks and left) or max(ranks) <= min(left)


def test_status_comes_before_grade_and_grade_before_date() -> None:
    """A confirmed claim of grade C is quoted before a reported one of grade A, an older B1 before a newer B2."""
    day = date(2025, 6, 18)
    reported = Candidate("r1", "reported", "A1", day)
    confirmed = Candidate("r2", "confirmed", "C3", day - timedelta(days=900))
    older = Candidate("r3", "disputed", "B1", day - timedelta(days=900))
    newer = Candidate("r4", "contradicted", "A1", day)
    assert choose_claims([reported, confirmed, older, newer], BEST_SOURCED, 3) == ("r2", "r1")
    assert choose_claims([reported, confirmed, older, newer], DOUBTFUL, 1) == ("r3",)
    assert choose_claims([replace(older, grade="B2"), replace(older, id="r5")], DOUBTFUL, 1) == ("r5",)


def test_a_power_of_ten_is_the_gravest_disagreement() -> None:
    """A power of ten comes before any other disagreement, the larger ratio before the smaller, none last."""
    shapes = [("value", 3), ("condition", None), ("factor-ten", 10), ("factor-ten", 100), ("measure", 2)]
    conflicts = [SimpleNamespace(kind=kind, ratio=ratio and Fraction(ratio)) for kind, ratio in shapes]
    ordered = [(each.kind, each.ratio) for each in sorted(conflicts, key=gravity)]
    assert ordered == [("factor-ten", 100), ("factor-ten", 10), ("measure", 2), ("condition", None), ("value", 3)]


@pytest.mark.parametrize("issue", ISSUES)
def test_a_grade_is_the_best_of_what_supports_the_claim(session: Session, issue: str) -> None:
    """The grade found by one statement is the one found by looking at every piece of evidence in turn."""
    viewpoint = Viewpoint("en", date(2025, 6, 18))
    found = list_candidates(session, issue=issue, viewpoint=viewpoint)
    assert found
    cards = read_claims(session, ids=[each.id for each in found], viewpoint=viewpoint)
    for each, card in zip(found, cards, strict=True):
        grades = [line.reliability + line.credibility for line in card.evidence if line.stance == "supports"]
        assert each.grade == min(grades, default="Z9"), each.id
    assert [card.status for card in cards] == [each.status for each in found]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("issue", ISSUES)
@pytest.mark.parametrize("day", DAYS)
def test_every_sentence_ends_with_claims_that_can_be_opened(
    page: Callable[..., Page], language: str, issue: str, day: str
) -> None:
    """The last thing in each sentence is a link to a claim; each such link leads to its page; it is a short read."""
    found = page(f"/{language}/issues/{issue}/briefing{day}")
    sentences = [each for each in found.all("p") if "said" in (each.get("class") or "").split()]
    for sentence in sentences:
        last = list(sentence)[-1]
        assert last.get("class") == "cites", f"this ends with no claim: {found.words(sentence)}"
        assert not (last.tail or "").strip()
        cited = list(last.iter("a"))
        assert cited
        for each in cited:
            assert page(each.get("href") or "").has_id("main")
    quoted = [each for each in sentences if each.get("data-id")]
    assert len(quoted) <= 3 + 2 + 2 + 2
    (briefing,) = [each for each in found.all("div") if each.get("class") == "briefing"]
    assert reading_seconds(found.words(briefing)) <= SECONDS
    printed = " ".join(found.words(each) for each in found.all("p") if each.get("class") == "brief-note")
    assert f"{reading_seconds(found.words(briefing))} second" in printed.replace("\u00a0", " ")


def test_page_and_data_make_the_same_choice(page: Callable[..., Page], client: TestClient) -> None:
    """The data of a briefing quotes the page's claims, figures and expectations, in the page's order."""
    for issue in ISSUES:
        found = page(f"/en/issues/{issue}/briefing")
        item = client.get(f"/en/issues/{issue}/briefing.json").json()["item"]
        told = [*item["best_sourced"], *item["doubtful"]]
        told = [each["id"] for each in told] + [each["figure"] for each in item["figures"]]
        told += [each["id"] for each in (*item["expectations"], *item["forecasts"])]
        assert found.ids == told
        assert item["id"] == issue


def test_a_briefing_of_an_earlier_day_knows_nothing_later(session: Session, page: Callable[..., Page]) -> None:
    """On 18 June 2025 the partnership's funding at risk is disputed, and nothing reported later is quoted."""
    day = date(2025, 6, 18)
    found = read_briefing(session, identifier="ownership", viewpoint=Viewpoint("en", day))
    assert found is not None
    quoted = (*found.best, *(each.claim for each in found.doubtful), *found.forecasts)
    assert quoted
    assert all(each.reported <= day.isoformat() for each in quoted)
    assert found.issue.standing is not None
    assert found.issue.standing.status == "contested"
    assert "2026" not in page("/en/issues/ownership/briefing?as_of=2025-06-18").words(
        _briefing(page("/en/issues/ownership/briefing?as_of=2025-06-18"))
    )


def _briefing(found: Page) -> Element:
    return next(each for each in found.all("div") if each.get("class") == "briefing")


def test_what_is_left_out_is_counted(session: Session, page: Callable[..., Page]) -> None:
    """The doubtful claims quoted and those counted are together all of the issue's disputed and contradicted claims."""
    found = read_briefing(session, identifier="ownership", viewpoint=Viewpoint("en", TODAY))
    assert found is not None
    shares = {each.value: each.count for each in found.issue.mix}
    assert found.doubtful_left
    assert len(found.doubtful) + found.doubtful_left == shares["disputed"] + shares["contradicted"]
    (onward,) = [each for each in page("/en/issues/ownership/briefing").all("a") if "doubtful" in (each.text or "")]
    assert page(onward.get("href") or "").count == len(found.doubtful) + found.doubtful_left


def test_an_issue_links_to_its_briefing_and_back(page: Callable[..., Page]) -> None:
    """Each leads to the other and keeps the day of the view."""
    there = page("/fr/issues/windsurf?as_of=2025-06-18")
    assert "/fr/issues/windsurf/briefing?as_of=2025-06-18" in there.links()
    assert "/fr/issues/windsurf?as_of=2025-06-18" in page("/fr/issues/windsurf/briefing?as_of=2025-06-18").links()


def test_there_is_no_briefing_of_what_is_no_issue(page: Callable[..., Page]) -> None:
    """A briefing of an unknown issue is not found, and a list's parameter is refused."""
    page("/en/issues/nothing/briefing", status=404)
    page("/en/issues/ownership/briefing?status=disputed", status=400)


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("75\u00a0% : l’an", 2), ("Microsoft holds about 25%.", 4), ("– : ;", 0)]
)
def test_words_are_counted_without_signs_that_stand_alone(text: str, words: int) -> None:
    """French spaces before signs make no words."""
    assert count_words(text) == words


def test_reading_time_is_words_at_230_a_minute() -> None:
    """230 words are a minute; the answer is in steps of five seconds and never nothing."""
    assert reading_seconds("word " * 230) == 60
    assert reading_seconds("word " * 115) == 30
    assert reading_seconds("") == 5
