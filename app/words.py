"""Words: how a text is indexed, what a person who types into a search box means, and where it stands in a text.

One definition serves the index, the query and the marks, so that they agree. Pure.

A word is a run of letters and digits. It is found by the words that begin with it, accents and case aside, and by the
words of the same stem (M. F. Porter, "Snowball: A language for stemming algorithms", 2001). The stemmers know accents,
and people leave them out: so a word has the stem of its form and that of its form without accents.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any
from unicodedata import category, normalize

from msgspec import Struct

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
STEMMED = ("en", "fr")
"""The columns whose words are stemmed."""
_WORD = re.compile(r"[^\W_]+")
# A minus counts only before a word or a quotation, so that "co-operation" and "2019-2025" are words.
_PART = re.compile(r"(-?)(?:\"([^\"]*)\"|«([^»]*)»|“([^”]*)”|(\S+))")
ASIDE = "\u2026"
LONG = 5
"""A stem of so many letters, and a word of more, may lose its end."""
EXCERPT = 260
"""The most characters of an excerpt, give or take a word."""

Part = tuple[str, bool]
"""A stretch of a text, and whether it is what was sought."""


def words_of(text: str) -> list[str]:
    """The words of a text as they are written. Composed first: an accent that stands alone would part a word."""
    return _WORD.findall(normalize("NFC", text))


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word in lower case, without accents and ligatures."""
    apart = normalize("NFD", word.lower().translate(LIGATURES))
    return "".join(sign for sign in apart if category(sign) != "Mn")


@cache
def _stemmer(language: str) -> type[Any]:
    # Only here: its package loads the stemmers of thirty languages, which a site does without until it is searched.
    from snowballstemmer.english_stemmer import EnglishStemmer
    from snowballstemmer.french_stemmer import FrenchStemmer

    found: type[Any] = {"en": EnglishStemmer, "fr": FrenchStemmer}[language]
    return found


@lru_cache(maxsize=65536)
def stems(word: str, language: str) -> frozenset[str]:
    """The stems of a word in a language, folded: a few."""
    # A stemmer holds the word it works on, and pages are built on several threads: each word has its own.
    stemmer = _stemmer(language)()
    forms = [word.lower(), fold(word)]
    if language == "fr" and len(word) > LONG and forms[1].endswith("ent") and not forms[1].endswith("ement"):
        # Snowball leaves the third person plural, "discutent", as it is; nouns such as "règlement" it knows.
        forms += [each[:-2] for each in forms]
    found = {fold(stemmer.stemWord(each)) for each in forms}
    if language == "fr":
        # It takes "négocie" for a stem with another end than "négocier" has.
        found |= {each[:-1] for each in found if each.endswith("i") and len(each) >= LONG}
    return frozenset(found)


def stemmed(text: str, language: str) -> str:
    """A text as its stems, to be indexed beside it."""
    return " ".join(stem for word in words_of(text) for stem in sorted(stems(word, language)))


class Wanted(Struct, frozen=True):
    """What a person typed. Every word and phrase must occur, and nothing of what is left out.

    A phrase is words one after the other as they are, accents and case aside. A word to leave out goes with its other
    forms, but what merely begins with it stays: "-open" keeps OpenAI.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    without_phrases: tuple[tuple[str, ...], ...] = ()

    @property
    def finds_nothing(self) -> bool:
        """Whether nothing that has to occur was typed: no words at all, or only words to leave out."""
        return not (self.words or self.phrases)

    def sought(self, language: str | None = None) -> "Sought | None":
        """The same asked of the index, or of its texts in one language only; ``None`` where nothing is sought."""
        if self.finds_nothing:
            return None
        columns = tuple(each for each in COLUMNS if language in (None, each[:2]))
        wanted = [*(_any_form(each, columns, begins=True) for each in self.words)]
        wanted += [(Term(each, _texts(columns)),) for each in self.phrases]
        unwanted = [term for each in self.without for term in _any_form(each, columns)]
        unwanted += [Term(each, _texts(columns)) for each in self.without_phrases]
        return Sought(tuple(wanted), tuple(unwanted))


COLUMNS = ("en", "fr", "en_stem", "fr_stem")
"""The columns of the index, in order: each language's texts as they are, and as their stems."""


