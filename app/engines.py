"""What differs between the two engines that a release is read from, SQLite and PostgreSQL. No query knows which it is.

Both index the same words. On PostgreSQL they are those that SQLite's tokenizer makes of the texts and of what is
typed, so neither engine's own idea of a word, a stem or a stop word decides what is found, and the relevance of what
is found is SQLite's, number by number: see decision 0029.
"""

import math
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from sqlalchemy import (
    URL,
    Column,
    ColumnElement,
    Connection,
    NullPool,
    cast,
    column,
    create_engine,
    false,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import ReturnTypeFromArgs
from sqlmodel import Session

from app.words import COLUMNS, Sought, Term, stems

POSTGRESQL = "postgresql"
TOKENIZER = "unicode61 remove_diacritics 2"
"""How SQLite's index parts a text into words and folds them, as in the migrations."""

listing_text: Any = table(
    "listing_text", *(column(each) for each in ("rowid", "listing", "item", "en", "fr", "words", "size"))
)
"""The index of the search. ``words`` and ``size``, the number of words, are PostgreSQL's alone."""


class Schema(Struct, frozen=True):
    """Where a release lies in PostgreSQL."""

    url: URL
    name: str


def on_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == POSTGRESQL


# What holds the words sought


def holding(session: Session, sought: Sought | None) -> ColumnElement[bool]:
    """Whether a row of the index holds what is sought."""
    if sought is None:
        return false()
    if on_postgres(session):
        asked = ts_query(sought)
        return false() if asked is None else listing_text.c.words.op("@@")(_as_query(asked))
    return literal_column("listing_text").match(match_expression(spelled_out(session, sought) or sought))


MOST_ENDINGS = 100
"""How many words of the index that begin like one sought are sought one by one instead of their beginning."""
_INDEXED = (2, 3)
"""The lengths of the beginnings that SQLite's index knows, as in the migrations."""
_ENDINGS = """
    WITH RECURSIVE found(word, number) AS (
        SELECT (SELECT term FROM temp.listing_word WHERE term >= :beginning LIMIT 1), 1
        UNION ALL
        SELECT (SELECT term FROM temp.listing_word WHERE term >= CASE
            WHEN length(word) < :length THEN word || char(1) ELSE substr(word, 1, :length) || char(:last) END LIMIT 1),
            number + 1
        FROM found WHERE word < :beginning || char(:last) AND number <= :most
    )
    SELECT substr(word, 1, :length) FROM found WHERE word < :beginning || char(:last)
"""
"""The words of the index that begin so, cut to a length. It gives them in order, and is sought anew after each."""
_WHOLE = 1_000_000
"""More letters than a word of the index has."""


def spelled_out(session: Session, sought: Sought) -> Sought | None:
    """The same in words that FTS5 finds one entry at a time, the newest first; ``None`` on PostgreSQL.

    Of a beginning that its index does not know, it gathers all entries before it gives one. So the words that begin so
    are sought instead, which are few; or, for a single letter, the beginnings of two.
    """
    if on_postgres(session):
        return None
    return Sought(tuple(tuple(_spelled(session, group)) for group in sought.wanted), sought.unwanted)


def _spelled(session: Session, group: Sequence[Term]) -> Iterator[Term]:
    """The terms of a group with words for each beginning, but those that are found by a stem of the group anyway."""
    known: dict[str, tuple[str, ...] | None] = session.info.setdefault("endings", {})
    for term in group:
        word = term.words[0]
        if term.begins and word not in known:
            known[word] = _words_from(session, word)
        if not term.begins or (found := known[word]) is None:
            yield term
            continue
        for each in found:
            begins = len(word) < len(each) == min(_INDEXED)
            columns = (
                term.columns
                if begins
                else tuple(name for name in term.columns if not _found_by_stem(each, name, group))
            )
            if columns:
                yield Term((each,), columns, begins)


def _found_by_stem(word: str, column: str, group: Sequence[Term]) -> bool:
    """Whether every row that holds a word in a column holds a stem that is sought in the column of its stems."""
    sought = {each.words[0] for each in group if each.columns == (f"{column}_stem",)}
    return not sought.isdisjoint(stems(word, column))


def _words_from(session: Session, word: str) -> tuple[str, ...] | None:
    """What to seek for all that begins with a word; ``None`` where its beginning is as well sought itself."""
    folded = tokens(word)
    if len(folded) != 1 or len(folded[0]) in _INDEXED:
        return None
    length = _WHOLE if len(folded[0]) > max(_INDEXED) else min(_INDEXED)
    asked = {"beginning": folded[0], "length": length, "last": sys.maxunicode, "most": MOST_ENDINGS}
    found = tuple(each for (each,) in session.connection().exec_driver_sql(_ENDINGS, asked))
    return found if len(found) <= MOST_ENDINGS else None


def show_words(connection: sqlite3.Connection) -> None:
    """Let a connection see the words of its release's index: in a table of its own, in memory."""
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("CREATE VIRTUAL TABLE temp.listing_word USING fts5vocab(main, listing_text, instance)")


def match_expression(sought: Sought) -> str:
    """What is sought, for FTS5.

    Each word is quoted and is only letters and digits, so nothing typed is ever taken for syntax.
    """

    def any_of(terms: Iterable[Term]) -> str:
        return " OR ".join(
            f'{{{" ".join(each.columns)}}} : "{" ".join(each.words)}"{"*" if each.begins else ""}' for each in terms
        )

    found = " AND ".join(f"({any_of(each)})" for each in sought.wanted)
    return f"({found}) NOT ({any_of(sought.unwanted)})" if sought.unwanted else found


def ts_query(sought: Sought) -> str | None:
    """What is sought, for PostgreSQL; ``None`` where nothing can hold it.

    A lexeme is a word with the letter of its column before it, so that the index alone tells columns apart.
    """
    groups = [" | ".join(filter(None, map(_ts_term, group))) for group in sought.wanted]
    if not all(groups):
        return None
    unwanted = " | ".join(filter(None, map(_ts_term, sought.unwanted)))
    return " & ".join(f"({each})" for each in groups) + (f" & !({unwanted})" if unwanted else "")


def _as_query(asked: str) -> ColumnElement[Any]:
    # Only here: loading a dialect takes time and memory, which a site with its releases in files does without.
    from sqlalchemy.dialects.postgresql import TSQUERY

    return cast(literal(asked), TSQUERY)


def _ts_term(term: Term) -> str:
    words, ending = tokens(" ".join(term.words)), ":*" if term.begins else ""
    phrases = (" <-> ".join(f"'{mark(each)}{word}'" for word in words) for each in term.columns if words)
    return " | ".join(f"({each}{ending})" for each in phrases)


def mark(column: str) -> str:
    """The letter before every word of a column of the index."""
    return "abcd"[COLUMNS.index(column)]


class Tokenizer:
    """Parts texts into words exactly as SQLite's index does: by that index itself, in memory."""

    def __init__(self) -> None:
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.execute(f"CREATE VIRTUAL TABLE texts USING fts5({', '.join(COLUMNS)}, tokenize = '{TOKENIZER}')")
        self._base.execute("CREATE VIRTUAL TABLE found USING fts5vocab(texts, instance)")
        self._lock = Lock()

    def words(
        self, rows: Sequence[tuple[int, str, str, str, str]]
    ) -> Mapping[int, Mapping[tuple[str, str], list[int]]]:
        """For each row, its number and the texts of all columns: (column, word) → places, counted from 0."""
        with self._lock:
            self._base.execute("DELETE FROM texts")
            self._base.executemany("INSERT INTO texts (rowid, en, fr, en_stem, fr_stem) VALUES (?, ?, ?, ?, ?)", rows)
            instances = self._base.execute('SELECT term, doc, col, "offset" FROM found').fetchall()
        words: dict[int, dict[tuple[str, str], list[int]]] = {row[0]: defaultdict(list) for row in rows}
        for word, row, name, place in instances:
            words[row][name, word].append(place)
        return words


@lru_cache(maxsize=1)
def _tokenizer() -> Tokenizer:
    return Tokenizer()


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[str, ...]:
    """The words of what is sought, in order."""
    found = _tokenizer().words([(1, text, "", "", "")])[1]
    return tuple(word for _, word in sorted((place, word) for (_, word), places in found.items() for place in places))


# How relevant it is

Weights = Mapping[str, float]
"""What a word counts for in each column of the index."""


def read_relevance(session: Session, sought: Sought, weights: Weights) -> Mapping[int, int]:
    """How relevant each row of the index that holds what is sought is, in whole steps: the lower, the more.

    It is BM25 as FTS5 has it. PostgreSQL's own ranks know neither how rare a word is nor how long a text, so there the
    numbers are worked out here, from the places of the words. Either reads all that holds any of the words.
    """
    if on_postgres(session):
        return _scores(session, sought, weights)
    counted = ", ".join(f"{each:g}" for each in (0, 0, *(weights[name] for name in COLUMNS)))
    rows = session.execute(
        select(listing_text.c.rowid, literal_column(f"round(bm25(listing_text, {counted}))")).where(
            literal_column("listing_text").match(match_expression(sought))
        )
    )
    return {row: int(score) for row, score in rows}


_K1, _B = 1.2, 0.75


def _scores(session: Session, sought: Sought, weights: Weights) -> dict[int, int]:
    terms = [each for group in (*sought.wanted, sought.unwanted) for each in group]
    asked = [_ts_term(each) for each in terms]
    held = [
        select(func.count()).select_from(listing_text).where(listing_text.c.words.op("@@")(_as_query(each)))
        for each in asked
        if each
    ]
    total = table("listing_text_total", column("entries"), column("words"))
    entries, words, *counts = session.execute(
        select(total.c.entries, total.c.words, *(each.scalar_subquery() for each in held))
    ).one()
    holders = iter(counts)
    rarity = []
    for each in asked:
        holding_it = next(holders) if each else 0
        rare = math.log((entries - holding_it + 0.5) / (holding_it + 0.5))
        rarity.append(rare if rare > 0 else 1e-6)
    average = words / entries if entries else 1.0
    scores = {}
    for row, size, places in _places(session, sought, terms):
        score = 0.0
        for term, rare in zip(terms, rarity, strict=True):
            often = sum(weights[each] * _count(term, each, places) for each in term.columns)
            score += rare * ((often * (_K1 + 1.0)) / (often + _K1 * (1 - _B + _B * size / average)))
        scores[row] = int(-score - 0.5)
    return scores


Places = Mapping[str, Sequence[int]]
"""For each lexeme of a row, where it stands."""


def _places(session: Session, sought: Sought, terms: Sequence[Term]) -> Iterator[tuple[int, int, Places]]:
    """The rows that hold what is sought: number, size, and where those lexemes stand that the terms ask for."""
    whole: set[str] = set()
    begun: set[str] = set()
    for term in terms:
        *before, last = tokens(" ".join(term.words)) or ("",)
        for each in term.columns:
            whole.update(f"{mark(each)}{word}" for word in before)
            (begun if term.begins else whole).add(f"{mark(each)}{last}")
    lexeme: Any = func.unnest(listing_text.c.words).table_valued("lexeme", "positions", "weights", name="word")
    rows = session.execute(
        select(listing_text.c.rowid, listing_text.c.size, lexeme.c.lexeme, lexeme.c.positions)
        .select_from(listing_text.join(lexeme, literal(True)))
        .where(
            holding(session, sought),
            lexeme.c.lexeme.in_(sorted(whole)) | _begins_with(lexeme.c.lexeme, sorted(begun)),
        )
        .order_by(listing_text.c.rowid)
    )
    current: tuple[int, int] | None = None
    places: dict[str, Sequence[int]] = {}
    for row, size, found, positions in rows:
        if current is not None and current[0] != row:
            yield (*current, places)
            places = {}
        current = (row, size)
        places[found] = positions
    if current is not None:
        yield (*current, places)


def _begins_with(lexeme: ColumnElement[str], beginnings: Sequence[str]) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = false()
    for each in beginnings:
        condition = condition | func.starts_with(lexeme, each)
    return condition


def _count(term: Term, name: str, places: Places) -> int:
    """How often a term stands in a column of a row."""
    words = [f"{mark(name)}{each}" for each in tokens(" ".join(term.words))]
    if not words:
        return 0
    *before, last = words
    if term.begins:
        ends = {place for word, found in places.items() if word.startswith(last) for place in found}
    else:
        ends = set(places.get(last, ()))
    for back, word in enumerate(reversed(before), start=1):
        ends &= {place + back for place in places.get(word, ())}
    return len(ends)


def index_kind(session: Session) -> str:
    """What the index of the search is made with."""
    return "tsvector" if on_postgres(session) else "fts5"


def index_answers(session: Session) -> bool:
    """Whether the index of the search is there and can be asked."""
    asked = "words @@ 'aa'" if on_postgres(session) else "listing_text MATCH 'a'"
    try:
        session.connection().exec_driver_sql(f"SELECT count(*) FROM listing_text WHERE {asked}")  # noqa: S608
    except DBAPIError:
        return False
    return True


# Two values, two releases


class later_of(ReturnTypeFromArgs[Any]):  # noqa: N801  It is the name of a function in SQL.
    """The greater of two values of one row."""

    inherit_cache = True


@compiles(later_of, "sqlite")
def _later_of_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"max({compiler.process(element.clauses, **kw)})"


@compiles(later_of, POSTGRESQL)
def _later_of_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **kw)})"


