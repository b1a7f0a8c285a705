"""The calculations on the figures of a release, with the readings that each input may take as of a day."""

from collections import defaultdict

from msgspec import Struct
from sqlmodel import Session, col, select

from app.models import Calculation, CalculationInput, CalculationReading
from app.queries.figures import FigureCard, ReadingLine, read_figures
from app.queries.viewpoint import Viewpoint


class InputLine(Struct, frozen=True):
    """A quantity of a calculation. ``offered`` are its visible readings, the default first; ``literal`` names one."""

    name: str
    label: str
    figure: FigureCard
    offered: tuple[ReadingLine, ...]
    literal: str | None


class CalculationLine(Struct, frozen=True):
    """``formula`` and ``unit`` are ``None`` where ``not_computable`` says why the record does not allow it."""

    id: str
    name: str
    question: str
    formula: str | None
    unit: str | None
    caution: str | None
    not_computable: str | None
    inputs: tuple[InputLine, ...]


class Calculations(Struct, frozen=True):
    """``left_out`` counts those with a figure of which nothing had been published by the day of the view."""

    known: tuple[CalculationLine, ...]
    left_out: int


def list_calculations(session: Session, *, viewpoint: Viewpoint) -> Calculations:
    """The calculations whose figures are all known, in the order of the dossier."""
    inputs = session.exec(select(CalculationInput).order_by(col(CalculationInput.ordinal))).all()
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in session.exec(select(CalculationReading).order_by(col(CalculationReading.ordinal))):
        wanted[each.calculation_id, each.input_name].append(each.reading_id)
    ids = list(dict.fromkeys(each.figure_id for each in inputs))
    figures = {card.id: card for card in read_figures(session, ids=ids, viewpoint=viewpoint)}
    found: dict[str, list[InputLine]] = defaultdict(list)
    unknown = {row.calculation_id for row in inputs if row.figure_id not in figures}
    for row in inputs:
        if row.calculation_id in unknown:
            continue
        visible = {reading.id: reading for reading in figures[row.figure_id].readings}
        found[row.calculation_id].append(
            InputLine(
                name=row.name,
                label=viewpoint.text(row, "label"),
                figure=figures[row.figure_id],
                offered=tuple(visible[each] for each in wanted[row.calculation_id, row.name] if each in visible),
                literal=row.literal,
            )
        )
    rows = session.exec(select(Calculation).order_by(col(Calculation.ordinal)))
    known = tuple(
        CalculationLine(
            id=row.id,
            name=viewpoint.text(row, "name"),
            question=viewpoint.text(row, "question"),
            formula=row.formula,
            unit=row.unit,
            caution=viewpoint.text_or_none(row, "caution"),
            not_computable=viewpoint.text_or_none(row, "not_computable"),
            inputs=tuple(found[row.id]),
        )
        for row in rows
        if row.id not in unknown
    )
    return Calculations(known, len(unknown))
