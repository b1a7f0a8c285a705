"""The search: everything that a person can type, what is found, in what order, and how it is marked."""

import http.client
import re
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlmodel import Session
from starlette.testclient import TestClient

from app.dossier.loading import load_dossier
from app.filters import FACETS, MAX_WORDS, Filter
from app.main import create_app
from app.publish.building import publish
from app.queries import search as searching
from app.queries.listings import all_ids
from app.queries.search import count_facets, count_kinds, search
from app.queries.viewpoint import Viewpoint
from app.releases.store import ReleaseFolder
from app.rendering.parameters import MEANINGS
from app.settings import Settings
from app.vocabulary import Listing
from app.words import EXCERPT, excerpt, marked, stems, understand
from scripts.serving import running
from tests.conftest import TODAY
from tests.page import Page
from tests.test_dossier import change, write_small
from tests.test_listings import deterministic

VIEW = Viewpoint("fr", TODAY)
SAID_EN, SAID_FR = "Alpha and Beta talk about new terms.", "Alpha et Bêta discutent de nouvelles conditions."
"""A claim of the small dossier."""


def found(client: TestClient, language: str = "en", **parameters: str) -> dict[str, Any]:
    response = client.get(f"/{language}/search.json?{urlencode(parameters)}")
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()
    return data


# What is typed


@pytest.mark.parametrize(
    ("typed", "words", "phrases", "without", "without_phrases"),
    [
        ("profit share", ("profit", "share"), (), (), ()),
        ('"profit share" azure', ("azure",), (("profit", "share"),), (), ()),
        ("« part des profits »", (), (("part", "des", "profits"),), (), ()),
        ("“profit share”", (), (("profit", "share"),), (), ()),
        ("azure -exclusive", ("azure",), (), ("exclusive",), ()),
        ('azure -"profit share"', ("azure",), (), (), (("profit", "share"),)),
        ("co-operation 2019-2025", ("co", "operation", "2019", "2025"), (), (), ()),
        ("-co-operation", (), (), (), (("co", "operation"),)),
        ('"profit share', ("profit", "share"), (), (), ()),
        ("« profit", ("profit",), (), (), ()),
        ('5" 6"', ("5", "6"), (), (), ()),
        ("- -- \"\" « » 💥 NEAR( *", ("NEAR",), (), (), ()),
    ],
)  # fmt: skip
def test_what_is_typed_means_words_phrases_and_words_to_leave_out(
    typed: str, words: object, phrases: object, without: object, without_phrases: object
) -> None:
    """Quotation marks in pairs make phrases, a minus before a word leaves it out, and all else is words or nothing."""
    wanted = understand(typed)
    assert (wanted.words, wanted.phrases, wanted.without, wanted.without_phrases) == (
        words,
        phrases,
        without,
        without_phrases,
    )


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("fr", "réglementaire", "reglementaires"),
        ("fr", "négocié", "négocier"),
        ("fr", "négocié", "negocie"),
        ("fr", "œuvre", "oeuvres"),
        *(("fr", one, other) for one, other in combinations(("négocier", "négocient", "negocie", "négociaient"), 2)),
        *(("fr", one, other) for one, other in combinations(("discuter", "discutent", "discutée", "discute"), 2)),
        *(("fr", one, other) for one, other in combinations(("affirmer", "affirment", "affirmé"), 2)),
        *(("fr", one, other) for one, other in combinations(("publier", "publient", "publie", "publiées"), 2)),
        *(("fr", one, other) for one, other in combinations(("finir", "finissent", "finit"), 2)),
        ("fr", "générale", "généraux"),
        ("fr", "nationaux", "nationale"),
        ("en", "companies", "company"),
        ("en", "negotiated", "negotiating"),
    ],
)
def test_forms_of_a_word_share_a_stem(language: str, one: str, other: str) -> None:
    """Plurals and forms of a verb, with or without their accents, are the same word to a search."""
    assert stems(one, language) & stems(other, language)


@pytest.mark.parametrize(("one", "other"), [("agent", "âge"), ("client", "clé"), ("argent", "arguer")])
def test_words_that_are_no_forms_of_each_other_stay_apart(one: str, other: str) -> None:
    """A noun that ends as a verb may is not taken for a form of another word."""
    assert not stems(one, "fr") & stems(other, "fr")


@hypothesis_settings(deterministic, max_examples=60)
@given(typed=st.text(max_size=300))
def test_whatever_is_typed_gets_an_answer(client: TestClient, typed: str) -> None:
    """Any text is answered, if need be after a redirect to the address worth keeping."""
    response = client.get(f"/en/search?q={quote(typed)}", follow_redirects=True)
    assert response.status_code == 200, f"{typed!r}: {response.status_code}"


