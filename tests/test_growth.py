"""What stays quick among many entries: sets that say what the tags say, and no statement that reads a whole table."""

import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from pyroaring import BitMap
from sqlalchemy import create_engine, event, select, text
from sqlmodel import Session
from sqlmodel import select as select_rows
from starlette.testclient import TestClient

from app import engines
from app.dossier.schema import Dossier
from app.engines import holding, listing_text, match_expression
from app.filters import FACETS, KINDS, Filter, Sort, parse_filter
from app.main import create_app
from app.models import ListingSet, Source
from app.publish import ordering
from app.publish.building import publish
from app.publish.synthetic import Synthetic
from app.queries import listings, search, sets, sources
from app.queries.issues import list_issues, read_issue
from app.queries.sources import read_sources
from app.queries.viewpoint import Viewpoint
from app.releases.opening import OpenRelease
from app.releases.store import ReleaseFolder
from app.settings import Settings
from app.vocabulary import Listing
from app.words import understand
from scripts import streaming
from tests.conftest import TODAY
from tests.test_house import counted
from tests.test_listings import deterministic

CLAIMS = 600
COMMON = 40
"""A word that more entries hold has a set of them in the release."""


@pytest.fixture(scope="module")
def folder(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("growth")
    with pytest.MonkeyPatch.context() as patch:
        # So that words are common among hundreds of entries as they are among a million.
        patch.setattr(ordering, "COMMON", COMMON)
        patch.setattr(ordering, "AT_MOST", 300)
        publish(dossier, ReleaseFolder(path), synthetic=Synthetic(dossier, CLAIMS, 1))
    return path


@pytest.fixture(scope="module")
def grown(folder: Path) -> Iterator[OpenRelease]:
    current = ReleaseFolder(folder).current_id()
    assert current is not None
    opened = OpenRelease(ReleaseFolder(folder).path_of(current))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def grown_session(grown: OpenRelease) -> Iterator[Session]:
    with grown.session() as opened:
        yield opened


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(releases=folder), clock=lambda: TODAY), follow_redirects=True) as opened:
        yield opened


def sets_by_tags(session: Session, day: date) -> dict[tuple[str, str, str], BitMap]:
    """The sets of a day as the tags themselves have them, but for those of no entry."""
    known = "SELECT listing, item, position FROM listing_item WHERE visible_from <= :day"
    rows = session.connection().execute(
        text(
            f"SELECT listing, '{sets.ALL}', '', position FROM ({known}) UNION ALL "
            "SELECT tag.listing, parameter, value, position FROM listing_tag AS tag "
            f"JOIN ({known}) USING (listing, item) WHERE since <= :day AND until > :day"
        ),
        {"day": day.isoformat()},
    )
    found: dict[tuple[str, str, str], BitMap] = {}
    for listing, parameter, value, position in rows:
        found.setdefault((listing, parameter, value), BitMap()).add(position)
    return found


def sets_as_kept(found: sets.Sets) -> dict[tuple[str, str, str], BitMap]:
    return {
        (listing, parameter, value): positions
        for listing, parameters in found.values.items()
        for parameter, values in parameters.items()
        for value, positions in values.items()
        if positions
    }


