"""The legal-translation lens: where misleading terms are marked, how, and what stands beside them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from starlette.testclient import TestClient

from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier
from app.publish.building import publish
from app.releases.opening import MisleadingTerm, Name, OpenRelease
from app.rendering.addresses import Addresses
from app.rendering.terms import Lens, split
from tests.page import Page
from tests.stores import new_store
from tests.test_dossier import change, faults_of, write_small


def term(identifier: str, *forms: tuple[str, str], caution: str = "Mind this.") -> MisleadingTerm:
    return MisleadingTerm(identifier, Name(identifier, identifier), Name(caution, caution), forms)


STAKE = term("stake", ("en", "stake"), ("fr", "part du capital"))
EQUITY = term("equity", ("en", "equity stake"), ("fr", "l’Acte"), ("zh", "亿"))
TERMS = (STAKE, EQUITY)


def lens(*terms: MisleadingTerm) -> Lens:
    return Lens(terms or TERMS, Addresses("", "en"))


def marked(text: str, language: str = "en") -> list[tuple[str, str]]:
    """The words of a text that are marked, each with the term."""
    return [(words, found.id) for words, found in split(TERMS, language, text) if found is not None]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("A stake, a Stake and a STAKE", "en", [("stake", "stake")]),
        ("Its equity stake is a stake", "en", [("equity stake", "equity"), ("stake", "stake")]),
        ("Stakeholders mistake sweepstakes, beef-stake, stake2", "en", [("stake", "stake")]),
        ("stakeé éstake stake_ _stake", "en", []),
        ("une Part\u00a0du\u202fcapital, une part  du capital", "fr", [("Part\u00a0du\u202fcapital", "stake")]),
        ("selon l'acte, l’Acte", "fr", [("l'acte", "equity")]),
        ("200亿美元，300亿", "zh", [("亿", "equity")]),
        ("a stake", "fr", []),
        ("une part du capital", "de", []),
        ("", "en", []),
    ],
)
def test_forms_are_found_as_whole_words(text: str, language: str, found: list[tuple[str, str]]) -> None:
    """Each form once, where it first stands as whole words, in its language, whatever the capitals and spaces."""
    assert marked(text, language) == found
    assert "".join(words for words, _ in split(TERMS, language, text)) == text


def test_what_is_marked_is_escaped() -> None:
    """Text, caution and address are text on the page, never markup, and nothing is escaped twice."""
    hostile = term("x", ("en", "stake"), caution="\"><script>alert('&')</script>")
    text = "<b>A</b> stake & <script>1</script> {caution} {0}"
    for shown in (lens(hostile).link(text), lens(hostile).mark(text)):
        assert isinstance(shown, Markup)
        assert "<script" not in shown
        assert "<b>" not in shown
        assert shown.striptags() == text
    assert lens(hostile).link("a stake").startswith('a <a class="term" href="/en/glossary#term-x" title="&#34;&gt;')
    assert lens(hostile).mark("stake").startswith('<span class="term" title="&#34;&gt;')
    assert Lens((), Addresses("", "en")).link("<i>") == "&lt;i&gt;"


@given(st.text(alphabet="stake equity<>&\"'{}%\u00a0éİſKσς亿-_2", max_size=60), st.sampled_from(["en", "fr", "zh"]))
def test_marking_changes_no_text(text: str, language: str) -> None:
    """Whatever a text holds, taking the marks away gives it back."""
    assert "".join(words for words, _ in split(TERMS, language, text)) == text
    assert lens().link(text, language).count("<a class") == len(marked(text, language))


def test_the_language_is_that_of_the_text() -> None:
    """A French wording is read as French on an English page, and the caution stays in the reader's language."""
    two = MisleadingTerm("t", Name("A", "B"), Name("Beware", "Gare"), (("fr", "acte"),))
    english, french = (Lens((two,), Addresses("/p", each)) for each in ("en", "fr"))
    assert english.link("un acte", "fr") == 'un <a class="term" href="/p/en/glossary#term-t" title="Beware">acte</a>'
    assert french.link("un acte") == 'un <a class="term" href="/p/fr/glossary#term-t" title="Gare">acte</a>'
    assert english.link("un acte") == "un acte"
    assert [note.name for note in french.in_text("un acte")] == ["B"]


# The shipped dossier

MISLEADING = {
    "entente-illicite": {"u2", "u14"},
    "ai-act": {"u21", "u21-b"},
    "milliard": {"u10", "u11"},
    "equity-stake": {"u4-b"},
    "profit-share": {"u11-b"},
    "revenue-share": set[str](),
    "for-profit-conversion": {"u4"},
}
"""The terms that mislead, each with the claims of the founding article that rest on it."""


def test_each_misleading_term_is_explained(dossier: Dossier) -> None:
    """Each has forms, a definition, a caution and claims, and the article's claims on it carry the flag."""
    terms = {each.id: each for each in dossier.glossary if each.forms is not None}
    assert set(terms) == set(MISLEADING)
    claims = {each.id: each for each in dossier.claims}
    for identifier, wanted in MISLEADING.items():
        entry = terms[identifier]
        assert entry.caution is not None
        assert entry.claims
        of_article = {each for each in entry.claims if any(e.source == "article-fr" for e in claims[each].evidence)}
        assert of_article == wanted
        assert all("translation" in claims[each].flags for each in wanted)


