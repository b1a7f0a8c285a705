"""What changed between two releases: which entries were added, corrected, superseded or withdrawn, and in what.

The two are compared by the database itself (``EXCEPT`` over each table), so that what is read into memory grows with
what changed and not with what is on file. Releases never change: a comparison is made once.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, MetaData, Select, Table, select
from sqlmodel import SQLModel

from app.engines import EARLIER, Schema, beside, in_byte_order
from app.models import FOREVER
from app.vocabulary import Rank


class Change(StrEnum):
    ADDED = "added"
    CORRECTED = "corrected"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Kind(StrEnum):
    """What may change. The key of what belongs to something else begins with its id, and a slash."""

    CLAIM = "claim"
    DEVELOPMENT = "development"
    FIGURE = "figure"
    READING = "reading"
    SOURCE = "source"
    TERM = "term"
    POSITION = "position"
    ISSUE_STANDING = "issue-standing"
    SCENARIO_STANDING = "scenario-standing"
    OVERALL_STANDING = "overall-standing"
    EXPECTATION = "expectation"
    SIGNPOST = "signpost"
    IMPACT = "impact"
    PARTY = "party"
    ISSUE = "issue"
    DRIVER = "driver"
    AREA = "area"
    MEASURE = "measure"
    CONDITION = "condition"
    SCENARIO = "scenario"
    RATING = "rating"
    DESCRIPTOR = "descriptor"
    INFLUENCE = "influence"
    CALCULATION = "calculation"


class Part(Struct, frozen=True):
    """A table with something of an entry: ``key`` are the columns that name it, ``columns`` what is compared.

    ``field`` names all of a row where an entry may have many; otherwise each column is a field of its own. ``where``
    picks rows by the values of columns.
    """

    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    field: str = ""
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()


def both(name: str) -> tuple[str, str]:
    return f"{name}_en", f"{name}_fr"


_ABOUT = ("issue", "party", "speaker", "driver", "impact", "flag")
_READING = (
    "value",
    "upper",
    "bound",
    "measure_id",
    "condition_id",
    "as_of",
    "literal",
    "literal_language",
    "claim_id",
    "source_id",
    "locator",
    "renders_id",
)
_IMPACT = ("direction", "strength", "horizon", "firmness", *both("bearer"), *both("reasoning"))
_EVIDENCE = ("source_id", "locator", "stance", "credibility", "wording", "wording_language")
_SOURCE = (*both("title"), *both("publisher"), "kind", "language", "published", "access", "url", "reliability")
_INFLUENCE = (
    *both("reason"),
    "value",
    "cause_descriptor_id",
    "cause_outcome",
    "effect_descriptor_id",
    "effect_outcome",
    "basis",
)
_CALCULATION = (*both("name"), *both("question"), "formula", "unit", *both("caution"), *both("not_computable"))

PARTS: dict[Kind, tuple[Part, ...]] = {
    Kind.CLAIM: (
        Part("claim", ("id",), (*both("text"), "kind", "attribution", "happened", "reported")),
        Part("claim_standing", ("claim_id",), ("since_text", "status", "by_id", *both("reason")), "status"),
        Part("claim_rank", ("claim_id",), ("since_text", "rank", "by_id", *both("reason")), "rank"),
        Part("evidence", ("claim_id",), _EVIDENCE, "evidence"),
        Part("claim_relation", ("claim_id",), ("kind", "other_id"), "relation"),
        Part(
            "listing_tag", ("item",), ("parameter", "value"), "about", (("listing", ("claims",)), ("parameter", _ABOUT))
        ),
    ),
    Kind.DEVELOPMENT: (
        Part("development", ("id",), (*both("title"), "kind", "happened")),
        Part("development_claim", ("development_id",), ("claim_id",), "claims"),
        Part(
            "listing_tag",
            ("item",),
            ("parameter", "value"),
            "about",
            (("listing", ("developments",)), ("parameter", ("issue", "party"))),
        ),
    ),
    Kind.FIGURE: (
        Part("figure", ("id",), (*both("name"), *both("description"), "unit", "currency")),
        Part(
            "listing_tag",
            ("item",),
            ("parameter", "value"),
            "about",
            (("listing", ("figures",)), ("parameter", ("issue", "party"))),
        ),
    ),
    Kind.READING: (Part("reading", ("figure_id", "id"), _READING),),
    Kind.SOURCE: (
        Part("source", ("id",), (*_SOURCE, "relays_id", *both("basis"), *both("note"), *both("published_basis"))),
        Part("locator", ("source_id",), ("id", *both("gist"), "sha256"), "passages"),
    ),
    Kind.TERM: (
        Part("term", ("id",), (*both("term"), *both("definition"), *both("caution"), "kind")),
        Part("term_form", ("term_id",), ("language", "form"), "forms"),
        Part("term_claim", ("term_id",), ("claim_id",), "claims"),
    ),
    Kind.POSITION: (
        Part(
            "position", ("issue_id", "id"), (*both("text"), "party_id", "kind", "claim_id", "since_text", "until_text")
        ),
    ),
    Kind.ISSUE_STANDING: (Part("issue_standing", ("issue_id", "development_id"), ("status", *both("sentence"))),),
    Kind.SCENARIO_STANDING: (Part("scenario_standing", ("scenario_id", "development_id"), ("status",)),),
    Kind.OVERALL_STANDING: (Part("overall_standing", ("development_id",), both("sentence")),),
    Kind.EXPECTATION: (
        Part("expectation", ("id",), (*both("text"), "due", "announced_id", "met_id")),
        Part("expectation_issue", ("expectation_id",), ("issue_id",), "issues"),
    ),
    Kind.SIGNPOST: (Part("signpost", ("scenario_id", "id"), (*both("text"), "seen_claim_id", "seen_text")),),
    Kind.IMPACT: (
        Part("impact", ("id",), (*_IMPACT, "scenario_id", "area_id")),
        Part("impact_claim", ("impact_id",), ("claim_id",), "claims"),
        Part("impact_likelihood", ("impact_id",), ("word", "estimated", *both("author"), *both("basis")), "likelihood"),
    ),
    Kind.PARTY: (Part("party", ("id",), (*both("name"), "kind", *both("role"))),),
    Kind.ISSUE: (
        Part("issue", ("id",), (*both("name"), *both("question"))),
        Part("issue_party", ("issue_id",), ("party_id",), "parties"),
    ),
    Kind.DRIVER: (
        Part("driver", ("id",), (*both("name"), *both("description"))),
        Part("driver_issue", ("driver_id",), ("issue_id",), "issues"),
    ),
    Kind.AREA: (Part("area", ("id",), (*both("name"), *both("question"))),),
    Kind.MEASURE: (Part("measure", ("id",), (*both("name"), *both("definition"))),),
    Kind.CONDITION: (Part("condition", ("id",), (*both("name"), "scope")),),
    Kind.SCENARIO: (
        Part("scenario", ("id",), (*both("name"), *both("definition"), *both("condition"), "start", "horizon")),
    ),
    Kind.RATING: (
        Part("rated_claim", ("id",), ("claim_id",)),
        Part("rating", ("rated_claim_id",), ("scenario_id", "value", *both("reason")), "ratings"),
    ),
    Kind.DESCRIPTOR: (
        Part("descriptor", ("id",), ("area_id",)),
        Part("outcome", ("descriptor_id",), ("id", *both("name")), "outcomes"),
    ),
    Kind.INFLUENCE: (
        Part("influence", ("id",), _INFLUENCE),
        Part("influence_claim", ("influence_id",), ("claim_id",), "claims"),
    ),
    Kind.CALCULATION: (
        Part("calculation", ("id",), _CALCULATION),
        Part("calculation_input", ("calculation_id",), ("name", *both("label"), "figure_id", "literal"), "inputs"),
        # The first of the readings is the one that the page computes with unless the reader says otherwise.
        Part("calculation_reading", ("calculation_id",), ("input_name", "ordinal", "reading_id"), "readings"),
    ),
}
"""What each kind of entry is compared in; the first part is the table that an entry is in."""

NO_ENTRIES = (
    "release",
    "listing_item",
    "listing_set",
    "listing_change",
    "contradicting_pair",
    "reviewed_mention",
    "former_id",
)
"""Tables without an entry of their own: what the release itself is, what publishing makes of the other tables, the
mentions that nobody need look at again, and what entries were called before.
"""
DERIVED = re.compile("ordinal|visible_from|since|until|.*_first|.*_last|met_from")
"""Columns that say nothing of an entry that the others do not: its place in a list, and days worked out from dates."""


class Entry(Struct, frozen=True):
    """An entry that changed; ``key`` is its id, after that of what it belongs to."""

    kind: Kind
    key: str
    change: Change


Value = tuple[tuple[str, str], ...]
"""What a field holds: columns with their values; most have one."""


class FieldChange(Struct, frozen=True):
    """One thing of an entry: what it was, and what it is now; nothing where there was or is nothing.

    ``language`` is that of a text which stands in both.
    """

    field: str
    language: str | None
    before: tuple[Value, ...]
    after: tuple[Value, ...]


class Detail(Struct, frozen=True):
    """An entry with what changed of it; ``titles`` is what it says, in English and in French."""

    entry: Entry
    titles: tuple[str, str]
    fields: tuple[FieldChange, ...]


@cache
def _earlier() -> Mapping[str, Table]:
    """The tables as they are called where the earlier release stands beside the later one."""
    tables = MetaData()
    return {each.name: each.to_metadata(tables, schema=EARLIER) for each in SQLModel.metadata.sorted_tables}


def _table_of(name: str, schema: str) -> Table:
    return _earlier()[name] if schema else SQLModel.metadata.tables[name]


def _key(part: Part, table: Table) -> ColumnElement[str]:
    first, *rest = (table.c[name] for name in part.key)
    key: ColumnElement[str] = first
    for each in rest:
        key = key + "/" + each
    return key.label("key")


def _rows(part: Part, schema: str, *, keys_only: bool = False) -> Select[Any]:
    table = _table_of(part.table, schema)
    columns = () if keys_only else (table.c[name] for name in part.columns)
    statement = select(_key(part, table), *columns)
    for name, values in part.where:
        statement = statement.where(table.c[name].in_(values))
    return statement


@lru_cache(maxsize=16)
def compare_releases(before: Path | Schema, after: Path | Schema) -> tuple[Entry, ...]:
    """The entries that differ between two releases, by change, kind and key."""
    found: list[Entry] = []
    with beside(before, after) as connection:
        fallen = _newly_deprecated(connection)
        for kind, parts in PARTS.items():
            now, then = (
                _keys(connection, _rows(parts[0], schema, keys_only=True), other)
                for schema, other in (
                    ("", _rows(parts[0], EARLIER, keys_only=True)),
                    (EARLIER, _rows(parts[0], "", keys_only=True)),
                )
            )
            found += [Entry(kind, key, Change.ADDED) for key in now]
            found += [Entry(kind, key, Change.WITHDRAWN) for key in then]
            changed = {
                key
                for part in parts
                for one, other in (("", EARLIER), (EARLIER, ""))
                for key in _keys(connection, _rows(part, one), _rows(part, other))
            }
            for key in changed - now - then:
                superseded = kind is Kind.CLAIM and key in fallen
                found.append(Entry(kind, key, Change.SUPERSEDED if superseded else Change.CORRECTED))
    changes, kinds = list(Change), list(Kind)
    return tuple(sorted(found, key=lambda each: (changes.index(each.change), kinds.index(each.kind), each.key)))


def _keys(connection: Connection, one: Select[Any], other: Select[Any]) -> set[str]:
    """The keys of the rows of one query that the other does not have."""
    return {row[0] for row in connection.execute(one.except_(other))}


def _newly_deprecated(connection: Connection) -> set[str]:
    now, then = (
        select(table.c.claim_id).where(table.c.rank == Rank.DEPRECATED, table.c.until == FOREVER)
        for table in (_table_of("claim_rank", ""), _table_of("claim_rank", EARLIER))
    )
    return _keys(connection, now, then)


def read_changes(before: Path | Schema, after: Path | Schema, *, entries: Sequence[Entry]) -> tuple[Detail, ...]:
    """What changed of these entries, in their order."""
    found: list[Detail] = []
    with beside(before, after) as connection:
        for entry in entries:
            parts = PARTS[entry.kind]
            then, now = ([_part(connection, part, schema, entry.key) for part in parts] for schema in (EARLIER, ""))
            shown = (now if now[0] else then)[0][0]
            named = [name for name in shown if name.endswith("_en")]
            titles = (shown[named[0]], shown[named[0].removesuffix("en") + "fr"]) if named else (entry.key, entry.key)
            changes = [
                change
                for part, old, new in zip(parts, then, now, strict=True)
                for change in _fields(part, old, new)
                if change.before != change.after
            ]
            found.append(Detail(entry, titles, tuple(changes)))
    return tuple(found)


def _part(connection: Connection, part: Part, schema: str, key: str) -> list[dict[str, str]]:
    table = _table_of(part.table, schema)
    statement = _rows(part, schema)
    for name, value in zip(part.key, key.split("/"), strict=True):
        statement = statement.where(table.c[name] == value)
    rows = connection.execute(statement.order_by(*(in_byte_order(table.c[name]) for name in part.columns))).mappings()
    return [{name: str(row[name]) for name in part.columns if row[name] is not None} for row in rows]


def _fields(part: Part, old: list[dict[str, str]], new: list[dict[str, str]]) -> Iterator[FieldChange]:
    """Each column as a field; of a part with many rows each row as one value, and only those that differ."""
    bilingual = any(name.endswith("_fr") for row in (*old, *new) for name in row)
    languages = ("en", "fr") if bilingual else (None,)
    if part.field:
        for language in languages:
            then, now = ([_of_language(row, language) for row in rows] for rows in (old, new))
            gone, come = (tuple(each for each in one if each not in other) for one, other in ((then, now), (now, then)))
            yield FieldChange(part.field, language, gone, come)
        return
    for column in part.columns:
        name, _, ending = column.rpartition("_")
        before, after = (tuple(((column, row[column]),) for row in rows if column in row) for rows in (old, new))
        yield FieldChange(
            name if ending in languages else column, ending if ending in languages else None, before, after
        )


def _of_language(row: dict[str, str], language: str | None) -> Value:
    """A row without the texts of the other language."""
    return tuple(
        (name, value) for name, value in row.items() if name[-3:] not in ("_en", "_fr") or name.endswith(f"_{language}")
    )


def count_changes(entries: Sequence[Entry]) -> dict[Change, int]:
    return {change: sum(each.change is change for each in entries) for change in Change}
