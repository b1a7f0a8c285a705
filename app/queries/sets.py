"""Which entries have a value, as sets of their positions: what makes filters as quick among a million entries.

Publishing writes them for the day from which on nothing changes (``Release.settled``), and what changed on each day
before, so that there are sets of any day. A filter is then a few intersections, a count the size of one (bitmap
indexes: P. O'Neil and D. Quass, "Improved Query Performance with Variant Indexes", 1997; their compression: S. Chambi,
D. Lemire, O. Kaser and R. Godin, "Better bitmap performance with Roaring bitmaps", 2016).
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from msgspec import Struct
from pyroaring import BitMap
from sqlalchemy import Engine, and_, bindparam, func, or_
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, select

from app.dates import IncompleteDate
from app.engines import holding, spelled_out, tokens
from app.engines import listing_text as _text
from app.filters import FACETS, Filter
from app.models import ListingChange, ListingItem, ListingSet, Release
from app.vocabulary import Listing
from app.words import COLUMNS, Sought, Term, understand

ALL = "all"
"""The parameter under which the set of a whole list stands."""
SPAN = "span"
"""The parameter under which stand the entries whose date may be any of several days; the value is FIRST/LAST."""

WORDS = "words"
"""The list under which stand the entries that hold a word of which there are more than ``MOST_FOUND``; the parameter is
the column of the index."""

MOST_FOUND = 1000
"""How many entries are counted and shown of those that hold the words sought; where there are more, the newest."""
_PROBED = 50
"""An entry asked whether it holds words costs as much as so many that hold them, read one after the other."""

Scope = Sequence[tuple[str, str]]
"""What the page itself adds to every filter: (parameter, value) pairs that must all hold."""


class Matches(Struct, frozen=True):
    """What a filter lets through. Where it is not ``complete``, the newest of more than ``MOST_FOUND``."""

    positions: BitMap
    complete: bool = True


Parameters = Mapping[str, Mapping[str, BitMap]]
"""Parameter → value → the positions that have it."""


class Sets(Struct, frozen=True, eq=False, dict=True):
    """The sets of a release: list → parameter → value → positions; ``spans`` are those of several days, by list.

    ``words`` says whether there are sets of words too, which are read when they are asked for.
    """

    settled: date
    values: Mapping[str, Parameters]
    spans: Mapping[str, Sequence[tuple[date, date, BitMap]]]
    words: bool

    @cached_property
    def everything(self) -> BitMap:
        return BitMap.union(*(self.all_of(each) for each in Listing))

    def all_of(self, listing: str) -> BitMap:
        return self.values.get(listing, {}).get(ALL, {}).get("", BitMap())

    def having(self, listing: str, parameter: str, values: Sequence[str]) -> BitMap:
        """The entries that have any of these values."""
        known = self.values.get(listing, {}).get(parameter, {})
        found = [known[each] for each in values if each in known]
        return found[0] if len(found) == 1 else BitMap.union(*found) if found else BitMap()


PAST_DAYS = 4
"""Of how many days before everything had settled the sets are kept: a reader who looks at one goes on looking at it."""
_kept: WeakKeyDictionary[Engine, Sets] = WeakKeyDictionary()
_past: WeakKeyDictionary[Engine, OrderedDict[date, Sets]] = WeakKeyDictionary()
_lock = Lock()


def read_sets(session: Session) -> Sets:
    """The sets of the release, read once: its file never changes."""
    engine = _engine_of(session)
    with _lock:
        if engine not in _kept:
            _kept[engine] = _read(session)
        return _kept[engine]


def _engine_of(session: Session) -> Engine:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    return engine


def _read(session: Session) -> Sets:
    values: dict[str, dict[str, dict[str, BitMap]]] = defaultdict(lambda: defaultdict(dict))
    spans: dict[str, list[tuple[date, date, BitMap]]] = defaultdict(list)
    order = (ListingSet.listing, ListingSet.parameter, ListingSet.value)
    columns = select(ListingSet.listing, ListingSet.parameter, ListingSet.value, ListingSet.positions)
    rows = session.exec(columns.where(ListingSet.listing != WORDS).order_by(*order))
    for listing, parameter, value, written in rows:
        positions = BitMap.deserialize(written)
        if parameter == SPAN:
            first, last = value.split("/")
            spans[listing].append((date.fromisoformat(first), date.fromisoformat(last), positions))
        else:
            values[listing][parameter][value] = positions
    settled = session.exec(select(Release)).one().settled
    words = session.exec(select(ListingSet.value).where(ListingSet.listing == WORDS).limit(1)).first() is not None
    return Sets(settled, values, spans, words)


def sets_as_of(session: Session, as_of: date) -> Sets:
    """The sets of the release on a day; those of the last few days asked for before everything had settled are kept."""
    sets = read_sets(session)
    if as_of >= sets.settled:
        return sets
    with _lock:
        kept = _past.setdefault(_engine_of(session), OrderedDict())
        if as_of in kept:
            kept.move_to_end(as_of)
            return kept[as_of]
    found = _read_past(session, sets, as_of)
    with _lock:
        kept[as_of] = found
        while len(kept) > PAST_DAYS:
            kept.popitem(last=False)
    return found


def _read_past(session: Session, settled: Sets, as_of: date) -> Sets:
    """The sets of a day before everything had settled, from what changed until then: see decision 0040."""
    change = ListingChange
    day, whole = col(change.day), col(change.whole)
    start = session.exec(select(func.max(day)).where(whole, day <= as_of)).one()
    wanted = and_(whole.is_(False), day <= as_of)
    if start is not None:
        wanted = or_(and_(whole, day == start), and_(wanted, day >= start))
    rows = session.exec(select(change.listing, change.parameter, change.value, change.positions).where(wanted))
    changed: dict[str, dict[str, dict[str, BitMap]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(BitMap)))
    for listing, parameter, value, written in rows:
        changed[listing][parameter][value] ^= BitMap.deserialize(written)
    return Sets(settled.settled, _OfDay(settled.values, changed), settled.spans, settled.words)


class _OfDay(Mapping[str, Parameters]):
    """The sets of each list on a day, from those of the settled day; worked out for a list when it is asked for."""

    def __init__(self, settled: Mapping[str, Parameters], changed: Mapping[str, Parameters]) -> None:
        self._settled, self._changed = settled, changed
        self._known: dict[str, Parameters] = {}

    def __getitem__(self, listing: str) -> Parameters:
        if listing not in self._known:
            self._known[listing] = _of_day(self._settled.get(listing, {}), self._changed.get(listing, {}))
        return self._known[listing]

    def __iter__(self) -> Iterator[str]:
        return iter(self._changed)

    def __len__(self) -> int:
        return len(self._changed)


def _of_day(settled: Parameters, changed: Parameters) -> Parameters:
    known = changed.get(ALL, {}).get("", BitMap())
    found = {ALL: {"": known}}
    for parameter in (each for each in {**settled, **changed} if each != ALL):
        values, moved = settled.get(parameter, {}), changed.get(parameter, {})
        # What no entry has any more stands among the changes alone.
        held = {**moved, **{each: (values[each] & known) ^ moved.get(each, BitMap()) for each in values}}
        found[parameter] = {value: positions for value, positions in held.items() if positions}
    return found


def find_matches(
    session: Session, *, listings: Sequence[Listing], chosen: Filter, as_of: date, scope: Scope = ()
) -> Matches:
    """What a filter lets through in some lists on a day."""
    sets = sets_as_of(session, as_of)
    first, last = _range(session, chosen)
    found = BitMap()
    for listing in listings:
        found |= _in_list(sets, listing, chosen, scope, first, last)
    if not chosen.q:
        return Matches(found)
    sought = understand(chosen.q).sought()
    return holders(session, sought, found) if sought else Matches(BitMap())


def _in_list(sets: Sets, listing: Listing, chosen: Filter, scope: Scope, first: int, last: int | None) -> BitMap:
    asked = [sets.having(listing, each, (value,)) for each, value in scope]
    asked += [sets.having(listing, each, values) for each in FACETS if (values := chosen.values(each))]
    found = sets.all_of(listing)
    for each in sorted(asked, key=len):
        found = found & each
    if last is not None:
        found = found - BitMap(range(last, max(last, found.max() + 1 if found else 0)))
    if chosen.from_:
        # Dates match by overlap: what may be of a later day than its first is found as well.
        since = IncompleteDate.parse(chosen.from_).first
        over = [positions for begins, ends, positions in sets.spans.get(listing, ()) if begins < since <= ends]
        kept = BitMap.union(*over) if over else BitMap()
        found = (found - BitMap(range(first))) | (found & kept)
    return found


def _range(session: Session, chosen: Filter) -> tuple[int, int | None]:
    """The position of the first entry from the filter's first day on, and that after its last day."""
    return (
        _place(session, "<", IncompleteDate.parse(chosen.from_).first) if chosen.from_ else 0,
        _place(session, "<=", IncompleteDate.parse(chosen.to).last) if chosen.to else None,
    )


