"""Presents the scenario panel: its choices as links, and what the reader's weights make of it. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from app.filters import WEIGHT, Filter
from app.queries.scenarios import AreaLine, ScenarioCard
from app.rendering.addresses import Addresses
from app.scenarios.weights import STRONG, Interval, Ranking, Step, Weighted, strength_interval, weigh

SLIDER = 100
"""Where a slider ends, unless a weight is larger."""
BAR = 300
"""The width of a bar's drawing: a hundred units for each step of the scale of strengths."""


class Choice(Struct, frozen=True):
    """Something to show or hide: ``href`` switches it over."""

    parameter: str
    value: str
    name: str
    chosen: bool
    href: str


def present_choices(
    parameter: str, things: Iterable[tuple[str, str]], chosen: Filter, to: Addresses
) -> tuple[Choice, ...]:
    """One choice for each (id, name)."""
    selected = chosen.values(parameter)
    return tuple(
        Choice(parameter, value, name, value in selected, to.page("/scenarios", chosen.toggled(parameter, value)))
        for value, name in things
    )


def cells_where_they_meet(shown: Sequence[ScenarioCard], areas: Sequence[AreaLine]) -> tuple[str, ...]:
    """The ids of the impacts in the scenarios and areas shown."""
    among = {area.id for area in areas}
    return tuple(cell.id for card in shown for cell in card.impacts if cell.area in among)


def weigh_cards(cards: Sequence[ScenarioCard], areas: Sequence[AreaLine], chosen: Filter) -> Weighted[str] | None:
    """All scenarios weighed in the areas shown, whichever scenarios are; ``None`` where the reader gave no weights."""
    if not chosen.weights:
        return None
    given = {card.id: chosen.weight(card.id) for card in cards}
    return weigh(given, strengths_of(cards), [area.id for area in areas])


def strengths_of(cards: Sequence[ScenarioCard]) -> dict[tuple[str, str], Interval]:
    """The strength of each cell, by scenario and area."""
    cells = (cell for card in cards for cell in card.impacts)
    return {(cell.scenario, cell.area): strength_interval(cell.direction, cell.strength) for cell in cells}


class Field(Struct, frozen=True):
    """A scenario's slider and number; ``value`` as the reader typed it, ``share`` once there are weights."""

    scenario: str
    name: str
    parameter: str
    value: str
    share: Fraction | None


class Bar(Struct, frozen=True):
    """A range with its place in a drawing ``BAR`` units wide."""

    id: str
    name: str
    range: Interval
    x: float
    width: float


class Ranked(Struct, frozen=True):
    """What is ranked, in order, and what is to be said of each pair of neighbours."""

    bars: tuple[Bar, ...]
    steps: tuple[Step[str], ...]


class WeightsView(Struct, frozen=True):
    """The form, and what came of it; ``areas`` and ``scenarios`` are ``None`` until the reader gives weights."""

    action: str
    hidden: tuple[tuple[str, str], ...]
    fields: tuple[Field, ...]
    most: int
    names: Mapping[str, str]
    clear: str | None = None
    areas: Ranked | None = None
    scenarios: Ranked | None = None

    def area(self, identifier: str) -> Bar:
        """The bar of an area, for the foot of its column."""
        assert self.areas is not None
        return next(bar for bar in self.areas.bars if bar.id == identifier)


def present_weights(
    cards: Sequence[ScenarioCard],
    areas: Sequence[AreaLine],
    weighted: Weighted[str] | None,
    chosen: Filter,
    to: Addresses,
) -> WeightsView:
    typed = dict(chosen.weights)
    names = {card.id: card.name for card in cards} | {area.id: area.name for area in areas}
    fields = tuple(
        Field(
            scenario=card.id,
            name=card.name,
            parameter=WEIGHT + card.id,
            value=typed.get(card.id, "0" if typed else ""),
            share=weighted.weights[card.id] if weighted else None,
        )
        for card in cards
    )
    view = WeightsView(
        action=to.page("/scenarios").partition("?")[0],
        hidden=tuple(pair for pair in chosen.unweighted().pairs() if pair[0] != "cell"),
        fields=fields,
        most=max(SLIDER, *(ceil(chosen.weight(card.id)) for card in cards)),
        names=names,
    )
    if weighted is None:
        return view
    return replace(
        view,
        clear=to.page("/scenarios", chosen.unweighted()),
        areas=_ranked(weighted.area_ranking, weighted.areas, names, STRONG),
        scenarios=_ranked(weighted.scenario_ranking, weighted.contributions, names, STRONG * len(areas)),
    )


def _ranked(ranking: Ranking[str], ranges: Mapping[str, Interval], names: Mapping[str, str], most: Fraction) -> Ranked:
    return Ranked(tuple(_bar(each, names[each], ranges[each], most) for each in ranking.order), ranking.steps)


def _bar(identifier: str, name: str, span: Interval, most: Fraction) -> Bar:
    """A range from nothing to ``most``; a point is given a width to be seen by, nothing has none."""
    x, end = (round(float(BAR * each / most), 1) for each in (span.low, span.high))
    width = max(round(end - x, 1), 4.0) if end else 0.0
    return Bar(identifier, name, span, min(x, BAR - width), width)
