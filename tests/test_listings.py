"""The lists: the one fast query against a slow and obvious reading of the dossier."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest
import snowballstemmer
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import event
from sqlmodel import Session

from app.dates import IncompleteDate
from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier, StatusChange, Text
from app.filters import DEFAULT_SORT, FACETS, FIXED, KINDS, ORDER, BadParameter, Filter, Sort, parse_filter
from app.publish.building import publish
from app.queries.listings import all_ids, count_facets, list_changed, list_items, next_places, read_tags
from app.releases.opening import OpenRelease
from app.vocabulary import CURRENT, Listing, Rank, Stance
from tests.conftest import TODAY
from tests.stores import about_files, new_store
from tests.test_dossier import write_small

deterministic = settings(
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    # A session only reads, so that it may serve all examples of a test.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def fold(text: str) -> list[str]:
    """The words of a text in lower case and without accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFD", text) if unicodedata.category(sign) != "Mn")
    return re.findall(r"[^\W_]+", plain.lower())


STEMMERS = {language: snowballstemmer.stemmer(name) for language, name in (("en", "english"), ("fr", "french"))}


@cache
def stems(word: str, language: str) -> frozenset[str]:
    """The stem of a word, and that of the word without its accents, both without accents."""
    stem = STEMMERS[language].stemWord
    return frozenset({*fold(stem(word.lower())), *fold(stem(fold(word)[0]))})


@dataclass(frozen=True)
class Entry:
    """An entry of a list as the slow reading sees it; ``behind`` are the claims it rests on."""

    id: str
    ordinal: int
    first: date
    last: date
    visible: date
    own: Mapping[str, tuple[str, ...]]
    behind: tuple[str, ...]
    texts: Mapping[str, str]

    @cached_property
    def folded(self) -> Mapping[str, list[str]]:
        return {language: fold(text) for language, text in self.texts.items()}

    @cached_property
    def stemmed(self) -> Mapping[str, set[str]]:
        return {
            language: set().union(*(stems(word, language) for word in re.findall(r"[^\W_]+", text)))
            for language, text in self.texts.items()
        }

    def has_word(self, word: str) -> bool:
        """Whether a text holds the word or, in its language, one of the same stem."""
        same = any(stems(word, language) & found for language, found in self.stemmed.items())
        return same or any(fold(word)[0] in found for found in self.folded.values())

    def has_beginning(self, word: str) -> bool:
        return any(each.startswith(fold(word)[0]) for found in self.folded.values() for each in found)

    def has_phrase(self, phrase: list[str]) -> bool:
        sought = f" {' '.join(phrase)} "
        return any(sought in f" {' '.join(found)} " for found in self.folded.values())

    def is_meant(self, typed: str) -> bool:
        """Whether a search finds it: words, "phrases", and -words to leave out; quotes end where they begin."""
        straight = re.sub("«([^»]*)»", r'"\1"', typed)
        parts = [part for part in re.findall(r'(-?)(?:"([^"]*)"|(\S+))', straight) if fold(part[1] + part[2])]
        sought = [part for part in parts if not part[0]]
        return bool(sought) and all(
            bool(minus) != (self.has_phrase(fold(quoted)) if quoted else self._has(plain, whole=bool(minus)))
            for minus, quoted, plain in parts
        )

    def _has(self, plain: str, *, whole: bool) -> bool:
        words = re.findall(r"[^\W_]+", plain)
        return all(self.has_word(each) or (not whole and self.has_beginning(each)) for each in words)


def both(*texts: Text | str | None) -> Mapping[str, str]:
    """Texts in each language, one after the other; a name is the same in both."""
    return {
        language: " ".join(each if isinstance(each, str) else getattr(each, language) for each in texts if each)
        for language in ("en", "fr")
    }