TYPED = (
    *('"', "*", "NEAR(", "a AND", "NOT", "a OR -b", "^a", "a:b", "{a", "(((", "-", "a\\", "%", "ß", "ﬁ", "\u202etxt"),
    *("👩\u200d💻", "🏴\U000e0067\U000e007f", "\ufeffazure", "a\x00b", "\x1b[31m", "\ufffe"),
    *("x" * 10_000, "azure " * 1_667, "💥" * 5_000, "💥 " * 4_000, '"' * 10_000, "-a " * 3_333, "é" * 10_000),
)


@pytest.mark.parametrize("path", ["/search", "/claims", "/issues/ownership", "/timeline"])
@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: ascii(typed[:12]))
def test_whatever_is_typed_is_answered_in_every_form(client: TestClient, path: str, typed: str) -> None:
    """What would be syntax, is no text at all, or is far too long, is no error in any list and any form."""
    for suffix in ("", ".json", ".csv", ".atom", ".zip"):
        response = client.get(f"/fr{path}{suffix}?q={quote(typed)}", follow_redirects=True)
        assert response.status_code == 200, f"{suffix}: {typed[:40]!r}: {response.text[:200]}"


@pytest.mark.parametrize("typed", ["x" * 10_000, "é" * 10_000, "💥" * 5_000])
def test_a_server_takes_long_addresses(releases: Path, typed: str) -> None:
    """Ten thousand letters, accents included, go through the real server; its reader of requests takes 64 kB."""
    app = create_app(Settings(releases=releases), clock=lambda: TODAY)
    with running(app) as port:
        for suffix in ("", ".json", ".csv", ".atom"):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", f"/en/search{suffix}?q={quote(typed)}")
            response = connection.getresponse()
            assert response.status == 200, suffix
            response.read()
            connection.close()


def test_what_a_form_sends_passes_any_proxy(page: Callable[..., Page]) -> None:
    """However much is typed into a form, its address fits the 8 kB that proxies take for a line of a request."""
    for field in ("search-words", "filter-q"):
        most = int(page("/fr/claims").by_id(field).get("maxlength") or "")
        # A sign of the greatest length: one unit of a browser's text, three bytes, nine characters of an address.
        assert most > MAX_WORDS
        assert len(f"GET /r/8a9e34a59f27/fr/search?q={quote('語' * most)} HTTP/1.1") + 500 < 8192


def test_words_that_are_too_long_are_said_to_be(page: Callable[..., Page], client: TestClient) -> None:
    """The page and its data say which words were looked for, the feed leads to them, and nothing is redirected."""
    typed, words = quote("azure " * 1_667), "azure " * 32 + "azure"
    answer, short = page(f"/en/search?q={typed}"), page(f"/en/search?q={quote(words)}")
    said = "That is more than is searched for"
    assert said in answer.main
    assert said not in short.main
    assert answer.ids == short.ids
    assert answer.all("link", rel="canonical")[0].get("href") == short.all("link", rel="canonical")[0].get("href")
    assert answer.headers["etag"] != short.headers["etag"]
    whole, cut = (client.get(f"/en/search.json?q={each}").json() for each in (quote(words), typed))
    assert cut == {**whole, "shortened": True}
    assert cut["filter"]["q"] == words
    feed = client.get(f"/en/search.atom?q={typed}").text
    assert f"/en/search.atom?{urlencode({'q': words})}" in feed
    assert len(feed) < 100_000


def test_words_that_are_too_long_are_not_kept(client: TestClient, releases: Path) -> None:
    """An address of ten thousand characters takes no room in the page cache; its canonical one does."""
    app = create_app(Settings(releases=releases), clock=lambda: TODAY)
    with TestClient(app) as site:
        for typed in ("x" * 10_000, "x" * MAX_WORDS):
            assert site.get(f"/en/claims?q={typed}").status_code == 200
        assert app.page_cache.statistics.entries == 1


def test_the_description_says_how_much_is_looked_for() -> None:
    """The number in the description of ``q`` is the one that holds."""
    assert f"the first {MAX_WORDS} characters" in MEANINGS["q"]


def test_a_word_for_each_letter_is_answered(client: TestClient) -> None:
    """A hundred words of one letter are no more than a search engine can take."""
    assert client.get(f"/en/search?q={quote(' '.join('abcdefghij' * 10))}").status_code == 200


@pytest.mark.parametrize(("typed", "words"), [("-azure", "leave out"), ("💥", "nothing to look for")])
def test_what_can_find_nothing_says_why(page: Callable[..., Page], typed: str, words: str) -> None:
    """Only words to leave out, or no word at all, find nothing, and the page says what to do."""
    answer = page(f"/en/search?q={quote(typed)}")
    assert answer.count == 0
    assert words in answer.main


# What is found


