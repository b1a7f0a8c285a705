"""What publishing works out of the rows of a release: the order of all entries by their dates and which of them have
each value (see decision 0022), and the order of the pairs of claims that cannot both hold.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from pyroaring import BitMap
from sqlalchemy import Connection, text

from app.models import FOREVER
from app.queries.sets import ALL, MOST_FOUND, SPAN, WORDS
from app.vocabulary import Attribution, ClaimRelation

COMMON = MOST_FOUND
"""A word that more entries hold has a set; it is no fewer than those that a search reads of any word."""
AT_MOST = 500
"""How many changes of a set are read for a past day, and those of one day more."""
_AT_ONCE = 100_000
"""How many positions of a set are kept as plain numbers before they are compressed."""


def keep_texts(connection: Connection, rows: Sequence[tuple[str, ...]]) -> None:
    """Keep texts aside with their stems, in the order of the index's columns, until every entry has its position."""
    connection.exec_driver_sql(
        "CREATE TEMP TABLE IF NOT EXISTS unordered_text (listing, item, en, fr, en_stem, fr_stem)"
    )
    connection.exec_driver_sql("INSERT INTO unordered_text VALUES (?, ?, ?, ?, ?, ?)", list(rows))


def put_in_order(connection: Connection) -> None:
    """Give every entry its position, index the texts by it, and note the day on which anything changed last.

    Of entries of the same day, what the search shows first has the higher position: it reads them from the end.
    """
    connection.exec_driver_sql(
        """
        CREATE TEMP TABLE placed AS SELECT listing, item, row_number() OVER (ORDER BY first, CASE listing
        WHEN 'glossary' THEN 0 WHEN 'sources' THEN 1 WHEN 'developments' THEN 2 WHEN 'figures' THEN 3 ELSE 4 END,
        ordinal) - 1 AS position FROM listing_item
        """
    )
    connection.exec_driver_sql(
        "UPDATE listing_item SET position = placed.position FROM placed "
        "WHERE placed.listing = listing_item.listing AND placed.item = listing_item.item"
    )
    connection.exec_driver_sql(
        "INSERT INTO listing_text (rowid, listing, item, en, fr, en_stem, fr_stem) "
        "SELECT place.position, each.listing, each.item, en, fr, en_stem, fr_stem "
        "FROM unordered_text AS each JOIN listing_item AS place USING (listing, item) ORDER BY place.position"
    )
    connection.exec_driver_sql(
        "UPDATE release SET settled = (SELECT max(day) FROM (SELECT max(visible_from) AS day FROM listing_item "
        "UNION ALL SELECT max(since) FROM listing_tag "
        "UNION ALL SELECT max(until) FROM listing_tag WHERE until <> ?))",
        (FOREVER.isoformat(),),
    )
    connection.exec_driver_sql("DROP TABLE placed")
    connection.exec_driver_sql("DROP TABLE unordered_text")


def pair_contradictions(connection: Connection) -> None:
    """Number the pairs of claims that cannot both hold. What the parties say together comes first: it is what a report
    of their quarrel is weighed against.
    """
    connection.exec_driver_sql(
        """
        INSERT INTO contradicting_pair (ordinal, claim_id, kind, other_id, visible_from)
        SELECT row_number() OVER (ORDER BY :joint NOT IN (claim.attribution, other.attribution),
        coalesce(claim.happened, claim.reported), claim.id, other.id, relation.kind),
        claim.id, relation.kind, other.id,
        max(claim.visible_from, other.visible_from)
        FROM claim_relation AS relation
        JOIN claim ON claim.id = relation.claim_id JOIN claim AS other ON other.id = relation.other_id
        WHERE relation.kind IN (:contradicts, :corrects)
        """,
        {
            "joint": Attribution.JOINT,
            "contradicts": ClaimRelation.CONTRADICTS,
            "corrects": ClaimRelation.CORRECTS,
        },
    )


