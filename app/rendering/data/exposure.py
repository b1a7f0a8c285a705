"""The calculations on figures as data."""

from collections.abc import Sequence
from fractions import Fraction

from typing_extensions import TypedDict

from app.rendering.addresses import Addresses
from app.rendering.data.figures import BoundWord, UnitWord
from app.rendering.data.shapes import Address, Amount, Incomplete, OpenSpan
from app.rendering.exposure import CalculationView, in_unit
from app.scenarios import intervals


class OfferedReading(TypedDict):
    """A reading that an input may take."""

    id: str
    value: Amount
    upper: Amount | None
    bound: BoundWord
    unit: UnitWord
    currency: str | None
    measure: str
    condition: str
    as_of: Incomplete
    source: str
    claim: str


class InputData(TypedDict):
    """An input of a calculation; ``parameter`` is what chooses its reading in an address."""

    name: str
    label: str
    parameter: str
    figure: str
    chosen: str | None
    literal: str | None
    readings: list[OfferedReading]


class ResultData(OpenSpan):
    """The result in the unit of the calculation; ``about`` where it rests on a number that is only near."""

    about: bool
    text: str


class SwingData(OpenSpan):
    """How far one input moves the result while the others stay."""

    input: str
    text: str


class CalculationData(TypedDict):
    """A calculation, its inputs and its result; ``result`` is null where it cannot be computed."""

    id: str
    url: Address
    name: str
    question: str
    formula: str | None
    unit: str | None
    caution: str | None
    not_computable: str | None
    inputs: list[InputData]
    result: ResultData | None
    swings: list[SwingData]
    sentence: str | None


class ExposureData(TypedDict):
    """All calculations; ``left_out`` rest on figures of which nothing had been published."""

    count: int
    left_out: int
    items: list[CalculationData]
    next: None


def range_data(interval: intervals.Interval, unit: str | None) -> OpenSpan:
    """The ends as exact fractions in the unit of the result, such as ``52000000000/3``; null where it is open."""
    low, high = interval.low, interval.high
    return {
        "low": str(in_unit(low, unit)) if isinstance(low, Fraction) else None,
        "high": str(in_unit(high, unit)) if isinstance(high, Fraction) else None,
    }


def calculation_data(view: CalculationView, to: Addresses) -> CalculationData:
    line, solved = view.line, view.solved
    return {
        "id": line.id,
        "url": to.page("/scenarios/exposure", anchor=f"calculation-{line.id}"),
        "name": line.name,
        "question": line.question,
        "formula": line.formula,
        "unit": line.unit,
        "caution": line.caution,
        "not_computable": line.not_computable,
        "inputs": [
            {
                "name": each.line.name,
                "label": each.line.label,
                "parameter": each.parameter,
                "figure": each.line.figure.id,
                "chosen": each.reading.id if each.reading else None,
                "literal": each.line.literal,
                "readings": [
                    {
                        "id": reading.id,
                        "value": f"{reading.value:f}",
                        "upper": None if reading.upper is None else f"{reading.upper:f}",
                        "bound": reading.bound,
                        "unit": each.line.figure.unit,
                        "currency": each.line.figure.currency,
                        "measure": reading.measure,
                        "condition": reading.condition,
                        "as_of": reading.as_of,
                        "source": reading.source,
                        "claim": reading.claim,
                    }
                    for reading in each.line.offered
                ],
            }
            for each in view.inputs
        ],
        "result": {**range_data(solved.result, line.unit), "about": solved.about, "text": solved.text}
        if solved
        else None,
        "swings": [
            {"input": each.input.line.name, **range_data(each.result, line.unit), "text": each.text}
            for each in (solved.swings if solved else ())
        ],
        "sentence": solved.sentence if solved else None,
    }


def exposure_data(views: Sequence[CalculationView], left_out: int, to: Addresses) -> ExposureData:
    return {
        "count": len(views),
        "left_out": left_out,
        "items": [calculation_data(each, to) for each in views],
        "next": None,
    }
