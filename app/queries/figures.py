"""Measured quantities, with every source's reading side by side."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct
from sqlmodel import Session, col, select

from app.comparison import Comparable, Conflict, ConflictKind, find_conflicts, gather
from app.models import Condition, Figure, Measure, Reading, Source
from app.queries.claims import claim_links
from app.queries.listings import read_tags
from app.queries.viewpoint import Viewpoint
from app.vocabulary import Bound, ConditionScope, Listing

MOST_COMPARED = 50
"""How many figures, the first of the dossier, a page compares that lists those whose readings disagree."""


class ReadingLine(Struct, frozen=True):
    """One source's value: as its words are recorded, as it is normalised, and what exactly it measures."""

    id: str
    value: Decimal
    upper: Decimal | None
    bound: str
    measure: str
    measure_name: str
    condition: str
    condition_name: str
    as_of: str
    literal: str | None
    literal_language: str | None
    source: str
    publisher: str
    locator: str
    claim: str
    claim_status: str
    claim_rank: str


class ConflictLine(Struct, frozen=True):
    """Two readings that disagree; ``ratio`` is larger over smaller, ``None`` where that has no meaning."""

    kind: str
    ratio: Fraction | None
    readings: tuple[ReadingLine, ReadingLine]


class DisagreementLine(Struct, frozen=True):
    """One reading against those that it disagrees with in the same way, each with its ratio."""

    kind: str
    reading: ReadingLine
    against: tuple[tuple[ReadingLine, Fraction | None], ...]


class MeasureLine(Struct, frozen=True):
    id: str
    name: str
    definition: str


class FigureCard(Struct, frozen=True):
    id: str
    name: str
    description: str
    unit: str
    currency: str | None
    issues: tuple[str, ...]
    parties: tuple[str, ...]
    readings: tuple[ReadingLine, ...]
    conflicts: tuple[ConflictLine, ...]


class FigureDetail(Struct, frozen=True):
    card: FigureCard
    disagreements: tuple[DisagreementLine, ...]
    measures: tuple[MeasureLine, ...]


def read_figures(session: Session, *, ids: Sequence[str], viewpoint: Viewpoint) -> tuple[FigureCard, ...]:
    """The figures of these ids that have a visible reading, in the order of the ids."""
    readings = _read_readings(session, ids, viewpoint)
    rows = {row.id: row for row in session.exec(select(Figure).where(col(Figure.id).in_(list(readings))))}
    tags = read_tags(session, listing=Listing.FIGURES, ids=list(rows), as_of=viewpoint.as_of)
    return tuple(
        FigureCard(
            id=row.id,
            name=viewpoint.text(row, "name"),
            description=viewpoint.text(row, "description"),
            unit=row.unit,
            currency=row.currency,
            issues=tags[row.id].get("issue", ()),
            parties=tags[row.id].get("party", ()),
            readings=tuple(line for line, _ in readings[row.id]),
            conflicts=_conflicts(readings[row.id]),
        )
        for identifier in ids
        if (row := rows.get(identifier)) is not None
    )


def list_disagreeing(session: Session, *, viewpoint: Viewpoint) -> tuple[FigureCard, ...]:
    """The figures whose readings disagree, in the dossier's order; its first ``MOST_COMPARED`` figures are compared."""
    ids = session.exec(select(Figure.id).order_by(col(Figure.ordinal)).limit(MOST_COMPARED)).all()
    return tuple(card for card in read_figures(session, ids=ids, viewpoint=viewpoint) if card.conflicts)


def _conflicts(readings: Sequence[tuple[ReadingLine, Comparable]]) -> tuple[ConflictLine, ...]:
    lines = {line.id: line for line, _ in readings}
    return tuple(
        ConflictLine(each.kind, each.ratio, (lines[each.readings[0]], lines[each.readings[1]]))
        for each in find_conflicts([comparable for _, comparable in readings])
    )


def _read_readings(
    session: Session, ids: Sequence[str], viewpoint: Viewpoint
) -> dict[str, list[tuple[ReadingLine, Comparable]]]:
    """The visible readings of each figure, with what their comparison needs."""
    rows = session.exec(
        select(Reading, Source, Measure, Condition)
        .join(Source, col(Source.id) == col(Reading.source_id))
        .join(Measure, col(Measure.id) == col(Reading.measure_id))
        .join(Condition, col(Condition.id) == col(Reading.condition_id))
        .where(col(Reading.figure_id).in_(ids), Reading.visible_from <= viewpoint.as_of)
        .order_by(Reading.figure_id, col(Reading.ordinal))
    ).all()
    links = claim_links(session, ids=[reading.claim_id for reading, _, _, _ in rows], viewpoint=viewpoint)
    found: dict[str, list[tuple[ReadingLine, Comparable]]] = defaultdict(list)
    for reading, source, measure, condition in rows:
        line = ReadingLine(
            id=reading.id,
            value=Decimal(reading.value),
            upper=None if reading.upper is None else Decimal(reading.upper),
            bound=reading.bound,
            measure=measure.id,
            measure_name=viewpoint.text(measure, "name"),
            condition=condition.id,
            condition_name=viewpoint.text(condition, "name"),
            as_of=reading.as_of,
            literal=reading.literal,
            literal_language=reading.literal_language,
            source=reading.source_id,
            publisher=viewpoint.text(source, "publisher"),
            locator=reading.locator,
            claim=reading.claim_id,
            claim_status=links[reading.claim_id].status,
            claim_rank=links[reading.claim_id].rank,
        )
        comparable = Comparable(
            id=line.id,
            value=line.value,
            upper=line.upper,
            bound=Bound(line.bound),
            measure=line.measure,
            condition=line.condition,
            of_one_case=condition.scope == ConditionScope.EVENT,
            first=reading.as_of_first,
            last=reading.as_of_last,
            statement=reading.renders_id,
        )
        found[reading.figure_id].append((line, comparable))
    return found


def read_figure(session: Session, *, identifier: str, viewpoint: Viewpoint) -> FigureDetail | None:
    """One figure with the definitions of what its readings measure; ``None`` where it is not known on that day."""
    cards = read_figures(session, ids=[identifier], viewpoint=viewpoint)
    if not cards:
        return None
    used = list(dict.fromkeys(reading.measure for reading in cards[0].readings))
    rows = {row.id: row for row in session.exec(select(Measure).where(col(Measure.id).in_(used)))}
    measures = tuple(
        MeasureLine(each, viewpoint.text(rows[each], "name"), viewpoint.text(rows[each], "definition")) for each in used
    )
    return FigureDetail(cards[0], _gathered(cards[0]), measures)


def _gathered(card: FigureCard) -> tuple[DisagreementLine, ...]:
    """The conflicts of a figure as a reader is told of them: one line for what one reading has against the others."""
    lines = {line.id: line for line in card.readings}
    pairs = [
        Conflict(ConflictKind(each.kind), (each.readings[0].id, each.readings[1].id), each.ratio)
        for each in card.conflicts
    ]
    return tuple(
        DisagreementLine(each.kind, lines[each.reading], tuple((lines[other], ratio) for other, ratio in each.against))
        for each in gather(pairs)
    )
