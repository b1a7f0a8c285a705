"""Shares of a whole: one band cut into all of them, and a row for each, whose bars compare with one another."""

from collections.abc import Sequence

from msgspec import Struct

from app.charts.drawing import SIZE, TARGET, Drawing, Mark, Piece, Series, rect, words
from app.charts.text import shorten, width_of

BAND = 14
ROW = TARGET + 2
GAP = 8


class Share(Struct, frozen=True):
    """A part of the whole; ``text`` is its count as it is written."""

    key: str
    count: int
    label: str
    text: str
    href: str
    name: str


def draw_shares(shares: Sequence[Share], *, series: str, look: str, width: float) -> Drawing:
    """Draw the shares, of which there is at least one: the band is the whole, the longest bar the largest share."""
    whole = sum(share.count for share in shares)
    names = min(max(width_of(share.label, SIZE) for share in shares), width * 0.45)
    counts = max(width_of(share.text, SIZE) for share in shares)
    start = names + GAP
    room = width - start - counts - GAP
    most = max(share.count for share in shares)
    scenery: list[Piece] = []
    marks: list[Mark] = []
    x = 0.0
    for row, share in enumerate(shares):
        part = width * share.count / whole
        scenery.append(rect(f"part {look}-{share.key}", x, 0, max(part - 1, 0.5), BAND))
        x += part
        y = BAND + GAP + row * ROW
        length = room * share.count / most
        pieces: tuple[Piece, ...] = (
            rect("hit", 0, y, width, TARGET),
            words("row", 0, y + 16, shorten(share.label, names, SIZE)),
            rect(f"part {look}-{share.key}", start, y + 6, length, TARGET - 12),
            words("count", start + length + GAP, y + 16, share.text),
        )
        marks.append(Mark(share.key, str(share.count), share.href, share.name, "share", pieces))
    return Drawing(width, BAND + GAP + len(shares) * ROW, tuple(scenery), (Series(series, tuple(marks)),))