class Term(Struct, frozen=True):
    """Words one after the other in any of some columns of the index; the last may only begin so."""

    words: tuple[str, ...]
    columns: tuple[str, ...]
    begins: bool = False


class Sought(Struct, frozen=True):
    """What the index is asked: an entry has any term of each group, and none of what is unwanted."""

    wanted: tuple[tuple[Term, ...], ...]
    unwanted: tuple[Term, ...]


@lru_cache(maxsize=1024)
def understand(typed: str) -> Wanted:
    """Read what a person typed: words, "phrases" in any quotation marks, and -words to leave out.

    Everything means something or is passed over: a quotation that does not end is words, signs alone are nothing.
    """
    words: list[str] = []
    without: list[str] = []
    phrases: list[tuple[str, ...]] = []
    without_phrases: list[tuple[str, ...]] = []
    for minus, *quoted, plain in _PART.findall(typed):
        found = tuple(words_of(plain or "".join(quoted)))
        if not found:
            continue
        if minus:
            if plain and len(found) == 1:
                without.append(found[0])
            else:
                without_phrases.append(found)
        elif plain:
            words += found
        else:
            phrases.append(found)
    return Wanted(
        tuple(dict.fromkeys(words)),
        tuple(dict.fromkeys(phrases)),
        tuple(dict.fromkeys(without)),
        tuple(dict.fromkeys(without_phrases)),
    )


def _texts(columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(each for each in columns if each in STEMMED)


def _any_form(word: str, columns: Sequence[str], *, begins: bool = False) -> tuple[Term, ...]:
    """A word as it begins or as it is, or any of its stems."""
    forms = [Term((word,), _texts(columns), begins)]
    for each in STEMMED:
        if f"{each}_stem" in columns:
            forms += [Term((stem,), (f"{each}_stem",)) for stem in sorted(stems(word, each))]
    return tuple(forms)


# Where it stands


def sought_in(text: str, wanted: Wanted, language: str) -> list[tuple[int, int]]:
    """The places of a text in a language that are sought, from and to; a text in composed form."""
    found = [(each.start(), each.end(), each.group()) for each in _WORD.finditer(text)]
    folded = [fold(word) for _, _, word in found]
    hit = [_is_sought(word, wanted, language) for _, _, word in found]
    for phrase in wanted.phrases:
        plain = [fold(each) for each in phrase]
        for n in range(len(folded) - len(plain) + 1):
            if folded[n : n + len(plain)] == plain:
                hit[n : n + len(plain)] = [True] * len(plain)
    return [(start, end) for (start, end, _), is_hit in zip(found, hit, strict=True) if is_hit]


def _is_sought(word: str, wanted: Wanted, language: str) -> bool:
    plain = fold(word)
    return any(
        plain.startswith(fold(each)) or not stems(word, language).isdisjoint(stems(each, language))
        for each in wanted.words
    )


def marked(text: str, wanted: Wanted, language: str) -> tuple[Part, ...]:
    """A text in parts, those sought and those between them; together they are the text."""
    return tuple(_parts(text, sought_in(text, wanted, language), 0, len(text)))


def excerpt(text: str, wanted: Wanted, language: str) -> tuple[Part, ...]:
    """A text in parts; a long one cut down to words around the first that is sought."""
    places = sought_in(text, wanted, language)
    if len(text) <= EXCERPT:
        return tuple(_parts(text, places, 0, len(text)))
    first = places[0][0] if places else 0
    start = 0 if first < EXCERPT // 2 else text.rfind(" ", 0, first - EXCERPT // 4) + 1
    end = len(text) if len(text) - start <= EXCERPT else text.rfind(" ", start, start + EXCERPT)
    if end <= start:
        end = start + EXCERPT
    before, after = ((ASIDE + " ", False),) if start else (), ((" " + ASIDE, False),) if end < len(text) else ()
    return (*before, *_parts(text, places, start, end), *after)


def _parts(text: str, places: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[Part]:
    at = start
    for begins, ends in places:
        if begins < at or ends > end:
            continue
        if begins > at:
            yield text[at:begins], False
        yield text[begins:ends], True
        at = ends
    if at < end:
        yield text[at:end], False
