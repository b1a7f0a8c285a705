"""Marks, in texts, the terms that mislead: each leads to the glossary or says its caution.

A text is escaped part by part as it is put together, so that marking never lets markup of the text through.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup
from msgspec import Struct

from app.queries.claims import ClaimDetail
from app.releases.opening import MisleadingTerm
from app.rendering.addresses import Addresses

Part = tuple[str, MisleadingTerm | None]
"""A stretch of a text, and the term that it is to be marked as."""

_LINK = Markup('<a class="term" href="{address}" title="{caution}">{words}</a>')
_SPAN = Markup('<span class="term" title="{caution}">{words}</span>')
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff]")


class TermNote(Struct, frozen=True):
    """A misleading term as it is listed beside what it occurs in."""

    id: str
    name: str
    caution: str
    address: str


class Lens:
    """The misleading terms of a release as one reader sees them: ``to`` and ``language`` are the reader's."""

    def __init__(self, terms: Sequence[MisleadingTerm], to: Addresses) -> None:
        self._terms = tuple(terms)
        self._to = to

    def link(self, text: str, language: str | None = None) -> Markup:
        """The text with each form, where it first occurs, leading to the glossary.

        ``language`` is the text's own, where it is not the reader's: a French wording is French on every page.
        """
        return self._marked(text, language, _LINK)

    def mark(self, text: str, language: str | None = None) -> Markup:
        """The same for a text that is itself a link: forms are underlined, and none is a link inside the link."""
        return self._marked(text, language, _SPAN)

    def in_text(self, text: str) -> tuple[TermNote, ...]:
        """The terms that occur in a text in the reader's language."""
        return self._notes([(text, self._to.language)], ())

    def of_claim(self, detail: ClaimDetail) -> tuple[TermNote, ...]:
        """The terms that occur in a claim or in a wording recorded for it, and those it is listed under."""
        texts = [(detail.card.text, self._to.language)]
        texts += [(each.wording, each.wording_language or "") for each in detail.card.evidence if each.wording]
        return self._notes(texts, [use.id for use in detail.uses if use.kind == "term"])

    def _notes(self, texts: Iterable[tuple[str, str]], listed: Iterable[str]) -> tuple[TermNote, ...]:
        wanted = set(listed)
        for text, language in texts:
            wanted.update(term.id for _, term in split(self._terms, language, text) if term is not None)
        reader = self._to.language
        return tuple(
            TermNote(term.id, term.name.in_language(reader), term.caution.in_language(reader), self._to.term(term.id))
            for term in self._terms
            if term.id in wanted
        )

    def _marked(self, text: str, language: str | None, shape: Markup) -> Markup:
        reader = self._to.language
        # Markup escapes what it formats and what it joins; nothing is declared safe here but the two shapes.
        return Markup().join(
            words
            if term is None
            else shape.format(address=self._to.term(term.id), caution=term.caution.in_language(reader), words=words)
            for words, term in split(self._terms, language or reader, text)
        )


@lru_cache(maxsize=4096)
def split(terms: tuple[MisleadingTerm, ...], language: str, text: str) -> tuple[Part, ...]:
    """A text in the parts that are a form of a term, each where it first occurs, and those between them."""
    return tuple(_parts(terms, language, text))


def _parts(terms: tuple[MisleadingTerm, ...], language: str, text: str) -> Iterator[Part]:
    compiled = _compile(terms, language)
    if compiled is None:
        yield text, None
        return
    pattern, owners = compiled
    end, seen = 0, set[int]()
    for match in pattern.finditer(text):
        form = match.lastindex
        assert form is not None
        if form in seen:
            continue
        seen.add(form)
        if match.start() > end:
            yield text[end : match.start()], None
        yield match.group(), owners[form - 1]
        end = match.end()
    if end < len(text):
        yield text[end:], None


@lru_cache(maxsize=32)
def _compile(
    terms: tuple[MisleadingTerm, ...], language: str
) -> tuple[re.Pattern[str], tuple[MisleadingTerm, ...]] | None:
    """One pattern for all forms of a language, a group for each, and whose form each group is.

    The longest form comes first, so that "equity stake" is not taken for "stake".
    """
    known = [(form, term) for term in terms for spoken, form in term.forms if spoken == language]
    if not known:
        return None
    # Chinese sets no space between its words, so its forms are found anywhere; all others are whole words.
    joined = sorted((each for each in known if _IDEOGRAPH.search(each[0])), key=_longest_first)
    spaced = sorted((each for each in known if not _IDEOGRAPH.search(each[0])), key=_longest_first)
    choices = [_expression(form) for form, _ in joined]
    if spaced:
        # Two looks, at the sign before and at the first letter, pass over most places of a text: six times as fast.
        first = "".join(sorted({form[0] for form, _ in spaced}))
        words = "|".join(_expression(form) for form, _ in spaced)
        choices.append(rf"(?<!\w)(?=[{re.escape(first)}])(?:{words})(?!\w)")
    return re.compile("|".join(choices), re.IGNORECASE), tuple(term for _, term in (*joined, *spaced))


def _longest_first(known: tuple[str, MisleadingTerm]) -> int:
    return -len(known[0])


def _expression(form: str) -> str:
    """A form as a group. Any space matches any other, the non-breaking ones too, and so do the two apostrophes."""
    words = r"\s+".join(re.escape(word) for word in form.split())
    return "(" + re.sub("['’]", "['’]", words) + ")"