def _place(session: Session, sign: str, day: date) -> int:
    """How many entries of all lists begin before a day, or until it."""
    latest = 0
    for listing in Listing:
        newest = (
            select(ListingItem.position)
            .where(ListingItem.listing == listing, col(ListingItem.first).op(sign)(day))
            .order_by(col(ListingItem.first).desc(), col(ListingItem.ordinal).desc())
            .limit(1)
        )
        found = session.exec(newest).first()
        latest = max(latest, 0 if found is None else found + 1)
    return latest


def holders(session: Session, sought: Sought, among: BitMap) -> Matches:
    """Which of some entries hold what is sought: all of them, or the newest where they are very many.

    What is common stands in sets, and what is not is soon read. The index itself is asked for phrases, for beginnings
    of few letters, and where a release has no such sets. A page asks the same for its list and for its counts: once.
    """
    known: dict[object, Matches] = session.info.setdefault("holders", {})
    asked = (sought, among.serialize(), MOST_FOUND)
    if asked not in known:
        known[asked] = _holders(session, sought, among)
    return known[asked]


def _holders(session: Session, sought: Sought, among: BitMap) -> Matches:
    spelled = spelled_out(session, sought) if read_sets(session).words else None
    if spelled is not None:
        among, is_known = _narrowed(session, spelled, among)
        if is_known:
            return _newest_of(among)
    return _newest_of(_read_newest(session, sought, among)) if among else Matches(BitMap())


