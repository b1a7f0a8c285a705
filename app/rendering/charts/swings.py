"""How far each input of a calculation moves its result: a tornado."""

from fractions import Fraction

from app.charts.tornado import Bar, draw_tornado
from app.filters import Filter
from app.rendering.addresses import Addresses
from app.rendering.charts.frame import MIDDLE, NARROW, Basis, Cell, Chart, Column, Row, decimal_text, place_of
from app.rendering.exposure import CalculationView, SwingLine, end_text, in_unit, reading_text
from app.rendering.formats import format_number
from app.rendering.translations import translations
from app.scenarios.intervals import End


def present_swings(view: CalculationView, chosen: Filter, day: str, to: Addresses) -> Chart | None:
    """The swings of a calculation; ``None`` where it has no result or nothing moves it.

    ``chosen`` holds the reader's choices for this calculation alone; ``day`` is the day of the view, as it is written.
    """
    words, line, solved = translations(to.language), view.line, view.solved
    if solved is None:
        return None

    def write(value: Fraction) -> str:
        return end_text(value, line, to.language)

    bars = [
        Bar(
            key=each.input.line.name,
            result=each.result,
            label=each.input.line.label,
            text=each.text,
            href=to.figure(each.input.line.figure.id),
            name=f"{each.input.line.label}, {each.text}",
        )
        for each in solved.swings
    ]
    legend = words.gettext("the result for the readings chosen: %(result)s") % {"result": solved.text}
    series = words.gettext("Results by input: %(name)s") % {"name": line.name}
    drawings = [
        draw_tornado(bars, solved.result, series=series, legend=legend, write=write, width=width)
        for width in (NARROW, MIDDLE)
    ]
    found = tuple(each for each in drawings if each)
    if not found:
        return None
    readings = sum(len(each.input.line.offered) for each in solved.swings)
    basis = words.ngettext(
        "%(count)s reading on file that the inputs may take, as of %(day)s",
        "%(count)s readings on file that the inputs may take, as of %(day)s",
        readings,
    ) % {"count": format_number(readings, to.language), "day": day}
    name = f"swings-{line.id}"
    return Chart(
        name=name,
        title=words.gettext("%(name)s: %(finding)s")
        % {"name": line.name, "finding": solved.sentence.removesuffix(".")},
        reading=words.gettext(
            "One bar for each input, the widest first: the results that its readings give while the others keep the "
            "number that their reading states. An arrow means that nothing bounds the result on that side."
        ),
        basis=Basis(basis, to.page("/scenarios/exposure", chosen, f"calculation-{line.id}")),
        place=place_of(name, to, chosen),
        columns=(
            Column("input", words.gettext("Input")),
            Column("taken", words.gettext("Reading taken")),
            Column("readings", words.gettext("Readings on file"), number=True),
            Column("lowest", words.gettext("Lowest result"), number=True),
            Column("highest", words.gettext("Highest result"), number=True),
            Column("result", words.gettext("Result over all of them")),
        ),
        rows=tuple(_row(each, view, to) for each in solved.swings),
        drawings=found,
    )


def _row(swing: SwingLine, view: CalculationView, to: Addresses) -> Row:
    words, given, reading = translations(to.language), swing.input.line, swing.input.reading
    assert reading is not None  # A calculation is solved only if each of its inputs has a reading.

    def end(value: End) -> Cell:
        if not isinstance(value, Fraction):
            return Cell("", words.gettext("no limit"))
        return Cell(decimal_text(in_unit(value, view.line.unit)), end_text(value, view.line, to.language))

    return Row(
        given.name,
        (
            Cell(given.label, given.label, to.figure(given.figure.id)),
            Cell(reading.id, reading_text(given, reading, to.language), to.claim(reading.claim)),
            Cell(str(len(given.offered)), format_number(len(given.offered), to.language)),
            end(swing.result.low),
            end(swing.result.high),
            Cell(swing.text, swing.text),
        ),
    )
