"""How wide words are, at most: a drawing is made where no font is, and is shown in whichever the reader has."""

_WIDE = frozenset("mMwW%@—–…œŒæÆ×")
_NARROW = frozenset("ijlftrI.,:;'’!|()[]-/ \u00a0\u202f")
WIDE, CAPITAL, NARROW, OTHER = 1.0, 0.79, 0.42, 0.66
"""Parts of the font size: no letter of the usual sans-serif fonts is wider than its kind's."""

BOLD = 1.12
ELLIPSIS = "…"


def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """The room that a text takes at a font size, in the units of the size; rather too much than too little."""
    ems = sum(
        WIDE if sign in _WIDE else NARROW if sign in _NARROW else CAPITAL if sign.isupper() else OTHER for sign in text
    )
    return ems * size * (BOLD if bold else 1)


def shorten(text: str, room: float, size: float) -> str:
    """The text where it has room; else its beginning with an ellipsis, or the ellipsis alone."""
    if width_of(text, size) <= room:
        return text
    kept = text
    while kept and width_of(kept.rstrip(" ,;:") + ELLIPSIS, size) > room:
        kept = kept[:-1]
    return kept.rstrip(" ,;:") + ELLIPSIS


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines, broken at spaces; a word wider than the room has a line of its own."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width_of(f"{lines[-1]} {word}", size, bold=bold) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return tuple(lines)


def fit(text: str, room: float, size: float) -> tuple[str, ...]:
    """The text in lines that all have room: a word that is wider alone is cut, nothing else is."""
    return tuple(shorten(line, room, size) for line in wrap(text, room, size))
