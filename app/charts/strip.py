"""A log-scale strip: one mark for each reading of a figure, so that a slip by a power of ten is a jump of one step.

Only positive values have a place on a logarithmic scale; a figure with any other has no strip. An open-ended bound ("at
least", "at most") is drawn with an arrow towards what it leaves open, "about" as a ring. What no longer stands is a
cross, its value struck through and followed by the word for what became of it.
"""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec import Struct

from app.charts.drawing import SIZE, TARGET, Drawing, Mark, Piece, Series, Text, circle, line, polyline, rect, words
from app.charts.placing import Label, place_labels
from app.charts.text import fit, width_of, wrap

ROOMY = 560
"""From this width on, words stand beside the strip; below, over it."""

EDGE = 30
"""The least room on either side of the scale: an open bound has an arrow."""

GAP = 14
LINE = 16
CROSS = ((-6, -6), (6, 6), (0, 0), (6, -6), (-6, 6))
"""The corners of a cross about its middle, in one line."""


class Reading(Struct, frozen=True):
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
    room = width * (0.26 if roomy else 0.58)
    texts = [
        [("count struck" if reading.fallen else "count", text) for text in wrap(reading.text, room, SIZE)]
        + [("note", text) for text in wrap(reading.fallen, room, SIZE) if text]
        for reading in readings
    ]
    values = max(width_of(text, SIZE) for lines in texts for _, text in lines)
    names = min(max(width_of(reading.label, SIZE) for reading in readings), width * 0.26)
    powers = [Decimal(10) ** power for power in range(low, high + 1)]
    # Room on either side of the scale for the arrow of an open bound, and for half the name of a power.
    edge = max(EDGE, *(width_of(word, SIZE) / 2 for power in powers for word in write(power).split(" ")))
    left = edge + (names + GAP + values if roomy else 0)
    span = width - left - edge
    labels = [
        fit(reading.label, names if roomy else width - max(width_of(text, SIZE) for _, text in lines) - GAP, SIZE)
        for reading, lines in zip(readings, texts, strict=True)
    ]
    rows = [
        TARGET + 2 + LINE * (max(len(label), len(lines)) - (1 if roomy else 0))
        for label, lines in zip(labels, texts, strict=True)
    ]

    def place(value: Decimal) -> float:
        return left + span * (math.log10(value) - low) / (high - low)

    foot = sum(rows) + 4
    scenery: list[Piece] = [line("grid", place(power), 0, place(power), foot) for power in powers]
    ticks = _name_powers(
        [(place(power), write(power)) for power in powers], 0 if roomy else left - edge, width, foot + 16
    )
    scenery += ticks
    marks = []
    top = 0
    for reading, label, lines, row in zip(readings, labels, texts, rows, strict=True):
        middle = top + (row / 2 if roomy else row - TARGET / 2)
        base = top + 17 if roomy else top + 15
        # A browser may draw words a little wider at another size.
        stop = names + GAP if roomy else width - 1
        pieces: list[Piece] = [
            rect("hit", 0, top, width, row),
            *(words("row", 0, base + LINE * number, text) for number, text in enumerate(label)),
            *(
                words(look, stop, base + LINE * number, text, "start" if roomy else "end")
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
    bottom = max((each.box[3] for each in ticks), default=foot) + 4
    return Drawing(width, bottom, tuple(scenery), (Series(series, tuple(marks)),))


def _name_powers(powers: Sequence[tuple[float, str]], left: float, right: float, y: float) -> list[Text]:
    """The names of the powers, each under its line and all alike: on one line where there is room, else each broken
    into as many as it needs; where even those would touch, every second power has a name, or every third.
    """
    between = powers[1][0] - powers[0][0]
    for step in range(1, len(powers) + 1):
        for room in (right - left, between * step - GAP, 0):
            lines = {text: wrap(text, room, SIZE) for _, text in powers}
            named = powers[::step]
            labels = [Label(text, x, (max(lines[text], key=lambda each: width_of(each, SIZE)),)) for x, text in named]
            placed = place_labels(labels, left=left, right=right, levels=1, size=SIZE, centred=True)
            if len(placed) == len(labels):
                return [
                    words("tick", (each.left + each.right) / 2, y + LINE * number, line, "middle")
                    for each in placed
                    for number, line in enumerate(lines[each.key])
                ]
    return []
