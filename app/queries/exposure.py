"""The calculations on the figures of a release, with the readings that each input may take as of a day."""

from collections import defaultdict
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.models import Calculation, CalculationInput, CalculationReading
from app.queries.figures import FigureCard, ReadingLine, read_figures
from app.queries.viewpoint import Viewpoint


@dataclass(frozen=True)
class InputLine:
    """A quantity of a calculation. ``offered`` are its visible readings, the default first; ``literal`` names one.

    ``figure`` is ``None`` where nothing of the figure was published by the day of the view.
    """

    name: str
    label: str
    figure_id: str
    figure: FigureCard | None
    offered: tuple[ReadingLine, ...]
    literal: str | None


@dataclass(frozen=True)
class CalculationLine:
    """``formula`` and ``unit`` are ``None`` where ``not_computable`` says why the record does not allow it."""

    id: str
    name: str
    question: str
    formula: str | None
    unit: str | None
    caution: str | None
    not_computable: str | None
    inputs: tuple[InputLine, ...]


def list_calculations(session: Session, *, viewpoint: Viewpoint) -> tuple[CalculationLine, ...]:
    """All calculations, in the order of the dossier."""
    inputs = session.exec(select(CalculationInput).order_by(col(CalculationInput.ordinal))).all()
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in session.exec(select(CalculationReading).order_by(col(CalculationReading.ordinal))):
        wanted[each.calculation_id, each.input_name].append(each.reading_id)
    ids = list(dict.fromkeys(each.figure_id for each in inputs))
    figures = {card.id: card for card in read_figures(session, ids=ids, viewpoint=viewpoint)}
    found: dict[str, list[InputLine]] = defaultdict(list)
    for row in inputs:
        figure = figures.get(row.figure_id)
        visible = {reading.id: reading for reading in figure.readings} if figure else {}
        found[row.calculation_id].append(
            InputLine(
                name=row.name,
                label=viewpoint.text(row, "label"),
                figure_id=row.figure_id,
                figure=figure,
                offered=tuple(visible[each] for each in wanted[row.calculation_id, row.name] if each in visible),
                literal=row.literal,
            )
        )
    rows = session.exec(select(Calculation).order_by(col(Calculation.ordinal)))
    return tuple(
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
    )