class Obvious:
    """The lists of a dossier, worked out entry by entry from the text of the rules, with no index and no database.

    Answers are kept once given, because the tests ask the same of the same day again and again.
    """

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.compiled = IncompleteDate.parse(dossier.edition.compiled).last
        self.sources = {each.id: each for each in dossier.sources}
        self.claims = {each.id: each for each in dossier.claims}

    # When it was known

    @cache  # noqa: B019  One object lives as long as the module.
    def source_known(self, source: str) -> date:
        return min(IncompleteDate.parse(self.sources[source].published).last, self.compiled)

    @cache  # noqa: B019
    def reported(self, identifier: str) -> IncompleteDate:
        claim = self.claims[identifier]
        supporting = [each.source for each in claim.evidence if each.stance is Stance.SUPPORTS]
        earliest = min(self.source_known(each) for each in supporting)
        published = next(self.sources[each].published for each in supporting if self.source_known(each) == earliest)
        return max(
            IncompleteDate.parse(published), IncompleteDate.parse(claim.status[0].since), key=lambda each: each.last
        )

    @cache  # noqa: B019
    def claim_known(self, claim: str) -> date:
        return min(self.reported(claim).last, self.compiled)

    def change_known(self, change: StatusChange) -> date:
        since = min(IncompleteDate.parse(change.since).last, self.compiled)
        return max(since, self.claim_known(change.by)) if change.by else since

    # What it is about

    @cache  # noqa: B019
    def said_by_claim(self, identifier: str, parameter: str, day: date) -> set[str]:
        """What a claim contributes to a facet on a day; nothing before the claim was known."""
        if self.claim_known(identifier) > day:
            return set()
        claim = self.claims[identifier]
        if parameter == "status":
            begun = [each.value for each in claim.status[1:] if self.change_known(each) <= day]
            return {str(begun[-1] if begun else claim.status[0].value)}
        if parameter == "rank":
            if self.said_by_claim(identifier, "status", day) & {"contradicted", "superseded"}:
                return {"deprecated"}
            told = [
                each.value for each in claim.rank if min(IncompleteDate.parse(each.since).last, self.compiled) <= day
            ]
            return {str(told[-1]) if told else "normal"}
        if parameter == "source":
            return {each.source for each in claim.evidence if self.source_known(each.source) <= day}
        values: Any = {
            "issue": claim.issues,
            "party": claim.parties,
            "driver": claim.drivers,
            "impact": claim.impacts,
            "flag": claim.flags,
            "kind": (claim.kind,),
            "attribution": (claim.attribution,),
        }[parameter]
        return {str(each) for each in values}

    def values(self, entry: Entry, parameter: str, day: date) -> set[str]:
        if parameter in entry.own:
            return set(entry.own[parameter])
        return set().union(*(self.said_by_claim(claim, parameter, day) for claim in entry.behind))

    # The lists

    @cached_property
    def lists(self) -> Mapping[Listing, list[Entry]]:
        return {
            Listing.CLAIMS: list(self._claims()),
            Listing.DEVELOPMENTS: list(self._developments()),
            Listing.FIGURES: list(self._figures()),
            Listing.SOURCES: list(self._sources()),
            Listing.GLOSSARY: list(self._glossary()),
        }

    def _claims(self) -> Iterator[Entry]:
        for n, claim in enumerate(self.dossier.claims):
            when = IncompleteDate.parse(claim.happened) if claim.happened else self.reported(claim.id)
            texts = both(claim.text)
            yield Entry(claim.id, n, when.first, when.last, self.claim_known(claim.id), {}, (claim.id,), texts)

    def _developments(self) -> Iterator[Entry]:
        for n, each in enumerate(self.dossier.developments):
            when = IncompleteDate.parse(each.date)
            behind = each.claims
            visible = max(when.first, min(self.claim_known(claim) for claim in behind))
            own = {"issue": each.issues, "party": each.parties, "kind": (str(each.kind),)}
            texts = both(each.title, *(standing.sentence for standing in each.standings))
            yield Entry(each.id, n, when.first, when.last, visible, own, behind, texts)

    def _figures(self) -> Iterator[Entry]:
        for n, each in enumerate(self.dossier.figures):
            dates = [IncompleteDate.parse(reading.as_of) for reading in each.readings]
            behind = tuple(reading.claim for reading in each.readings)
            visible = min(
                max(self.claim_known(reading.claim), self.source_known(reading.source)) for reading in each.readings
            )
            own = {"issue": each.issues, "party": each.parties, "kind": (str(each.unit),)}
            first, last = min(day.first for day in dates), max(day.last for day in dates)
            yield Entry(each.id, n, first, last, visible, own, behind, both(each.name, each.description))

    def _sources(self) -> Iterator[Entry]:
        for n, each in enumerate(self.dossier.sources):
            when = IncompleteDate.parse(each.published)
            citing = tuple(
                claim.id for claim in self.dossier.claims if any(line.source == each.id for line in claim.evidence)
            )
            own = {"source": (each.id,), "kind": (str(each.kind),)}
            texts = both(each.title, each.publisher, each.note, *(locator.gist for locator in each.locators))
            yield Entry(each.id, n, when.first, when.last, self.source_known(each.id), own, citing, texts)

    def _glossary(self) -> Iterator[Entry]:
        everything = min(self.source_known(each) for each in self.sources)
        for n, each in enumerate(self.dossier.glossary):
            visible = min((self.claim_known(claim) for claim in each.claims), default=everything)
            texts = both(each.term, each.definition, each.caution)
            yield Entry(each.id, n, date.min, date.max, visible, {"kind": (str(each.kind),)}, each.claims, texts)

    def matches(self, entry: Entry, chosen: Filter, day: date) -> bool:
        if entry.visible > day:
            return False
        if chosen.from_ and entry.last < IncompleteDate.parse(chosen.from_).first:
            return False
        if chosen.to and entry.first > IncompleteDate.parse(chosen.to).last:
            return False
        for parameter in FACETS:
            wanted = set(chosen.values(parameter))
            if wanted and not wanted & self.values(entry, parameter, day):
                return False
        return not chosen.q or entry.is_meant(chosen.q)

    def list(self, listing: Listing, chosen: Filter, day: date) -> list[str]:
        found = [each for each in self.lists[listing] if self.matches(each, chosen, day)]
        sort = chosen.sort or DEFAULT_SORT[listing]
        if sort is not Sort.LISTED:
            found.sort(key=lambda each: (each.first, each.ordinal), reverse=sort is Sort.NEWEST)
        return [each.id for each in found]


