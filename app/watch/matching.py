"""Which issues and parties an entry bears on, by its words, and when two titles are the same news. Pure functions."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from msgspec import Struct

from app.dossier.schema import Dossier, Feed, Party
from app.watch.feeds import Entry

ALIKE = 0.8
"""The share of common words from which two titles are the same news."""
FEWEST_WORDS = 4
"""Shorter titles ("Form 8-K", "Microsoft") say too little to be compared."""


class Matched(Struct, frozen=True):
    """What an entry bears on; ``terms`` are the words of the topics and the parties' names that it has."""

    issues: tuple[str, ...]
    parties: tuple[str, ...]
    terms: tuple[str, ...]


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in phrase.split())
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def has_phrase(text: str, phrase: str) -> bool:
    """Whether a text has a word or phrase as whole words, capitals or not."""
    return _pattern(phrase.replace("’", "'")).search(text.replace("’", "'")) is not None


def names_of(party: Party) -> tuple[str, ...]:
    """What a party is called in texts: its names, without what explains them in parentheses."""
    names = (name.partition(" (")[0].strip() for name in (party.name.en, party.name.fr))
    return tuple(dict.fromkeys(names))


def match(entry: Entry, feed: Feed, dossier: Dossier) -> Matched | None:
    """What an entry of a feed bears on; ``None`` where it is on none of the feed's topics."""
    text = f"{entry.title}\n{entry.summary}"
    named = {party.id: name for party in dossier.parties for name in names_of(party)[::-1] if has_phrase(text, name)}
    issues, terms = set(feed.issues), []
    topics = [topic for topic in dossier.topics if topic.id in feed.topics]
    for topic in topics:
        found = [term for term in topic.terms if has_phrase(text, term)]
        if found and (not topic.parties or any(party in (*named, *feed.parties) for party in topic.parties)):
            issues.add(topic.issue)
            terms += found
    if topics and not terms:
        return None
    parties = {*feed.parties, *named}
    return Matched(
        tuple(each.id for each in dossier.issues if each.id in issues),
        tuple(each.id for each in dossier.parties if each.id in parties),
        tuple(dict.fromkeys((*terms, *named.values()))),
    )


def significant(title: str) -> frozenset[str]:
    """The words of a title, without a publisher's name after a bar or dash at its end."""
    head = re.split(r"\s[|–—-]\s(?=[^|–—-]{1,40}$)", title)[0]
    return frozenset(re.findall(r"\w+", head.casefold()))


def alike(title: str, other: str) -> bool:
    """Whether two titles are the same news: nearly the same words (Jaccard 1901), and exactly the same numbers."""
    mine, theirs = significant(title), significant(other)
    if min(len(mine), len(theirs)) < FEWEST_WORDS or _numbers(mine) != _numbers(theirs):
        return False
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


def _numbers(words: Iterable[str]) -> Sequence[str]:
    return sorted(word for word in words if any(sign.isdigit() for sign in word))