def filters(release: OpenRelease, listing: Listing | None) -> st.SearchStrategy[Filter]:
    """Filters of a few values, dates and words, as an address has them."""
    known = {"kind": KINDS[listing], **{each: tuple(sorted(release.names[each])) for each in release.names}}
    fixed = {"status": ("disputed", "reported", "superseded"), "attribution": ("party", "report", "nobody")}
    fixed |= {"flag": ("date", "magnitude"), "rank": ("preferred", "normal", "deprecated")}
    pairs = st.sampled_from(FACETS).flatmap(
        lambda facet: st.tuples(st.just(facet), st.sampled_from(fixed.get(facet) or known[facet]))
    )
    dates = st.sampled_from(["2016", "2019-05", "2023-11-02", "2024-02", "2025", "2025-06-16", "2026-10"])
    words = st.sampled_from(["agreement", "synthetic -audit", "micro", "«\u00a0le brouillon\u00a0»", "open board"])
    other = st.one_of(
        st.tuples(st.sampled_from(["from", "to"]), dates),
        st.tuples(st.just("q"), words),
        st.tuples(st.just("sort"), st.sampled_from(["newest", "oldest"])),
    )

    def read(chosen: list[tuple[str, str]]) -> Filter:
        single = {name: value for name, value in chosen if name not in FACETS}
        if single.get("from", "") > single.get("to", "9"):
            del single["from"]
        given_pairs = [pair for pair in chosen if pair[0] in FACETS] + list(single.items())
        return parse_filter(given_pairs, listing=listing, known=release.names, today=TODAY)

    return st.lists(st.one_of(pairs, pairs, other), max_size=4).map(read)


def test_the_sets_of_every_day_say_what_the_tags_say(grown: OpenRelease, grown_session: Session) -> None:
    """Of every day on which anything changes, the day before it and the day after, and of days long before and after:
    which entries have each value is what the tags themselves give.
    """
    connection = grown_session.connection()
    changing = connection.execute(
        text(
            "SELECT visible_from FROM listing_item "
            "UNION SELECT since FROM listing_tag UNION SELECT until FROM listing_tag"
        )
    ).scalars()
    near = {date.fromisoformat(each) + timedelta(days) for each in changing if each < "9999" for days in (-1, 0, 1)}
    wholes = connection.execute(text("SELECT count(DISTINCT day) FROM listing_change WHERE whole")).scalar_one()
    assert wholes > 3
    assert len(near) > 400
    settled = sets.read_sets(grown_session).settled
    assert min(near) < settled < max(near)
    for day in sorted(near | {date(1990, 1, 1), date(2090, 1, 1)}):
        assert sets_as_kept(sets.sets_as_of(grown_session, day)) == sets_by_tags(grown_session, day), day
    # Nothing is left to change on the day of which the sets are kept.
    assert sets_as_kept(sets._read_past(grown_session, sets.read_sets(grown_session), settled)) == sets_by_tags(
        grown_session, settled
    )


DAYS = st.one_of(st.sampled_from([TODAY, TODAY + timedelta(days=400)]), st.dates(date(2012, 1, 1), TODAY))


def asked_of_tags(
    session: Session, listing: Listing, chosen: Filter, day: date, scope: sets.Scope = ()
) -> dict[str, Mapping[str, tuple[str, ...]]]:
    """What a filter lets through in its order, each entry with its values, as the tags themselves have it."""
    places = listings.next_places(
        session, listing=listing, chosen=chosen, as_of=day, scope=scope, after=None, limit=100_000
    )
    ids = [each.id for each in places]
    tags = listings.read_tags(session, listing=listing, ids=ids, as_of=day)
    return {each: tags[each] for each in ids}


def counted_values(entries: Iterable[Mapping[str, tuple[str, ...]]], parameter: str) -> Counter[str]:
    return Counter(value for entry in entries for value in entry.get(parameter, ()))


@pytest.mark.parametrize("listing", Listing)
@deterministic
@given(data=st.data())
def test_the_sets_say_what_the_tags_say(
    grown: OpenRelease, grown_session: Session, listing: Listing, data: st.DataObject
) -> None:
    """On any day, what is listed and counted by sets is what the tags themselves give."""
    chosen, day = data.draw(filters(grown, listing)), data.draw(DAYS)
    scope = data.draw(st.sampled_from([(), (("issue", "windsurf"),), (("party", "microsoft"),)]))
    asked: dict[str, Any] = {"listing": listing, "chosen": chosen, "as_of": day, "scope": scope}
    by_tags = asked_of_tags(grown_session, listing, chosen, day, scope)
    assert listings.all_ids(grown_session, **asked) == tuple(by_tags)
    listed = listings.list_items(grown_session, **asked)
    assert (listed.count, listed.complete) == (len(by_tags), True)
    assert listed.ids == tuple(by_tags)[: len(listed.ids)]
    assert listings.count_items(grown_session, **asked) == len(by_tags)
    counts = listings.count_facets(grown_session, **asked)
    for facet in FACETS:
        wider = asked_of_tags(grown_session, listing, chosen.without(facet), day, scope)
        assert counts[facet] == counted_values(wider.values(), facet), facet