@pytest.fixture(scope="module")
def obvious(dossier: Dossier) -> Obvious:
    return Obvious(dossier)


class Draws:
    """Random filters made of what a dossier holds, so that most of them let something through."""

    def __init__(self, obvious: Obvious, names: Mapping[str, Mapping[str, object]]) -> None:
        self.obvious, self.names = obvious, names
        days = {each.first for entries in obvious.lists.values() for each in entries} - {date.min}
        days |= {each.visible for entries in obvious.lists.values() for each in entries}
        # Some thirty days are enough, so that the slow reading meets each of them more than once.
        self.days = sorted(days | {day - timedelta(1) for day in days})[:: max(1, 2 * len(days) // 30)]
        self.texts = {
            listing: [text for each in entries for text in each.texts.values()]
            for listing, entries in obvious.lists.items()
        }
        self.words = {
            listing: sorted({word for text in self.texts[listing] for word in re.findall(r"[^\W_]{2,}", text)})
            for listing in obvious.lists
        }

    def values(self, parameter: str, listing: Listing) -> list[str]:
        if parameter == "kind":
            return [str(each) for each in KINDS[listing]]
        return [str(each) for each in FIXED.get(parameter) or self.names[parameter]]

    def typed(self, data: st.DataObject, listing: Listing) -> str:
        """What a person might type: a word or its beginning, and perhaps a phrase or a word to leave out."""
        word = data.draw(st.sampled_from(self.words[listing]))
        typed = [word[: data.draw(st.sampled_from([1, 2, 3, len(word)]))]]
        more = data.draw(st.sampled_from(["", "", "word", "phrase", "without", "without phrase"]))
        if more in ("word", "without"):
            typed.append("-" * (more == "without") + data.draw(st.sampled_from(self.words[listing])))
        elif more:
            found = re.findall(r"[^\W_]+", data.draw(st.sampled_from(self.texts[listing])))
            start = data.draw(st.integers(0, len(found) - 1))
            phrase = " ".join(found[start : start + data.draw(st.integers(1, 3))])
            typed.append("-" * (more == "without phrase") + f'"{phrase}"')
        return " ".join(data.draw(st.permutations(typed)))[:200]

    def filter(self, data: st.DataObject, listing: Listing) -> tuple[Filter, date]:
        """A filter of up to three facets, a range, words and an order; and a day to look from."""
        chosen: dict[str, Any] = {}
        for parameter in data.draw(st.lists(st.sampled_from(FACETS), max_size=3, unique=True)):
            values = data.draw(
                st.lists(st.sampled_from(self.values(parameter, listing)), min_size=1, max_size=4, unique=True)
            )
            chosen[parameter] = tuple(sorted(values))
        extra = data.draw(st.sets(st.sampled_from(["from_", "to", "q", "sort", "day"]), max_size=3))
        for name in sorted(extra & {"from_", "to"}):
            day = data.draw(st.sampled_from(self.days))
            chosen[name] = day.isoformat()[: data.draw(st.sampled_from([4, 7, 10]))]
        if "q" in extra:
            chosen["q"] = self.typed(data, listing)
        if "sort" in extra:
            chosen["sort"] = data.draw(st.sampled_from(Sort))
        as_of = data.draw(st.sampled_from(self.days)) if "day" in extra else TODAY
        return Filter(**chosen), as_of


@pytest.fixture(scope="module")
def draws(obvious: Obvious, release: OpenRelease) -> Draws:
    return Draws(obvious, release.names)


LISTINGS = pytest.mark.parametrize("listing", list(Listing))


# The fast against the slow


@LISTINGS
@settings(deterministic, max_examples=100)
@given(data=st.data())
def test_the_fast_query_lists_what_the_rules_say(
    session: Session, obvious: Obvious, draws: Draws, listing: Listing, data: st.DataObject
) -> None:
    """For any filter, day and order, the list holds the entries that a slow reading of the dossier finds."""
    chosen, as_of = draws.filter(data, listing)
    expected = obvious.list(listing, chosen, as_of)
    found = all_ids(session, listing=listing, chosen=chosen, as_of=as_of)
    assert set(found) == set(expected), f"{chosen.query()} as of {as_of}"
    assert list(found) == expected, f"{chosen.query()} as of {as_of}: the right entries in another order"
    assert list_items(session, listing=listing, chosen=chosen, as_of=as_of).count == len(expected)


@pytest.mark.parametrize("day", [date(2023, 1, 30), date(2025, 6, 16), date(2025, 6, 17)])
def test_two_values_hold_from_their_day_on(session: Session, day: date) -> None:
    """Two values of a facet let through what either lets through, on any day (decision 0009)."""

    def listed(*values: str) -> set[str]:
        return set(all_ids(session, listing=Listing.FIGURES, chosen=Filter(flag=values), as_of=day))

    assert listed("magnitude", "translation") == listed("magnitude") | listed("translation")


@about_files("the plans, and the error that they avoid, are SQLite's")
@LISTINGS
def test_no_range_is_sought_behind_a_list(session: Session, listing: Listing) -> None:
    """What asks the tags seeks no listed values and then a day in one index: SQLite 3.40 answers that wrongly."""
    chosen = Filter(flag=("magnitude", "translation"), rank=("normal", "preferred"), issue=("ownership", "windsurf"))
    seen: list[str] = []

    def keep(_c: object, cursor: Any, statement: str, parameters: Any, _x: object, _m: object) -> None:
        seen.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    engine = session.get_bind()
    event.listen(engine, "after_cursor_execute", keep)
    try:
        next_places(session, listing=listing, chosen=chosen, as_of=TODAY, after=None, limit=10)
        list_changed(session, listing=listing, chosen=chosen, as_of=TODAY)
    finally:
        event.remove(engine, "after_cursor_execute", keep)
    assert any("listing_tag" in plan for plan in seen)
    assert not [plan for plan in seen if re.search(r"value=\? AND since[<>]", plan)]


@LISTINGS
@settings(deterministic, max_examples=25)
@given(data=st.data())
def test_a_facet_counts_what_its_value_would_list(
    session: Session, obvious: Obvious, draws: Draws, listing: Listing, data: st.DataObject
) -> None:
    """Each count is the length of the list that the value leads to, by the fast query and by the slow reading."""
    chosen, as_of = draws.filter(data, listing)
    counts = count_facets(session, listing=listing, chosen=chosen, as_of=as_of)
    for parameter in FACETS:
        values = draws.values(parameter, listing)
        assert set(counts.get(parameter, {})) <= set(values), f"{parameter} counts a value that no address takes"
        listed = [each for each in obvious.lists[listing] if obvious.matches(each, chosen.without(parameter), as_of)]
        expected = Counter(value for each in listed for value in obvious.values(each, parameter, as_of))
        shown = counts.get(parameter, {})
        assert shown == expected, f"{parameter} at {chosen.query()} as of {as_of}"
        value = data.draw(st.sampled_from(values))
        narrowed = replace(chosen, **{parameter: (value,)})
        listed_with = list_items(session, listing=listing, chosen=narrowed, as_of=as_of).count
        assert shown.get(value, 0) == listed_with, f"{parameter}={value} at {chosen.query()} as of {as_of}"


@LISTINGS
def test_a_scope_is_a_filter_that_the_page_adds(
    session: Session, obvious: Obvious, draws: Draws, listing: Listing
) -> None:
    """A page about one issue shows what the filter by that issue shows, counts included."""
    for issue in draws.values("issue", listing):
        scope = [("issue", issue)]
        by_filter = Filter(issue=(issue,))
        found = all_ids(session, listing=listing, chosen=Filter(), as_of=TODAY, scope=scope)
        assert list(found) == obvious.list(listing, by_filter, TODAY)
        assert list_items(session, listing=listing, chosen=Filter(), as_of=TODAY, scope=scope).count == len(found)
        counts = count_facets(session, listing=listing, chosen=Filter(), as_of=TODAY, scope=scope)
        for party, count in counts.get("party", {}).items():
            both = Filter(issue=(issue,), party=(party,))
            assert count == len(all_ids(session, listing=listing, chosen=both, as_of=TODAY))


@LISTINGS
def test_the_badges_are_the_tags(session: Session, obvious: Obvious, listing: Listing) -> None:
    """What is said of an entry on its card is what the filter finds it by."""
    entries = obvious.lists[listing]
    for as_of in (TODAY, date(2025, 6, 30)):
        shown = {each.id: each for each in entries if each.visible <= as_of}
        tags = read_tags(session, listing=listing, ids=list(shown), as_of=as_of)
        for identifier, entry in shown.items():
            for parameter in FACETS:
                expected = tuple(sorted(obvious.values(entry, parameter, as_of)))
                assert tags[identifier].get(parameter, ()) == expected, f"{parameter} of {identifier} as of {as_of}"


# Dates


def stored_dates(dossier: Dossier) -> Iterator[tuple[Listing, str, str]]:
    """Every date that a list's entries carry: (list, id, date as typed)."""
    for claim in dossier.claims:
        if claim.happened:
            yield Listing.CLAIMS, claim.id, claim.happened
    for development in dossier.developments:
        yield Listing.DEVELOPMENTS, development.id, development.date
    for source in dossier.sources:
        yield Listing.SOURCES, source.id, source.published
    for figure in dossier.figures:
        for reading in figure.readings:
            yield Listing.FIGURES, figure.id, reading.as_of


def test_every_stored_date_finds_its_entry(session: Session, dossier: Dossier) -> None:
    """For each date in the dossier, the range from it to it lists at least the entry that carries it."""
    asked: dict[tuple[Listing, str], set[str]] = {}
    for listing, identifier, text in stored_dates(dossier):
        if (listing, text) not in asked:
            chosen = Filter(from_=text, to=text)
            asked[listing, text] = set(all_ids(session, listing=listing, chosen=chosen, as_of=TODAY))
        assert identifier in asked[listing, text], f"{listing}: from={text}&to={text} leaves out {identifier}"
    assert {listing for listing, _ in asked} == set(Listing) - {Listing.GLOSSARY}


def test_a_date_known_to_the_month_is_found_by_its_days(session: Session, obvious: Obvious) -> None:
    """An entry of a month is found by any day of that month, and by its year, and not by the days around."""
    vague = [
        (listing, each)
        for listing, entries in obvious.lists.items()
        for each in entries
        if each.first < each.last and listing not in (Listing.FIGURES, Listing.GLOSSARY)
    ]
    assert vague, "the dossier holds dates known to the month"
    for listing, entry in vague:
        for day, there in (
            (entry.first, True),
            (entry.last, True),
            (entry.first - timedelta(1), False),
            (entry.last + timedelta(1), False),
        ):
            chosen = Filter(from_=day.isoformat(), to=day.isoformat())
            found = all_ids(session, listing=listing, chosen=chosen, as_of=TODAY)
            assert (entry.id in found) == there, f"{listing} {entry.id} at {day}"
        year = Filter(from_=str(entry.first.year), to=str(entry.first.year))
        assert entry.id in all_ids(session, listing=listing, chosen=year, as_of=TODAY)


@LISTINGS
@settings(deterministic, max_examples=40)
@given(data=st.data())
def test_what_was_known_stays_known(session: Session, draws: Draws, listing: Listing, data: st.DataObject) -> None:
    """Everything to be seen as of one day is to be seen as of any later day."""
    earlier, later = sorted(data.draw(st.lists(st.sampled_from(draws.days), min_size=2, max_size=2)))
    before = set(all_ids(session, listing=listing, chosen=Filter(), as_of=earlier))
    after = set(all_ids(session, listing=listing, chosen=Filter(), as_of=later))
    assert before <= after, f"known on {earlier} and no more on {later}: {sorted(before - after)}"


@LISTINGS
def test_nothing_is_known_before_anything_was_published(session: Session, obvious: Obvious, listing: Listing) -> None:
    """The day before the first publication shows an empty list; the day the record was searched shows all."""
    first = min(obvious.source_known(each) for each in obvious.sources)
    assert all_ids(session, listing=listing, chosen=Filter(), as_of=first - timedelta(1)) == ()
    everything = all_ids(session, listing=listing, chosen=Filter(), as_of=obvious.compiled)
    assert len(everything) == len(obvious.lists[listing]), "nothing is dated later than the day of the last search"


def test_a_claim_has_one_status_on_every_day(session: Session, obvious: Obvious, draws: Draws) -> None:
    """On each day, every visible claim has exactly one status, so that the counts by status add up."""
    for day in draws.days[:: max(1, len(draws.days) // 40)]:
        visible = list_items(session, listing=Listing.CLAIMS, chosen=Filter(), as_of=day).count
        counts = count_facets(session, listing=Listing.CLAIMS, chosen=Filter(), as_of=day)
        assert sum(counts.get("status", {}).values()) == visible, f"as of {day}"


def test_a_claim_has_one_rank_on_every_day(session: Session, obvious: Obvious, draws: Draws) -> None:
    """On each day every visible claim ranks once, and what its status has overtaken is deprecated."""
    for day in draws.days[:: max(1, len(draws.days) // 40)]:
        visible = all_ids(session, listing=Listing.CLAIMS, chosen=Filter(), as_of=day)
        tags = read_tags(session, listing=Listing.CLAIMS, ids=visible, as_of=day)
        for claim in visible:
            assert tags[claim]["rank"] == tuple(obvious.said_by_claim(claim, "rank", day)), f"{claim} as of {day}"


@settings(deterministic, max_examples=40)
@given(data=st.data())
def test_what_counted_goes_on_counting_unless_it_was_overtaken(
    session: Session, draws: Draws, data: st.DataObject
) -> None:
    """What is current on one day is current on any later day, except what was overtaken since."""
    earlier, later = sorted(data.draw(st.lists(st.sampled_from(draws.days), min_size=2, max_size=2)))
    current = Filter(rank=tuple(CURRENT))
    before, after = (
        set(all_ids(session, listing=Listing.CLAIMS, chosen=current, as_of=day)) for day in (earlier, later)
    )
    deprecated = Filter(rank=(str(Rank.DEPRECATED),))
    overtaken = set(all_ids(session, listing=Listing.CLAIMS, chosen=deprecated, as_of=later))
    assert before - after <= overtaken
    assert not after & overtaken


def test_the_last_status_known_is_how_a_claim_stands(tmp_path: Path) -> None:
    """Where a change becomes known only after a later one, the later one stands, and no day has two statuses."""
    folder = write_small(tmp_path)
    change = """\
    - value: disputed
      since: 2025-08-01
      by: sum-filed
    - value: superseded
      since: 2025-09-01
      by: talks
"""
    text = (folder / "claims.yaml").read_text("utf-8")
    begin, end = text.index("    - value: superseded"), text.index("  evidence:", text.index("    - value: superseded"))
    (folder / "claims.yaml").write_text(text[:begin] + change + text[end:], "utf-8")
    small = load_dossier(folder)
    obvious = Obvious(small)
    held = new_store(tmp_path / "releases")
    release = held.open(publish(small, held).id)
    try:
        with release.session() as session:
            for day in (date(2025, 6, 17), date(2025, 8, 15), date(2025, 9, 15), date(2025, 10, 15)):
                tags = read_tags(session, listing=Listing.CLAIMS, ids=["sum-said"], as_of=day)
                expected = tuple(obvious.said_by_claim("sum-said", "status", day))
                assert tags["sum-said"]["status"] == expected, f"as of {day}"
    finally:
        release.close()


# Order and pages


@LISTINGS
@pytest.mark.parametrize("sort", list(Sort))
def test_a_list_is_in_its_order(session: Session, obvious: Obvious, listing: Listing, sort: Sort) -> None:
    """Newest first and oldest first are each other's mirror; as listed is the dossier's order."""
    found = all_ids(session, listing=listing, chosen=Filter(sort=sort), as_of=TODAY)
    by_id = {each.id: each for each in obvious.lists[listing]}
    days = [by_id[each].first for each in found]
    match sort:
        case Sort.NEWEST:
            assert days == sorted(days, reverse=True)
            assert found[::-1] == all_ids(session, listing=listing, chosen=Filter(sort=Sort.OLDEST), as_of=TODAY)
        case Sort.OLDEST:
            assert days == sorted(days)
        case Sort.LISTED:
            assert list(found) == [each.id for each in obvious.lists[listing]]


@LISTINGS
@settings(deterministic, max_examples=25)
@given(data=st.data(), size=st.integers(1, 200))
def test_pages_part_the_list(session: Session, draws: Draws, listing: Listing, data: st.DataObject, size: int) -> None:
    """The pages of any size, one after the other, are the whole list: nothing twice, nothing lost."""
    chosen, as_of = draws.filter(data, listing)
    chosen = replace(chosen, size=max(size, 4))
    whole = all_ids(session, listing=listing, chosen=chosen, as_of=as_of)
    first = list_items(session, listing=listing, chosen=chosen, as_of=as_of)
    assert first.count == len(whole)
    assert first.pages == max(1, -(-len(whole) // (chosen.size or 1)))
    pages = [
        list_items(session, listing=listing, chosen=chosen.at_page(n), as_of=as_of).ids
        for n in range(1, first.pages + 1)
    ]
    assert all(len(page) == chosen.size for page in pages[:-1]), "only the last page may be short"
    assert tuple(identifier for page in pages for identifier in page) == whole
    assert list_items(session, listing=listing, chosen=chosen.at_page(first.pages + 1), as_of=as_of).ids == ()


# Search


def search(session: Session, words: str, listing: Listing = Listing.CLAIMS) -> set[str]:
    return set(all_ids(session, listing=listing, chosen=Filter(q=words), as_of=TODAY))


def test_search_folds_accents_and_case(session: Session, obvious: Obvious) -> None:
    """Words are found with and without their accents, in any case, however the accents are encoded."""
    accented = sorted(
        {
            word
            for each in obvious.lists[Listing.CLAIMS]
            for word in re.findall(r"[^\W\d_]{4,}", each.texts["fr"])
            if fold(word) != [word.lower()]
        }
    )
    assert accented, "the French texts hold accents"
    for word in accented[:: max(1, len(accented) // 40)]:
        found = search(session, word)
        assert found, f"{word!r} stands in a claim and is not found"
        (plain,) = fold(word)
        for written in (word.upper(), unicodedata.normalize("NFD", word)):
            assert search(session, written) == found, f"{written!r} should find what {word!r} finds"
        holding = {each.id for each in obvious.lists[Listing.CLAIMS] if plain in each.folded["fr"]}
        # Without its accents a word has lost what one of its stems was made of, and may find fewer other forms.
        assert holding <= search(session, plain) <= found, f"{plain!r} should find what holds {word!r}"
        assert search(session, plain.upper()) == search(session, plain)


def test_search_finds_words_by_their_beginning(session: Session) -> None:
    """A beginning finds all its words; more letters never find more."""
    previous = None
    for length in range(1, len("microsoft") + 1):
        found = search(session, "microsoft"[:length])
        assert found
        assert previous is None or found <= previous
        previous = found


def test_all_words_of_a_search_must_occur(session: Session) -> None:
    """Two words find the claims that hold both, in any order and whatever stands between."""
    both = search(session, "microsoft azure")
    assert both == search(session, "microsoft") & search(session, "azure")
    assert both == search(session, "azure, microsoft!")


@pytest.mark.parametrize(
    "typed",
    [
        *('"', '""', '"azure', 'azure"', "*", "azure*", "*azure", "NEAR(", "NEAR(azure microsoft, 2)", "a AND", "AND"),
        *("OR", "NOT azure", "azure OR", "azure NOT microsoft", "en:azure", "listing:claims", "{en fr}: azure"),
        *("^azure", "-azure", "(", ")", "()", "a + b", "azure:", "'", "''; DROP TABLE claim; --", "%", "_"),
        *("\\", "\\x00", "💥", "azure 💥", "👩\u200d💻", "?", "&", "<script>", "…", "« Azure »", "49 %"),
        *("l'exclusivité", "l’exclusivité", "$1.3", "x" * 200, "² ½", "微软"),
    ],
)  # fmt: skip
def test_whatever_is_typed_is_searched_for(session: Session, obvious: Obvious, typed: str) -> None:
    """Signs that mean something to the search engine and nothing to the reader separate words."""
    found = search(session, typed)
    assert found == {each.id for each in obvious.lists[Listing.CLAIMS] if each.is_meant(typed)}


@settings(deterministic, max_examples=150)
@given(typed=st.text(max_size=40))
def test_no_search_is_an_error(session: Session, typed: str) -> None:
    """Whatever text the filter takes, the search engine takes."""
    try:
        chosen = parse_filter([("q", typed)], listing=Listing.SOURCES, known=dict.fromkeys(ORDER, ()), today=TODAY)
    except BadParameter:
        return
    list_items(session, listing=Listing.SOURCES, chosen=chosen, as_of=TODAY)