@pytest.mark.parametrize("typed", ["azure", "exclusiv", "negocier", '"revenue share"', "stake -azure", "2025 openai"])
def test_the_search_finds_what_the_lists_find(session: Session, typed: str) -> None:
    """Each kind of entry is found by the search exactly where its own list finds it."""
    chosen = Filter(q=typed, size=200)
    hits = search(session, chosen=chosen, viewpoint=VIEW).hits
    counts = count_kinds(session, chosen=chosen, as_of=TODAY)
    for listing in Listing:
        listed = all_ids(session, listing=listing, chosen=chosen, as_of=TODAY)
        assert counts.get(listing, 0) == len(listed), f"{typed!r} among {listing}"
        if sum(counts.values()) <= 200:
            assert {hit.id for hit in hits if hit.kind is listing} == set(listed)
    assert sum(counts.values()), f"{typed!r} finds nothing, so it tests nothing"


@pytest.mark.parametrize(
    "chosen",
    [
        Filter(q="azure"),
        Filter(q="openai", in_=("claims", "figures"), issue=("ownership", "windsurf")),
        Filter(status=("disputed",), from_="2025"),
    ],
)
def test_a_facet_counts_what_its_value_would_find(session: Session, chosen: Filter) -> None:
    """Beside each value, the kinds of entries among them, stands how much the search would find with it."""
    counts = count_facets(session, chosen=chosen, as_of=TODAY)
    assert counts["in"]
    for parameter in ("in", *FACETS):
        for value, count in list(counts.get(parameter, {}).items())[:4]:
            only = chosen.without(parameter).toggled(parameter, value)
            assert sum(count_kinds(session, chosen=only, as_of=TODAY).values()) == count, f"{parameter}={value}"


@pytest.mark.parametrize("typed", ["reglementaires", "réglementaire", "REGLEMENTAIRE", "« réglementaire »", "reglem"])
def test_a_french_word_is_found_without_its_accents(page: Callable[..., Page], typed: str) -> None:
    """« réglementaire » is found from its plural without accents, in capitals, as a phrase and while it is typed."""
    answer = page(f"/fr/search?q={quote(typed)}&in=glossary")
    assert "ai-act" in answer.ids
    (hit,) = (each for each in answer.all("article") if each.get("data-id") == "ai-act")
    assert "réglementaire" in [answer.words(each) for each in hit.iter("mark")]


def test_a_word_is_found_in_any_entry_of_any_dossier(tmp_path: Path) -> None:
    """In another dossier, plurals and verb forms of both languages, a phrase, and words to leave out find its claim."""
    dossier = write_small(tmp_path)
    change(dossier, "claims.yaml", SAID_FR, f"Les autorités réglementaires négocient. {SAID_FR}")
    change(dossier, "claims.yaml", SAID_EN, f"Regulatory authorities are negotiating with companies. {SAID_EN}")
    folder = ReleaseFolder(tmp_path / "releases")
    publish(load_dossier(dossier), folder)
    app = create_app(Settings(releases=folder.path, cache_bytes=0), clock=lambda: TODAY)
    with TestClient(app) as site:

        def ids(language: str, typed: str) -> list[str]:
            return [each["id"] for each in found(site, language, q=typed, **{"in": "claims"})["items"]]

        (claim,) = ids("fr", "réglementaire")
        for typed in ("reglementaires", "négocier", "negocie", "autorité", '"autorites reglementaires"', "regl -azure"):
            assert ids("fr", typed) == [claim], typed
        for typed in ("company", "negotiated", "authority", "regul", '"regulatory authorities"', "negotiates -azure"):
            assert ids("en", typed) == [claim], typed
        for typed in ('"reglementaires autorites"', "reglementaires -negocier", "negotiate -authorities"):
            assert ids("fr", typed) == [], typed


def test_the_reader_s_language_comes_first(session: Session) -> None:
    """What holds the word in the reader's language stands before what holds it in the other one only."""
    for language in ("en", "fr"):
        hits = search(session, chosen=Filter(q="participation", size=200), viewpoint=Viewpoint(language, TODAY)).hits
        foreign = [hit.language != language for hit in hits]
        assert any(foreign) or language == "fr"
        assert foreign == sorted(foreign), f"{language}: {foreign}"


def test_a_deprecated_claim_comes_after_all_others(session: Session) -> None:
    """Among what is found in the reader's language, claims that no longer count stand last."""
    hits = search(session, chosen=Filter(q="microsoft", in_=("claims",), size=200), viewpoint=VIEW).hits
    fallen = [hit.rank == "deprecated" for hit in hits if any(sought for _, sought in (*hit.title, *hit.text))]
    assert any(fallen)
    assert fallen == sorted(fallen)