@deterministic
@given(data=st.data())
def test_the_search_counts_by_sets_what_the_tags_say(
    grown: OpenRelease, grown_session: Session, data: st.DataObject
) -> None:
    """On any day, the search finds and counts the same by sets as by the tags."""
    chosen, day = data.draw(filters(grown, None)), data.draw(DAYS)

    def of_all(narrowed: Filter) -> dict[tuple[Listing, str], Mapping[str, tuple[str, ...]]]:
        return {
            (listing, identifier): values
            for listing in Listing
            for identifier, values in asked_of_tags(grown_session, listing, narrowed, day).items()
        }

    by_tags = of_all(chosen)
    found = search.search(grown_session, chosen=replace(chosen, size=200), viewpoint=Viewpoint("fr", day))
    hits = [(hit.kind, hit.id) for hit in found.hits]
    assert found.count == len(by_tags)
    assert len(set(hits)) == len(hits) == min(200, len(by_tags))
    assert set(hits) <= by_tags.keys()
    counts = search.count_facets(grown_session, chosen=chosen, as_of=day)
    assert counts["in"] == Counter(listing for listing, _ in by_tags)
    for facet in FACETS:
        assert counts[facet] == counted_values(of_all(chosen.without(facet)).values(), facet), facet


@pytest.mark.parametrize("day", [TODAY, date(2025, 6, 20), date(2022, 1, 1)])
def test_an_issue_is_the_same_by_sets_and_by_tags(grown_session: Session, day: date) -> None:
    """Shares, sides, sources searched and the newest evidence of every issue, and what each source carries."""
    viewpoint = Viewpoint("en", day)
    every = listings.all_ids(grown_session, listing=Listing.SOURCES, chosen=Filter(), as_of=day)
    for card in read_sources(grown_session, ids=every, viewpoint=viewpoint):
        citing = asked_of_tags(grown_session, Listing.CLAIMS, Filter(source=(card.id,)), day)
        assert card.claims == len(citing), card.id
    published = dict(grown_session.exec(select_rows(Source.id, Source.published_first)).all())
    for card_of_issue in list_issues(grown_session, viewpoint=viewpoint):
        claims = asked_of_tags(grown_session, Listing.CLAIMS, Filter(issue=(card_of_issue.id,)), day).values()
        current = [each for each in claims if each["rank"] != ("deprecated",)]
        assert (card_of_issue.claims, card_of_issue.current) == (len(claims), len(current))
        for shares, parameter in ((card_of_issue.mix, "status"), (card_of_issue.footing, "attribution")):
            assert {each.value: each.count for each in shares} == counted_values(claims, parameter)
            standing = {each.value: each.current for each in shares if each.current}
            assert standing == counted_values(current, parameter)
        cited = counted_values(claims, "source")
        assert card_of_issue.newest == max((published[each] for each in cited), default=None)
        detail = read_issue(grown_session, identifier=card_of_issue.id, viewpoint=viewpoint)
        assert detail is not None
        assert detail.ledger.sources == len(cited)
        told = counted_values([each for each in claims if each["attribution"] == ("party",)], "speaker")
        assert [each.own_word for each in detail.symmetry] == [told[each.party] for each in detail.symmetry]