EARLIER = "earlier"
"""The schema under which the earlier release stands beside the later one."""


@contextmanager
def beside(before: Path | Schema, after: Path | Schema) -> Iterator[Connection]:
    """The later release with the earlier one beside it, both for reading only."""
    if isinstance(before, Schema) and isinstance(after, Schema):
        options = f'-c search_path="{after.name}" -c default_transaction_read_only=on'
        engine = create_engine(after.url, poolclass=NullPool, connect_args={"options": options})
        renamed = {EARLIER: before.name}
    else:
        assert isinstance(before, Path)
        assert isinstance(after, Path)
        engine = create_engine("sqlite://", creator=lambda: _attached(before, after), poolclass=NullPool)
        renamed = {}
    try:
        with engine.connect().execution_options(schema_translate_map=renamed) as connection:
            yield connection
    finally:
        engine.dispose()


def _attached(before: Path, after: Path) -> sqlite3.Connection:
    opened = sqlite3.connect(_address(after), uri=True, check_same_thread=False)
    opened.execute(f"ATTACH ? AS {EARLIER}", (_address(before),))
    return opened


def _address(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"


def in_byte_order(given: Column[Any]) -> ColumnElement[Any]:
    """A column to order by: what holds nothing comes first, as SQLite has it."""
    return given.asc().nulls_first()
