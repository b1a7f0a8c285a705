"""One shape for each kind of development, so that kinds can be told apart without colour."""

import math

from app.charts.drawing import Shape, circle, polygon
from app.vocabulary import DevelopmentKind

RADIUS = 6.0


def draw_kind(kind: str, x: float, y: float) -> Shape:
    """The shape of a kind of development, around a point."""
    look = f"dot kind-{kind}"
    match kind:
        case DevelopmentKind.ANNOUNCEMENT:
            return circle(look, x, y, RADIUS)
        case DevelopmentKind.STATEMENT:
            return circle(f"{look} hollow", x, y, RADIUS)
        case DevelopmentKind.LITIGATION:
            return polygon(look, *_cross(x, y))
        case DevelopmentKind.LAPSE:
            return polygon(f"{look} hollow", *_regular(4, x, y, RADIUS + 1))
        case _:
            corners, turn, radius = _REGULAR[kind]
            return polygon(look, *_regular(corners, x, y, radius, turn))


_REGULAR: dict[str, tuple[int, float, float]] = {
    DevelopmentKind.DEAL: (4, 0.0, 7.5),
    DevelopmentKind.FILING: (4, 0.5, 7.5),
    DevelopmentKind.REGULATION: (5, 0.0, 7.0),
    DevelopmentKind.LEGISLATION: (6, 0.5, 7.0),
    DevelopmentKind.REPORT: (3, 0.0, 7.5),
}
"""Corners, by which part of a side the shape is turned, and its radius: all look about as large."""


def _regular(corners: int, x: float, y: float, radius: float, turn: float = 0.0) -> list[tuple[float, float]]:
    """A regular polygon that stands on a corner's opposite, turned by a part of one side."""
    angles = (2 * math.pi * (corner + turn) / corners - math.pi / 2 for corner in range(corners))
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def _cross(x: float, y: float) -> list[tuple[float, float]]:
    inner, outer = 2.0, 6.5
    right = [(inner, -outer), (inner, -inner), (outer, -inner), (outer, inner), (inner, inner), (inner, outer)]
    return [(x + dx, y + dy) for dx, dy in right] + [(x - dx, y - dy) for dx, dy in right]