def test_a_value_may_come_and_go_more_than_once(dossier: Dossier, tmp_path: Path) -> None:
    """A status that a claim has, loses and has again is in the sets of the days on which it has it."""
    publish(dossier, ReleaseFolder(tmp_path))
    (path,) = tmp_path.glob("*.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        listing, item, first = connection.execute(
            "SELECT listing, item, visible_from FROM listing_item "
            "WHERE listing = 'claims' ORDER BY visible_from LIMIT 1"
        ).fetchone()
        connection.execute("DELETE FROM listing_tag WHERE item = ? AND parameter = 'status'", (item,))
        days = [first, "2025-07-01", "2025-08-01", "2025-09-01", "9999-12-31"]
        for number, (since, until) in enumerate(pairwise(days)):
            row = (listing, item, "status", since, ("disputed", "reported")[number % 2], until)
            columns = "listing, item, parameter, since, value, until"
            connection.execute(f"INSERT INTO listing_tag ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row)
        connection.execute("DELETE FROM listing_set WHERE listing <> ?", (sets.WORDS,))
        connection.execute("DELETE FROM listing_change")
        connection.commit()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as building:
        ordering.write_sets(building)
        ordering.write_changes(building)
    with Session(engine) as session:
        for day in (first, "2025-06-30", "2025-07-01", "2025-07-31", "2025-08-01", "2025-09-01", "2026-01-01"):
            as_of = date.fromisoformat(day)
            assert sets_as_kept(sets.sets_as_of(session, as_of)) == sets_by_tags(session, as_of), day


def test_the_days_looked_at_last_are_kept(grown: OpenRelease) -> None:
    """A second view of a past day reads nothing of what changed; and no more days are kept than a few."""
    days = [date(2024, 1, 1) + timedelta(n) for n in range(sets.PAST_DAYS + 3)]

    def read(day: date) -> bool:
        sent = statements(grown, lambda session: sets.sets_as_of(session, day))
        return any("listing_change" in statement for statement, _ in sent)

    assert [read(each) for each in days] == [True] * len(days)
    assert [read(each) for each in days[3:]] == [False] * sets.PAST_DAYS
    assert read(days[0])


def test_the_pages_of_a_list_are_its_parts(grown_session: Session) -> None:
    """The last page is reached as the first is, and all pages together are the list."""
    for sort in Sort:
        whole = listings.all_ids(grown_session, listing=Listing.CLAIMS, chosen=Filter(sort=sort), as_of=TODAY)
        parts: list[str] = []
        for page in range(1, -(-len(whole) // 97) + 1):
            chosen = Filter(sort=sort, page=page, size=97)
            parts += listings.list_items(grown_session, listing=Listing.CLAIMS, chosen=chosen, as_of=TODAY).ids
        assert tuple(parts) == whole


def test_of_very_many_that_hold_a_word_the_newest_are_counted(
    site: TestClient, grown_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where more entries hold a word than are counted, list and search show the newest and say so."""
    everything = listings.all_ids(grown_session, listing=Listing.CLAIMS, chosen=Filter(q="synthetic"), as_of=TODAY)
    monkeypatch.setattr(sets, "MOST_FOUND", 50)
    some = listings.list_items(
        grown_session, listing=Listing.CLAIMS, chosen=Filter(q="synthetic", size=50), as_of=TODAY
    )
    assert len(everything) == CLAIMS
    assert (some.ids, some.count, some.complete) == (everything[:50], 50, False)
    found = site.get("/en/claims.json?q=synthetic").json()
    assert (found["count"], found["complete"]) == (50, False)
    for address in ("/en/claims?q=synthetic", "/en/search?q=synthetic"):
        assert "More than 50 entries hold these words" in site.get(address).text
    assert "complete" not in site.get("/en/claims.json?q=azure").json()


def test_a_word_of_many_is_searched_among_the_few_that_a_filter_leaves(
    grown_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A filter narrows before the words are cut down to the newest, so what it leaves is found whole."""
    chosen = Filter(q="synthetic", source=("synthetic-source-050",))
    whole = listings.all_ids(grown_session, listing=Listing.CLAIMS, chosen=chosen, as_of=TODAY)
    monkeypatch.setattr(sets, "MOST_FOUND", max(3, len(whole)))
    assert 0 < len(whole) < CLAIMS
    assert listings.all_ids(grown_session, listing=Listing.CLAIMS, chosen=chosen, as_of=TODAY) == whole


def test_a_filter_that_leaves_little_is_asked_for_a_common_word(
    grown: OpenRelease, grown_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a filter lets through few of very many that hold a word, those are asked for it: the same is found."""
    chosen = Filter(q="synthetic -audit", source=("synthetic-source-050", "synthetic-source-060"))
    whole = listings.all_ids(grown_session, listing=Listing.CLAIMS, chosen=chosen, as_of=TODAY)
    asked: list[int] = []
    probe = sets._probed

    def probed(session: Session, sought: Any, among: Any, most: int) -> Any:
        asked.append(len(among))
        return probe(session, sought, among, most)

    monkeypatch.setattr(sets, "_probed", probed)
    monkeypatch.setattr(sets, "_PROBED", 5)
    for most in (len(whole), 2):
        monkeypatch.setattr(sets, "MOST_FOUND", most)
        with words_in_sets(grown, there=False), grown.session() as session:
            found = listings.all_ids(session, listing=Listing.CLAIMS, chosen=chosen, as_of=TODAY)
        assert found == whole[:most]
    assert asked
    assert 2 < len(whole) < CLAIMS / 10


def statements(release: OpenRelease, work: Callable[[Session], object]) -> list[tuple[str, Any]]:
    """The statements that a piece of work sends, with what they are given."""
    sent: list[tuple[str, Any]] = []

    def keep(_c: object, _cursor: object, statement: str, parameters: Any, _x: object, _m: object) -> None:
        sent.append((statement, parameters))

    event.listen(release.engine, "before_cursor_execute", keep)
    try:
        with release.session() as session:
            work(session)
    finally:
        event.remove(release.engine, "before_cursor_execute", keep)
    return sent


@pytest.mark.parametrize("typed", ["synthetic", "s", "agreement with", "synthetic Vatabe", "agreement -audit openai"])
@pytest.mark.parametrize("issue", [(), ("windsurf",)])
@pytest.mark.parametrize("there", [True, False], ids=["sets", "no sets"])
def test_no_search_reads_all_that_holds_a_common_word(
    grown: OpenRelease, monkeypatch: pytest.MonkeyPatch, typed: str, issue: tuple[str, ...], there: bool
) -> None:
    """Of a word that many entries hold, only so many are read, newest first, and none is gathered by its beginning.

    FTS5 gathers all that begins so where its index does not know the beginning; BM25 reads all that holds each word.
    """
    for module, name in ((sets, "MOST_FOUND"), (search, "RANKED_AT_MOST")):
        monkeypatch.setattr(module, name, COMMON)
    chosen = Filter(q=typed, issue=issue)

    def work(session: Session) -> None:
        search.search(session, chosen=chosen, viewpoint=Viewpoint("en", TODAY))
        search.count_facets(session, chosen=chosen, as_of=TODAY)

    with words_in_sets(grown, there):
        sent = statements(grown, work)
    with grown.session() as session:
        counted = text("SELECT term, count(DISTINCT doc) FROM temp.listing_word GROUP BY term")
        entries = dict(session.execute(counted).all())
    sought = [(sql, parameters) for sql, parameters in sent if "MATCH" in sql]
    assert sought or there
    for sql, parameters in sought:
        words = set(re.findall(r'"(\w+)"(?!\*)', parameters[0].lower()))
        beginnings = set(re.findall(r'"(\w+)"\*', parameters[0].lower()))
        rare = all(entries.get(each, 0) <= COMMON for each in words | beginnings)
        assert rare or all(len(each) in {2, 3} for each in beginnings), parameters
        assert rare or "LIMIT" in sql or "rowid IN" in sql, (sql, parameters)
        assert rare or "bm25" not in sql, parameters
    # The page asks for its hits and for its counts, and each question of the index is asked once.
    assert len({(sql, str(parameters)) for sql, parameters in sought}) == len(sought)


def test_the_sets_of_words_say_what_the_index_says(grown: OpenRelease, grown_session: Session) -> None:
    """Every word that many entries hold has the set of them for each column, and no other word has one."""
    vocabulary = grown_session.connection().exec_driver_sql("SELECT term, col, doc FROM temp.listing_word").all()
    held: dict[str, dict[str, set[int]]] = {}
    for word, column, position in vocabulary:
        held.setdefault(word, {}).setdefault(column, set()).add(position)
    expected = {word: columns for word, columns in held.items() if any(len(each) > COMMON for each in columns.values())}
    rows = grown_session.exec(select_rows(ListingSet).where(ListingSet.listing == sets.WORDS)).all()
    stored: dict[str, dict[str, set[int]]] = {}
    for row in rows:
        stored.setdefault(row.value, {})[row.parameter] = set(BitMap.deserialize(row.positions))
    assert stored == expected
    assert len(expected) > 20
    assert not any(sets.WORDS in each for each in sets.read_sets(grown_session).values)


@contextmanager
def words_in_sets(release: OpenRelease, there: bool) -> Iterator[None]:
    """The release as it is, or as if it had no sets of words: those published before there were any have none."""
    with pytest.MonkeyPatch.context() as patch, release.session() as session:
        known = sets.read_sets(session)
        assert known.words
        patch.setitem(sets._kept, release.engine, replace(known, words=there))
        yield


WORDS = (
    "synthetic",
    "synthetic agreement",
    "agreement with -audit",
    "Synthétique accord",
    "vatabe with",
    "s",
    "ag clause",
)
PHRASES = (
    '"synthetic claim" agreement',
    'with -"synthetic claim"',
    "agreement -synthet",
    "reglementaire",
    "-with audit",
)


@pytest.mark.parametrize("typed", [*WORDS, *PHRASES])
def test_words_are_found_by_sets_as_by_the_index(
    grown: OpenRelease, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """What holds common words, rare ones, phrases and beginnings is the same whether there are sets of words or not."""
    sought = understand(typed).sought()
    assert sought
    for most in (5000, 20):
        monkeypatch.setattr(sets, "MOST_FOUND", most)
        found = []
        for there in (True, False):
            with words_in_sets(grown, there), grown.session() as session:
                found.append(sets.holders(session, sought, sets.read_sets(session).everything))
        assert found[0] == found[1]


@pytest.mark.parametrize("beginning", ["s", "a", "œ", "agre", "synth", "bab", "baba", "confi", "réglem", "zzzz", "1"])
def test_a_beginning_finds_what_begins_so(
    grown_session: Session, monkeypatch: pytest.MonkeyPatch, beginning: str
) -> None:
    """The words that begin so, sought one by one, find what FTS5 finds by their beginning; too many are left to it."""
    raw = text("SELECT rowid FROM listing_text WHERE listing_text MATCH :sought ORDER BY rowid")
    sought = understand(beginning).sought()
    assert sought
    gathered = grown_session.execute(raw, {"sought": match_expression(sought)}).scalars().all()
    statement = select(listing_text.c.rowid).where(holding(grown_session, sought)).order_by(listing_text.c.rowid)
    assert grown_session.execute(statement).scalars().all() == gathered
    monkeypatch.setattr(engines, "MOST_ENDINGS", 1)
    monkeypatch.delitem(grown_session.info, "endings")
    statement = select(listing_text.c.rowid).where(holding(grown_session, sought)).order_by(listing_text.c.rowid)
    assert grown_session.execute(statement).scalars().all() == gathered


def test_words_of_many_do_not_count_in_the_order(
    site: TestClient, grown_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page and its data name the words that too many entries hold to tell anything; rare ones make the order."""
    name = next(
        word
        for (text_of,) in grown_session.execute(text("SELECT en FROM listing_text WHERE listing = 'claims'"))
        for word in re.findall(r"\b(?:[BDFKLMNPRSTVZ][aeo]){2}[bdfklmnprstvz][aeo]\b", text_of, re.IGNORECASE)
        if word[0].isupper()
        and listings.count_items(grown_session, listing=Listing.CLAIMS, chosen=Filter(q=word), as_of=TODAY)
        in range(2, 40)
    )
    for module in ("app.queries.search", "app.pages.search"):
        monkeypatch.setattr(f"{module}.RANKED_AT_MOST", 50)
    viewpoint = Viewpoint("en", TODAY)
    alone, both = (
        search.search(grown_session, chosen=Filter(q=each), viewpoint=viewpoint) for each in (name, f"{name} synthetic")
    )
    assert alone.ranked
    assert both.ranked
    assert (alone.common, both.common) == ((), ("synthetic",))
    kept = {(hit.kind, hit.id) for hit in both.hits}
    assert [(hit.kind, hit.id) for hit in alone.hits if (hit.kind, hit.id) in kept] == [
        (hit.kind, hit.id) for hit in both.hits
    ]
    for language, said in (
        ("en", "do not count in the order: synthetic"),
        ("fr", "ne comptent pas dans l’ordre\u00a0: synthetic"),
    ):
        assert said in site.get(f"/{language}/search?q={name}+synthetic").text
        assert said not in site.get(f"/{language}/search?q={name}").text
    data = site.get(f"/en/search.json?q={name}+synthetic").json()
    assert (data["common"], "ranked" in data) == (["synthetic"], False)


def test_only_common_words_are_answered_by_date(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every word stands in very many entries, the newest of the few that hold them all come first."""
    for module in ("app.queries.search", "app.pages.search"):
        monkeypatch.setattr(f"{module}.RANKED_AT_MOST", 50)
    for language, said in (
        ("en", "Each of these words stands in more than 50 entries"),
        ("fr", "Chacun de ces mots figure dans plus de 50 entrées"),
    ):
        assert said in site.get(f"/{language}/search?q=agreement+with+audit").text
    data = site.get("/en/search.json?q=agreement+with+audit").json()
    assert 0 < data["count"] <= 50
    assert (data["ranked"], data["common"]) == (False, ["agreement", "with", "audit"])
    days = [each["date"] for each in data["items"]]
    assert [day[:4] for day in days] == sorted((day[:4] for day in days), reverse=True)
    assert "ranked" not in site.get("/en/search.json?q=agreement+with+audit&sort=newest").json()


def test_the_newest_of_the_claims_of_a_source_are_listed(
    site: TestClient, grown_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of very many claims that cite a source, its page lists the newest, counts the rest and leads to all of them."""
    monkeypatch.setattr(sources, "MOST_CLAIMS", 7)
    asked: dict[str, Any] = {"listing": Listing.CLAIMS, "chosen": Filter(source=("synthetic-source-001",))}
    every = listings.all_ids(grown_session, as_of=TODAY, **asked)
    viewpoint = Viewpoint("en", TODAY)
    detail = sources.read_source(grown_session, identifier="synthetic-source-001", viewpoint=viewpoint)
    assert detail is not None
    assert {each.id for each in detail.claims} == set(every[:7])
    assert (detail.card.claims, detail.left_out) == (len(every), len(every) - 7)
    assert f"{len(every) - 7} more are not shown here" in site.get("/en/sources/synthetic-source-001").text


LARGE = (
    "claim|claim_standing|claim_rank|claim_relation|evidence|listing_item|listing_tag|listing_change|development|"
    "development_claim"
)


@pytest.fixture(scope="module")
def planned(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The same release with statistics as of a thousand times the claims: SQLite plans by those."""
    copy = tmp_path_factory.mktemp("planned") / "releases"
    shutil.copytree(folder, copy)
    (path,) = copy.glob("*.sqlite")
    # What is done to the copy is no damage.
    path.with_name(f"{path.name}.sha256").unlink()
    with closing(sqlite3.connect(path)) as connection:
        for row, name, numbers in connection.execute("SELECT rowid, tbl, stat FROM sqlite_stat1").fetchall():
            if re.fullmatch(LARGE, name):
                rows, *alike = (int(each) for each in numbers.split(" ") if each.isdigit())
                grown = [rows * 1000, *(each * 1000 if each > 50 else each for each in alike)]
                change = "UPDATE sqlite_stat1 SET stat = ? WHERE rowid = ?"
                connection.execute(change, (" ".join(map(str, grown)), row))
        connection.commit()
    with TestClient(create_app(Settings(releases=copy), clock=lambda: TODAY), follow_redirects=True) as opened:
        yield opened


ADDRESSES = (
    *(
        "/",
        "/claims",
        "/claims?page=20",
        "/claims?issue=windsurf&status=disputed&from=2020&to=2025-06",
        "/claims/s0000500",
    ),
    *(
        "/claims?q=agreement",
        "/search?q=agreement",
        "/search?q=agreement&issue=windsurf",
        "/search",
        "/figures",
        "/sources",
    ),
    *("/timeline", "/timeline?party=openai", "/charts/timeline", "/issues/ownership", "/issues/ownership/briefing"),
    *("/parties/microsoft", "/sources/synthetic-source-001", "/sources/article-fr", "/scenarios", "/figures/f0000001"),
    *("/contradictions", "/contradictions?page=2"),
    *(
        f"{path}as_of=2022-01-01"
        for path in (
            "/?",
            "/claims?",
            "/claims?issue=windsurf&q=agreement&",
            "/search?q=agreement&",
            "/timeline?",
            "/issues/ownership?",
            "/sources/synthetic-source-001?",
            "/contradictions?",
        )
    ),
)


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_page_reads_a_whole_table(planned: TestClient, path: str) -> None:
    """No statement of a page goes through a whole table that grows with the claims."""
    app: Any = planned.app
    engine = app.state.current.get().engine
    planned.get(f"/fr{path}")
    # The first view of a past day counts, too.
    sets._past.clear()
    plans: list[str] = []

    def keep(_c: object, cursor: Any, statement: str, parameters: Any, _x: object, _m: object) -> None:
        plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    event.listen(engine, "after_cursor_execute", keep)
    try:
        assert planned.get(f"/fr{path}").status_code == 200
    finally:
        event.remove(engine, "after_cursor_execute", keep)
    whole = [
        plan for plan in plans if re.match(rf"SCAN ({LARGE})\b|SEARCH evidence USING INDEX ix_evidence_source_id", plan)
    ]
    assert not whole, f"{path} reads whole tables, or all that cites a source: {whole}"


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_page_sends_no_more_statements_among_more_entries(site: TestClient, client: TestClient, path: str) -> None:
    """A page of the grown release sends about as many statements as the same page of the shipped one."""
    sent = []
    for each in (site, client):
        app: Any = each.app
        each.get(f"/fr{path}")
        with counted(app.state.current.get().engine) as statements:
            each.get(f"/fr{path}")
        sent.append(len(statements))
    assert sent[0] <= max(sent[1], 20), f"{path}: {sent[0]} statements, {sent[1]} on the shipped dossier"


def test_a_long_table_is_measured_on_a_real_server(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command that streams a table of any length counts its rows, and its server grows no more than is allowed."""
    assert streaming.measure(folder) == []
    told = re.findall(r"^(\d+) rows, .* peak memory", capsys.readouterr().out, re.MULTILINE)
    assert len(told) == 2
    assert all(int(each) > CLAIMS for each in told)


def test_a_server_that_grows_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same command fails where the server takes more than is allowed."""
    monkeypatch.setattr(streaming, "GROWTH", -1)
    (fault,) = streaming.measure(folder)
    assert "memory grew" in fault