def write_sets(connection: Connection) -> None:
    """Write the set of each value on the settled day, that of each list, and that of each interval of several days."""
    waiting: dict[tuple[str, str, str], array[int]] = defaultdict(lambda: array("I"))
    sets: dict[tuple[str, str, str], BitMap] = defaultdict(BitMap)
    statement = (
        "SELECT tag.listing, tag.parameter, tag.value, item.position FROM listing_tag AS tag "
        "JOIN listing_item AS item USING (listing, item) WHERE tag.until > (SELECT settled FROM release) "
        "UNION ALL SELECT listing, :all, '', position FROM listing_item "
        "UNION ALL SELECT listing, :span, first || '/' || last, position FROM listing_item WHERE first < last"
    )
    rows = connection.execution_options(stream_results=True).execute(text(statement), {"all": ALL, "span": SPAN})
    for listing, parameter, value, position in rows.yield_per(10_000):
        key = (listing, parameter, value)
        found = waiting[key]
        found.append(position)
        if len(found) == _AT_ONCE:
            sets[key].update(found)
            del waiting[key]
    for key, found in waiting.items():
        sets[key].update(found)
    stored = []
    for key in sorted(sets):
        sets[key].run_optimize()
        stored.append((*key, sets[key].serialize()))
    connection.exec_driver_sql("INSERT INTO listing_set VALUES (?, ?, ?, ?)", stored)


def write_changes(connection: Connection) -> None:
    """Write what changes in the sets on each day, and after every so many changes of a set all of before as one.

    A day's set is that of the settled day, of the entries known by then, but for the positions that have come or gone
    an odd number of times until then: see decision 0040.
    """
    connection.exec_driver_sql(
        "CREATE TEMP TABLE passing AS SELECT tag.listing, parameter, value, position, "
        "max(since, visible_from) AS since, until, visible_from "
        "FROM listing_tag AS tag JOIN listing_item AS item USING (listing, item) "
        "WHERE until > visible_from AND (until <> ? OR since > visible_from)",
        (FOREVER.isoformat(),),
    )
    statement = (
        # An entry is known from a day on; a value that holds for good does not hold before its day; one that holds no
        # more did from one day until another.
        "SELECT visible_from AS day, listing, :all AS parameter, '' AS value, position FROM listing_item "
        "UNION ALL SELECT visible_from, listing, parameter, value, position FROM passing WHERE until = :forever "
        "UNION ALL SELECT since, listing, parameter, value, position FROM passing "
        "UNION ALL SELECT until, listing, parameter, value, position FROM passing WHERE until <> :forever "
        "ORDER BY 1, 2, 3, 4"
    )
    insert = "INSERT INTO listing_change VALUES (?, ?, ?, ?, ?, ?)"
    state: dict[tuple[str, str, str], BitMap] = defaultdict(BitMap)
    changes = 0
    rows = connection.execution_options(stream_results=True).execute(
        text(statement), {"all": ALL, "forever": FOREVER.isoformat()}
    )
    for day, of_day in groupby(rows.yield_per(10_000), key=itemgetter(0)):
        if changes >= AT_MOST:
            whole = ((day, True, *key, state[key].serialize()) for key in sorted(state) if state[key])
            connection.exec_driver_sql(insert, list(whole))
            changes = 0
        of_sets = []
        for key, passing in groupby(of_day, key=itemgetter(1, 2, 3)):
            positions = Counter(each[4] for each in passing)
            if changed := BitMap(position for position, times in positions.items() if times % 2):
                changed.run_optimize()
                state[key] ^= changed
                of_sets.append((day, False, *key, changed.serialize()))
        if of_sets:
            connection.exec_driver_sql(insert, of_sets)
        changes += len(of_sets)
    connection.exec_driver_sql("DROP TABLE passing")


def write_word_sets(connection: Connection) -> None:
    """Write which entries hold each word of the index that very many hold, for each column in which it stands."""
    connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, listing_text, col)")
    counted = "SELECT DISTINCT term FROM temp.word WHERE doc > ? ORDER BY term"
    for word in connection.exec_driver_sql(counted, (COMMON,)).scalars().all():
        columns = connection.exec_driver_sql("SELECT col FROM temp.word WHERE term = ?", (word,)).scalars().all()
        for column in columns:
            held = connection.exec_driver_sql(
                "SELECT rowid FROM listing_text WHERE listing_text MATCH ?", (f'{{{column}}} : "{word}"',)
            )
            positions = BitMap(array("I", held.scalars()))
            positions.run_optimize()
            connection.exec_driver_sql(
                "INSERT INTO listing_set VALUES (?, ?, ?, ?)", (WORDS, column, word, positions.serialize())
            )
    connection.exec_driver_sql("DROP TABLE temp.word")
