"""Measured quantities, with every source's reading side by side."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlmodel import Session, col, select

from app.models import Condition, Figure, Measure, Reading, Source
from app.queries.claims import link_claims
from app.queries.listings import read_tags
from app.queries.viewpoint import Viewpoint
from app.vocabulary import Listing


@dataclass(frozen=True)
class ReadingLine:
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


@dataclass(frozen=True)
class MeasureLine:
    id: str
    name: str
    definition: str


@dataclass(frozen=True)
class FigureCard:
    id: str
    name: str
    description: str
    unit: str
    currency: str | None
    issues: tuple[str, ...]
    parties: tuple[str, ...]
    readings: tuple[ReadingLine, ...]


@dataclass(frozen=True)
class FigureDetail:
    card: FigureCard
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
            readings=tuple(readings[row.id]),
        )
        for identifier in ids
        if (row := rows.get(identifier)) is not None
    )


def _read_readings(session: Session, ids: Sequence[str], viewpoint: Viewpoint) -> dict[str, list[ReadingLine]]:
    rows = session.exec(
        select(Reading, Source, Measure, Condition)
        .join(Source, col(Source.id) == col(Reading.source_id))
        .join(Measure, col(Measure.id) == col(Reading.measure_id))
        .join(Condition, col(Condition.id) == col(Reading.condition_id))
        .where(col(Reading.figure_id).in_(ids), Reading.visible_from <= viewpoint.as_of)
        .order_by(Reading.figure_id, col(Reading.ordinal))
    ).all()
    links = link_claims(session, ids=[reading.claim_id for reading, _, _, _ in rows], viewpoint=viewpoint)
    statuses = {link.id: link.status for link in links}
    found: dict[str, list[ReadingLine]] = defaultdict(list)
    for reading, source, measure, condition in rows:
        found[reading.figure_id].append(
            ReadingLine(
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
                claim_status=statuses[reading.claim_id],
            )
        )
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
    return FigureDetail(cards[0], measures)
