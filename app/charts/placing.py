"""Where marks and labels go so that none covers another.

Labels are placed greedily in the order of their importance: each is tried in its longest wording first, then from the
nearest level to the farthest. A label that finds no place is left out rather than drawn over another. Marks, which must
all be shown, are put on as few levels as intervals need: taken by their left ends, each on the first level that is free
(the greedy colouring of an interval graph; J. Kleinberg, E. Tardos, "Algorithm Design", 2005, section 4.1).
"""

from collections.abc import Sequence

from msgspec import Struct

from app.charts.drawing import SIZE, Text, words
from app.charts.text import width_of

GAP, LINE = 12, 18
"""The room between two labels on a line, and from one line to the next."""


class Label(Struct, frozen=True):
    """What may be written at ``x``: its wordings, longest first."""

    key: str
    x: float
    texts: tuple[str, ...]


class Placed(Struct, frozen=True):
    """A label with a place: from ``left`` to ``right`` on ``level``, where 0 is the nearest to what is labelled."""

    key: str
    text: str
    left: float
    right: float
    level: int


class Spot(Struct, frozen=True):
    """A place in a flowing text: its left end and its line."""

    x: float
    line: int


def place_labels(
    labels: Sequence[Label],
    *,
    left: float,
    right: float,
    levels: int,
    size: float,
    gap: float = 8,
    centred: bool = False,
) -> tuple[Placed, ...]:
    """Place the labels between ``left`` and ``right``, the most important first; none overlaps another.

    A label begins at its point, or stands centred over it, and is moved as far as needed to stay on the canvas.
    """
    placed: list[Placed] = []
    for label in labels:
        if (found := _find_place(label, placed, left, right, levels, size, gap, centred)) is not None:
            placed.append(found)
    return tuple(placed)


def _find_place(
    label: Label,
    placed: Sequence[Placed],
    left: float,
    right: float,
    levels: int,
    size: float,
    gap: float,
    centred: bool,
) -> Placed | None:
    for text in label.texts:
        width = width_of(text, size)
        if width > right - left:
            continue
        start = min(max(label.x - (width / 2 if centred else 0), left), right - width)
        for level in range(levels):
            if all(
                start >= other.right + gap or start + width + gap <= other.left
                for other in placed
                if other.level == level
            ):
                return Placed(label.key, text, start, start + width, level)
    return None


def stack(spans: Sequence[tuple[float, float]]) -> tuple[int, ...]:
    """A level for each interval (left, right), in their order; those on one level do not overlap, but may touch."""
    ends: list[float] = []
    levels = [0] * len(spans)
    for index in sorted(range(len(spans)), key=lambda each: (spans[each], each)):
        left, right = spans[index]
        level = next((level for level, end in enumerate(ends) if end <= left), len(ends))
        if level == len(ends):
            ends.append(right)
        ends[level] = right
        levels[index] = level
    return tuple(levels)


def flow(widths: Sequence[float], *, room: float, gap: float) -> tuple[Spot, ...]:
    """A spot for each thing, side by side on as many lines as they need, as words in a paragraph."""
    spots: list[Spot] = []
    x, line = 0.0, 0
    for width in widths:
        if x and x + width > room:
            x, line = 0.0, line + 1
        spots.append(Spot(x, line))
        x += width + gap
    return tuple(spots)


def name_ends(low: str, high: str, *, left: float, right: float, y: float) -> tuple[Text, ...]:
    """The ends of a scale, each under its end; the second goes a line lower where both have no room on one."""
    if left == right:
        return (words("tick", left, y, low),)
    together = width_of(low, SIZE) + width_of(high, SIZE) + GAP <= right - left
    return words("tick", left, y, low), words("tick", right, y if together else y + LINE, high, "end")
