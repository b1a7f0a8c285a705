"""Scenarios against impact areas: in each cell an arrow for the direction, its strokes for the strength, and the ground
for the firmness, so that nothing depends on colour. Where there is no room for columns the cells are rows of a list.
"""

from collections.abc import Sequence

from msgspec import Struct

from app.charts.drawing import SIZE, TARGET, Drawing, Mark, Piece, Series, line, polygon, polyline, rect, words
from app.charts.placing import flow
from app.charts.text import shorten, width_of, wrap

ROOMY = 560
"""From this width on there are columns."""

NAMES = 130
CELL = 70
LINE = 16
ROW = TARGET + 4
GAP = 6


class Cell(Struct, frozen=True):
    """``label`` says the direction and strength in a few words; the vocabularies are those of ``app.vocabulary``."""

    key: str
    area: str
    value: str
    direction: str
    strength: str
    firmness: str
    label: str
    href: str
    name: str


class Line(Struct, frozen=True):
    """A scenario with its cells in the order of the areas."""

    key: str
    name: str
    cells: tuple[Cell, ...]


class Key(Struct, frozen=True):
    """An entry of the legend: a firmness, or the strokes of a strength."""

    firmness: str
    strength: str
    name: str


def draw_matrix(lines: Sequence[Line], areas: Sequence[str], legend: Sequence[Key], *, width: float) -> Drawing:
    """Draw the scenarios in their order, one series each; ``areas`` are the names of the columns."""
    draw = _draw_columns if width >= ROOMY else _draw_list
    scenery, series, foot = draw(lines, areas, width)
    spots = flow([34 + width_of(key.name, SIZE) for key in legend], room=width, gap=GAP * 3)
    top = foot + GAP * 2
    for key, spot in zip(legend, spots, strict=True):
        y = top + spot.line * 28
        if key.strength:
            scenery += _draw_arrow("increases", key.strength, spot.x + 14, y + 11)
        else:
            scenery += _draw_ground(key.firmness, spot.x + 1, y + 1, 26, 20)
        scenery.append(words("key", spot.x + 34, y + 15, key.name))
    bottom = top + 28 * (max((spot.line for spot in spots), default=-1) + 1)
    return Drawing(width, bottom, tuple(scenery), tuple(series))


def _draw_columns(lines: Sequence[Line], areas: Sequence[str], width: float) -> tuple[list[Piece], list[Series], float]:
    column = (width - NAMES) / len(areas)
    heads = [wrap(area, column - GAP, SIZE, bold=True) for area in areas]
    top = LINE * max(len(head) for head in heads) + GAP
    scenery: list[Piece] = []
    for number, head in enumerate(heads):
        for row, text in enumerate(head):
            y = top - GAP - LINE * (len(head) - 1 - row)
            scenery.append(words("head", NAMES + column * number + column / 2, y, text, "middle", bold=True))
    series = []
    for number, each in enumerate(lines):
        y = top + number * (CELL + GAP)
        for row, text in enumerate(wrap(each.name, NAMES - GAP, SIZE, bold=True)):
            scenery.append(words("head", 0, y + 20 + LINE * row, text, bold=True))
        marks = []
        for place, cell in enumerate(each.cells):
            x = NAMES + column * place
            pieces = [*_draw_ground(cell.firmness, x, y, column - GAP, CELL)]
            centre = x + (column - GAP) / 2
            pieces += _draw_arrow(cell.direction, cell.strength, centre, y + 20)
            for row, text in enumerate(wrap(cell.label, column - GAP * 3, SIZE)):
                pieces.append(words("row", centre, y + 46 + LINE * row, text, "middle"))
            marks.append(_mark(cell, pieces))
        series.append(Series(each.name, tuple(marks)))
    return scenery, series, top + len(lines) * (CELL + GAP)


def _draw_list(lines: Sequence[Line], areas: Sequence[str], width: float) -> tuple[list[Piece], list[Series], float]:
    scenery: list[Piece] = []
    series = []
    y = 0.0
    for each in lines:
        scenery.append(words("head", 0, y + 16, shorten(each.name, width / 1.2, SIZE), bold=True))
        y += TARGET
        marks = []
        for cell, area in zip(each.cells, areas, strict=True):
            label = shorten(cell.label, width * 0.4, SIZE)
            room = width - 44 - GAP - width_of(label, SIZE) - GAP
            names = wrap(area, room, SIZE)
            height = TARGET + LINE * (len(names) - 1)
            pieces: list[Piece] = [rect("hit", 0, y, width, height), *_draw_ground(cell.firmness, 0, y + 1, 38, 22)]
            pieces += _draw_arrow(cell.direction, cell.strength, 19, y + 12)
            pieces += [words("row", 44, y + 16 + LINE * row, text) for row, text in enumerate(names)]
            # The last letter may reach a little beyond its place.
            pieces.append(words("count", width - 2, y + 16, label, "end"))
            marks.append(_mark(cell, pieces))
            y += height + ROW - TARGET
        series.append(Series(each.name, tuple(marks)))
        y += GAP
    return scenery, series, y


def _mark(cell: Cell, pieces: Sequence[Piece]) -> Mark:
    return Mark(cell.key, cell.value, cell.href, cell.name, f"cell {cell.firmness}", tuple(pieces))


def _draw_ground(firmness: str, x: float, y: float, width: float, height: float) -> list[Piece]:
    """Full where it was observed, hatched where it is reasoned, an empty frame where nothing is on file."""
    ground: list[Piece] = [rect(f"ground firmness-{firmness}", x, y, width, height)]
    if firmness == "reasoned":
        ground += [line("hatch", *ends) for ends in _hatch(x, y, width, height)]
    return ground


def _hatch(x: float, y: float, width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Diagonals cut to a rectangle: plain lines, as a pattern would need an id that is unique on every page."""
    found = []
    step = 8
    for offset in range(step, int(width + height), step):
        left, right = max(0.0, offset - height), min(width, float(offset))
        if right - left > 1:
            found.append((x + left, y + offset - left, x + right, y + offset - right))
    return found


_STROKES = {"strong": 3, "moderate": 2, "weak": 1}


def _draw_arrow(direction: str, strength: str, x: float, y: float) -> list[Piece]:
    """Chevrons upwards or downwards, as many as the strength has; an outline where no strength is stated."""
    number = _STROKES.get(strength, 0)
    match direction:
        case "increases" | "decreases":
            return _chevrons(x, y, number, -1 if direction == "increases" else 1)
        case "mixed":
            return [*_chevrons(x - 8, y, number, -1), *_chevrons(x + 8, y, number, 1)]
        case _:
            return [line("arrow", x - 6, y, x + 6, y)]


def _chevrons(x: float, y: float, number: int, way: int) -> list[Piece]:
    if not number:
        tip, foot = y + way * 7, y - way * 6
        return [polygon("arrow hollow", (x, tip), (x - 7, foot), (x + 7, foot))]
    middles = [y + way * 5 * (row - (number - 1) / 2) for row in range(number)]
    return [polyline("arrow", (x - 7, m - way * 3), (x, m + way * 3), (x + 7, m - way * 3)) for m in middles]
