"""A log-scale strip: one mark for each reading of a figure, so that a slip by a power of ten is a jump of one step.

Only positive values have a place on a logarithmic scale; a figure with any other has no strip. An open-ended bound ("at
least", "at most") is drawn with an arrow towards what it leaves open, "about" as a ring. What no longer stands is a
cross, its value struck through and followed by the word for what became of it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.charts.drawing import SIZE, TARGET, Drawing, Mark, Piece, Series, circle, line, polyline, rect, words
from app.charts.placing import Label, place_labels
from app.charts.text import shorten, width_of, wrap

ROOMY = 560
"""From this width on, words stand beside the strip; below, over it."""

EDGE = 30
"""Room on either side of the scale for the arrow of an open bound."""

AXIS = 24
GAP = 14
LINE = 16
CROSS = ((-6, -6), (6, 6), (0, 0), (6, -6), (-6, 6))
"""The corners of a cross about its middle, in one line."""


@dataclass(frozen=True)
class Reading:
    """What a mark needs; ``bound`` is a word of ``app.vocabulary.Bound``, ``text`` the value as it is written,
    ``fallen`` the word for what became of it, empty while it stands.
    """

    key: str
    value: Decimal
    upper: Decimal | None
    bound: str
    label: str
    text: str
    href: str
    name: str
    fallen: str = ""


def draw_strip(
    readings: Sequence[Reading], *, series: str, write: Callable[[Decimal], str], width: float
) -> Drawing | None:
    """Place the readings, one a row, on powers of ten, which ``write`` writes.

    ``None`` where a logarithm has no meaning or there is nothing to compare.
    """
    if len(readings) < 2 or any(reading.value <= 0 for reading in readings):
        return None
    highest = max(reading.upper or reading.value for reading in readings)
    low = math.floor(math.log10(min(reading.value for reading in readings)))
    high = max(math.ceil(math.log10(highest)), low + 1)
    roomy = width >= ROOMY
    room = width * (0.3 if roomy else 0.58)
    texts = [
        [("count struck" if reading.fallen else "count", text) for text in wrap(reading.text, room, SIZE)]
        + [("note", text) for text in wrap(reading.fallen, room, SIZE) if text]
        for reading in readings
    ]
    values = max(width_of(text, SIZE) for lines in texts for _, text in lines)
    names = min(max(width_of(reading.label, SIZE) for reading in readings), width * 0.34)
    left = EDGE + (names + GAP + values if roomy else 0)
    span = width - left - EDGE
    rows = [TARGET + 2 + LINE * (len(lines) - 1 if roomy else len(lines)) for lines in texts]

    def place(value: Decimal) -> float:
        return left + span * (math.log10(value) - low) / (high - low)

    foot = sum(rows) + 4
    powers = [Decimal(10) ** power for power in range(low, high + 1)]
    scenery: list[Piece] = [line("grid", place(power), 0, place(power), foot) for power in powers]
    labels = [Label(str(power), place(power), (write(power),)) for power in powers]
    placed = place_labels(labels, left=left - EDGE, right=width, levels=2, size=SIZE, centred=True)
    scenery += [words("tick", each.left, foot + 16 + each.level * 18, each.text) for each in placed]
    marks = []
    top = 0
    for reading, lines, row in zip(readings, texts, rows, strict=True):
        middle = top + (row / 2 if roomy else row - TARGET / 2)
        base = top + 17 if roomy else top + 15
        # A browser may draw words a little wider at another size.
        edge = names + GAP if roomy else width - 1
        room = names if roomy else width - max(width_of(text, SIZE) for _, text in lines) - GAP
        pieces: list[Piece] = [
            rect("hit", 0, top, width, row),
            words("row", 0, base, shorten(reading.label, room, SIZE)),
            *(
                words(look, edge, base + LINE * number, text, "start" if roomy else "end")
                for number, (look, text) in enumerate(lines)
            ),
        ]
        x = place(reading.value)
        if reading.upper is not None:
            pieces.append(line("range", x, middle, place(reading.upper), middle))
        if reading.bound in ("at-least", "at-most"):
            way = 1 if reading.bound == "at-least" else -1
            tip = x + way * 22
            pieces.append(line("open", x, middle, tip, middle))
            pieces.append(polyline("open", (tip - way * 6, middle - 5), (tip, middle), (tip - way * 6, middle + 5)))
        if reading.fallen:
            pieces.append(polyline("cross", *((x + dx, middle + dy) for dx, dy in CROSS)))
        else:
            pieces.append(circle("dot hollow" if reading.bound == "about" else "dot", x, middle, 6))
        value = f"{reading.value:f}"
        top += row
        marks.append(Mark(reading.key, value, reading.href, reading.name, f"reading {reading.bound}", tuple(pieces)))
    bottom = foot + AXIS + 18 * max((each.level for each in placed), default=0)
    return Drawing(width, bottom, tuple(scenery), (Series(series, tuple(marks)),))