def test_too_much_to_rank_is_shown_by_date(
    session: Session, page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where more is found than is ranked, the newest comes first, nothing is lost, and the page says so."""
    ranked = search(session, chosen=Filter(q="openai", size=200), viewpoint=VIEW)
    monkeypatch.setattr(searching, "RANKED_AT_MOST", 5)
    unranked = search(session, chosen=Filter(q="openai", size=200), viewpoint=VIEW)
    assert ranked.ranked
    assert not unranked.ranked
    assert unranked.count == ranked.count
    assert "too many to rank" in page("/en/search?q=openai&size=19").main


def test_the_order_may_be_by_date(client: TestClient) -> None:
    """Newest first and oldest first are the same entries the other way round; relevance is the default."""
    newest, oldest = (found(client, q="azure", sort=each, size="200")["items"] for each in ("newest", "oldest"))
    dates = [each["date"] for each in newest if each["kind"] == "claims"]
    assert dates
    assert [each["id"] for each in newest if each["kind"] == "claims"] == [
        each["id"] for each in reversed(oldest) if each["kind"] == "claims"
    ]
    assert client.get("/en/search?sort=listed").status_code == 400


def test_an_earlier_day_knows_less(client: TestClient) -> None:
    """As of an earlier day, what was published later is neither found nor counted."""
    before, now = found(client, q="openai", as_of="2025-06-20"), found(client, q="openai")
    assert 0 < before["count"] < now["count"]


# How it is shown


@hypothesis_settings(deterministic, max_examples=150)
@given(text=st.text(max_size=600), typed=st.text(max_size=30), language=st.sampled_from(["en", "fr"]))
def test_marks_change_no_text(text: str, typed: str, language: str) -> None:
    """The parts of a marked text are the text; an excerpt's parts are a stretch of it, and not much too long."""
    wanted = understand(typed)
    assert "".join(words for words, _ in marked(text, wanted, language)) == text
    shown = "".join(words for words, _ in excerpt(text, wanted, language))
    assert shown.strip("… ").strip() in text
    assert len(shown) <= EXCERPT + 4


def test_what_is_found_is_marked(client: TestClient) -> None:
    """Every entry found by words shows at least one of them marked, in the language it stands in."""
    for language in ("en", "fr"):
        for item in found(client, language, q="exclusif", size="200")["items"]:
            assert item["marks"], item
    assert {item["language"] for item in found(client, "en", q="exclusifs", size="200")["items"]} <= {"en", "fr"}


def test_a_text_in_the_other_language_says_so(page: Callable[..., Page]) -> None:
    """An excerpt that only the other language's text could give carries that language."""
    answer = page("/en/search?q=affirmation")
    foreign = [each for each in answer.all("p") if each.get("class") == "hit-text" and each.get("lang") == "fr"]
    assert foreign or not answer.count


def test_what_is_typed_is_never_markup(page: Callable[..., Page]) -> None:
    """What a reader types stands on the page as text."""
    answer = page("/en/search?q=%3Cmark%3Eazure%3Cscript%3E")
    assert "<mark>azure<script>" not in answer.text


def test_page_and_data_are_the_same(page: Callable[..., Page], client: TestClient) -> None:
    """The page and its data list the same entries in the same order, each with its kind and its excerpt."""
    answer, data = page("/fr/search?q=azure&in=claims&in=glossary"), found(client, "fr", q="azure", **{"in": "claims"})
    assert {item["kind"] for item in data["items"]} == {"claims"}
    whole = client.get("/fr/search.json?q=azure&in=claims&in=glossary").json()
    assert whole["filter"] == {"in": ["claims", "glossary"], "q": "azure"}
    assert [item["id"] for item in whole["items"]] == answer.ids
    assert whole["count"] == answer.count == answer.facet("in")["claims"][0] + answer.facet("in")["glossary"][0]


def test_nothing_found_says_what_to_drop(page: Callable[..., Page]) -> None:
    """An empty result tells how much each part of the question holds back, the words included."""
    answer = page("/en/search?q=zzzxqqq&issue=ownership")
    assert answer.count == 0
    without = re.search(r"without “zzzxqqq”: (\d+)", answer.main)
    assert without
    assert int(without[1]) == page("/en/search?issue=ownership").count


def test_the_header_searches_everything(page: Callable[..., Page]) -> None:
    """The box on every page leads to the search, keeps the day of the view, and says its key."""
    answer = page("/fr/claims?as_of=2025-06-20")
    form = next(each for each in answer.all("form") if each.get("role") == "search")
    assert form.get("action") == "/fr/search"
    assert ("as_of", "2025-06-20") in [(each.get("name"), each.get("value")) for each in form.iter("input")]
    assert answer.by_id("search-words").get("aria-keyshortcuts") == "/"


# What it costs