def test_each_misleading_term_occurs(dossier: Dossier, release: OpenRelease) -> None:
    """No term is set down to be marked whose words stand nowhere."""
    texts = [(text, language) for c in dossier.claims for language, text in c.text]
    texts += [(e.wording.text, e.wording.language) for c in dossier.claims for e in c.evidence if e.wording]
    met = {found.id for text, language in texts for _, found in split(release.misleading, language, text) if found}
    assert met == set(MISLEADING)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_flag_lists_what_rests_on_them(page: Callable[..., Page], language: str) -> None:
    """`flag=translation` lists each claim of the article that rests on a misleading term."""
    assert set().union(*MISLEADING.values()) <= set(page(f"/{language}/claims?flag=translation").ids)


def marks(found: Page, within: Element | None = None) -> Iterator[tuple[str, str]]:
    """Tag and words of everything marked."""
    for each in (found.root if within is None else within).iter():
        if each.get("class") == "term" and each.tag in ("a", "span"):
            yield each.tag, found.words(each)


def test_a_claim_says_what_misleads_in_it(page: Callable[..., Page]) -> None:
    """The term is a link in the claim and in the French wording, on an English page too; the caution stands there."""
    for language in ("en", "fr"):
        found = page(f"/{language}/claims/u2")
        assert list(marks(found)) == [("a", "entente illicite")] * 2
        (link, _) = found.all("a", **{"class": "term"})
        assert link.get("href") == f"/{language}/glossary#term-entente-illicite"
        notes = found.words(next(each for each in found.all("dl") if each.get("class") == "terms"))
        assert link.get("title") in notes
    assert ("a", "milliard") in marks(page("/en/claims/u11"))


def test_a_claim_without_such_terms_says_nothing_of_them(page: Callable[..., Page]) -> None:
    assert not page("/en/claims/u13").has_id("terms-heading")


def test_cards_underline_and_list_the_terms(page: Callable[..., Page]) -> None:
    """The text of a card is a link: its terms are no links in it, and stand below as links."""
    found = page("/fr/claims?flag=translation")
    card = found.by_id("claim-u2")
    assert ("span", "entente illicite") in marks(found, card)
    below = next(each for each in card.iter() if each.get("class") == "terms")
    assert [each.get("href") for each in below.iter() if each.tag == "a"] == ["/fr/glossary#term-entente-illicite"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "path", ["/claims?size=150", "/contradictions", "/issues/ownership", "/figures/funding-at-risk"]
)
def test_no_link_stands_in_a_link(page: Callable[..., Page], language: str, path: str) -> None:
    """What is sent holds no link inside a link; a parser would hide that by closing the outer one."""
    depth = 0
    for piece in page(f"/{language}{path}").text.split("<")[1:]:
        depth += piece.startswith(("a ", "a>")) - piece.startswith("/a>")
        assert depth in (0, 1), f"a link is opened inside a link at {piece[:60]!r}"


def test_literals_of_figures_are_marked(page: Callable[..., Page]) -> None:
    """A figure's literal is marked in its own language, Chinese included."""
    found = page("/en/figures/funding-at-risk")
    assert {("a", "milliards"), ("a", "亿")} <= set(marks(found))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_cautions_tell_nothing_of_later_days(page: Callable[..., Page], language: str) -> None:
    """What stands beside a claim in June 2025 names no later year or month."""
    for claim in set().union(*MISLEADING.values()):
        found = page(f"/{language}/claims/{claim}?as_of=2025-06-18")
        notes = " ".join(found.words(each) for each in found.all("dl", **{"class": "terms"}))
        assert "2026" not in notes
        assert "October 2025" not in notes
        assert "octobre 2025" not in notes


def test_terms_are_data_too(client: TestClient) -> None:
    """The data of a claim names the terms that its page explains."""
    item = client.get("/en/claims/u21.json").json()["item"]
    assert [each["id"] for each in item["terms"]] == ["ai-act"]


# What an analyst may write


def test_forms_reach_the_release(tmp_path: Path) -> None:
    """Forms typed in the dossier are marked once it is published, in the glossary's order."""
    small = write_small(tmp_path)
    change(
        small, "glossary.yaml", "  claims: [talks]", "  forms: {fr: [protocole], en: [memorandum, memo]}\n  claims: []"
    )
    held = new_store(tmp_path / "releases")
    opened = held.open(publish(load_dossier(small), held).id)
    (found,) = opened.misleading
    opened.close()
    assert found.forms == (("en", "memo"), ("en", "memorandum"), ("fr", "protocole"))
    assert found.caution == Name("Not a contract.", "Ce n’est pas un contrat.")


@pytest.mark.parametrize(
    ("forms", "says"),
    [
        ("{en: [memo, Memo]}", "marks 'memorandum' already"),
        ("{en: ['(memo)']}", "begins or ends with no word"),
        ("{en: [one two three four five six seven eight nine]}", "9 verbatim words"),
        ("{de: [Memo]}", "de"),
        ("{en: memo}", "forms.en"),
    ],
)
def test_forms_that_cannot_be_marked_are_faults(tmp_path: Path, forms: str, says: str) -> None:
    small = write_small(tmp_path)
    change(small, "glossary.yaml", "  claims: [talks]", f"  forms: {forms}\n  claims: [talks]")
    (fault,) = faults_of(small)
    assert fault.startswith("dossier/glossary.yaml:6: forms"), fault
    assert says in fault


def test_what_misleads_says_why(tmp_path: Path) -> None:
    """Forms without a caution would mark words and have nothing to say of them."""
    small = write_small(tmp_path)
    change(
        small,
        "glossary.yaml",
        "  caution: {en: Not a contract., fr: Ce n’est pas un contrat.}",
        "  forms: {en: [memo]}",
    )
    (fault,) = faults_of(small)
    assert "no caution" in fault