def _newest_of(found: BitMap) -> Matches:
    return Matches(found) if len(found) <= MOST_FOUND else Matches(found[-MOST_FOUND:], complete=False)


def _narrowed(session: Session, spelled: Sought, among: BitMap) -> tuple[BitMap, bool]:
    """Those of some entries that hold what single words are sought; and whether nothing else is sought."""
    groups = [*spelled.wanted, *((each,) for each in spelled.unwanted)]
    single = [all(len(each.words) == 1 and not each.begins for each in group) for group in groups]
    for number, group in enumerate(groups):
        if single[number]:
            held = _read_words(session, group)
            among = among & held if number < len(spelled.wanted) else among - held
    return among, all(single)


def _read_words(session: Session, group: tuple[Term, ...]) -> BitMap:
    """The entries that hold any of some single words: those that are common by their sets, the others by the index."""
    known: dict[tuple[Term, ...], BitMap] = session.info.setdefault("words", {})
    if group in known:
        return known[group]
    folded = {each.words[0]: tokens(each.words[0]) for each in group}
    sets: dict[tuple[str, ...], dict[str, BitMap]] = defaultdict(dict)
    rows = session.exec(
        select(ListingSet).where(
            ListingSet.listing == WORDS,
            col(ListingSet.parameter).in_(COLUMNS),
            col(ListingSet.value).in_(sorted(each for words in folded.values() for each in words)),
        )
    )
    for row in rows:
        sets[(row.value,)][row.parameter] = BitMap.deserialize(row.positions)
    found = BitMap()
    rare = tuple(term for term in group if folded[term.words[0]] not in sets)
    for term in group:
        by_column = sets.get(folded[term.words[0]], {})
        found = BitMap.union(found, *(by_column[each] for each in term.columns if each in by_column))
    if rare:
        some = select(_text.c.rowid).where(holding(session, Sought((rare,), ())))
        found.update(session.execute(some).scalars())
    known[group] = found
    return found


def _read_newest(session: Session, sought: Sought, among: BitMap) -> BitMap:
    """The newest of some entries that hold what is sought, more than ``MOST_FOUND`` where there are so many.

    What holds it is read from the newest on and compared. Where nearly all of it is compared in vain, as it is common
    and the filter leaves little, what the filter leaves is asked for it instead.
    """
    newest_first = (
        select(_text.c.rowid)
        .where(holding(session, sought), _text.c.rowid.between(bindparam("first"), bindparam("last")))
        .order_by(_text.c.rowid.desc())
        .limit(bindparam("most"))
    )
    found, seen, most = BitMap(), 0, MOST_FOUND + 1
    first, last = among.min(), among.max()
    while len(found) <= MOST_FOUND:
        rows = session.execute(newest_first, {"first": first, "last": last, "most": most}).scalars().all()
        found |= among & BitMap(rows)
        if len(rows) < most:
            break
        last, seen = rows[-1] - 1, seen + most
        left = among & BitMap(range(first, last + 1))
        if seen > _PROBED * (len(among) - len(left)):
            found |= _probed(session, sought, left, MOST_FOUND + 1 - len(found))
            break
        # As many as hold the rest if they go on being let through as often, and some more.
        most = min(5 * most, int(1.1 * seen * (MOST_FOUND + 1 - len(found)) / max(1, len(found))) + 100)
    return found


def _probed(session: Session, sought: Sought, among: BitMap, most: int) -> BitMap:
    """Those of some entries that hold what is sought, or at least the newest ``most`` of them."""
    found = BitMap()
    for skip in range(0, len(among), MOST_FOUND):
        if len(found) >= most:
            break
        some = newest(among, skip, MOST_FOUND)
        found.update(
            session.execute(select(_text.c.rowid).where(holding(session, sought), _text.c.rowid.in_(some))).scalars()
        )
    return found


# Kept, and of the table, not of its class: every list asks it, to build it takes four times as long as SQLite needs for
# it, and what a session does besides as long again.
_ITEMS: Any = ListingItem.__table__  # type: ignore[attr-defined]
_AT = sqlalchemy_select(_ITEMS.c.position, _ITEMS.c.item).where(
    _ITEMS.c.position.in_(bindparam("positions", expanding=True))
)


def items_at(session: Session, positions: Sequence[int]) -> tuple[str, ...]:
    """The ids of the entries at these positions, in their order."""
    rows: Any = session.connection().execute(_AT, {"positions": positions}).all()
    items: dict[int, str] = dict(rows)
    return tuple(items[each] for each in positions)


def newest(positions: BitMap, skip: int, size: int) -> list[int]:
    """One page of a set, from its end."""
    stop = len(positions) - skip
    return list(positions[max(0, stop - size) : stop])[::-1] if stop > 0 else []


def oldest(positions: BitMap, skip: int, size: int) -> list[int]:
    """One page of a set, from its beginning."""
    return list(positions[skip : skip + size])
