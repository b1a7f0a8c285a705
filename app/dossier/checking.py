"""What must hold between entries: references lead somewhere, and the rules of evidence are kept.

Each rule is a function from the entries to the faults it finds; ``RULES`` at the end lists them all.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from msgspec import Struct, field
from pydantic import BaseModel

from app.dates import IncompleteDate
from app.dossier.entries import Placed
from app.dossier.faults import Fault
from app.dossier.reading import Route
from app.dossier.schema import (
    KINDS,
    Addressed,
    Calculation,
    Claim,
    Descriptor,
    Development,
    Entry,
    Evidence,
    Feed,
    Figure,
    Impact,
    Influence,
    Input,
    Position,
    RatedClaim,
    Reference,
    Scenario,
    Side,
    Source,
    Term,
)
from app.scenarios.exposure import Dimension, FormulaError, dimension_of, names_in, parse_formula
from app.vocabulary import FALLEN, Access, ClaimStatus, Direction, FeedKind, Firmness, Rank, Stance, Strength, Unit

E = TypeVar("E", bound=Entry)

TAKEN_BY_PAGES = ("evidence", "cross-impact", "exposure")
"""Addresses below ``/scenarios/`` that are pages of their own."""
ADDRESS_FORMS = {
    FeedKind.EDGAR: "/submissions/CIK",
    FeedKind.DOCKET: "/api/rest/v4/docket-entries/?docket=",
    FeedKind.FEDERAL_REGISTER: "/api/v1/documents.json?",
}
"""What the addresses of these services have in them, mirrors of them too."""
_CONFIDENCE = re.compile(r"\bconfiden(?:ce|t|tly)\b|\bconfiance\b", re.IGNORECASE)


class Entries:
    """All entries by kind and id, each with its place."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self.placed = placed
        self.by_kind: dict[str, dict[str, Placed]] = {kind: {} for kind in KINDS}
        for item in placed:
            self.by_kind[item.kind].setdefault(item.entry.id, item)

    def of(self, shape: type[E]) -> Iterator[tuple[Placed, E]]:
        for item in self.placed:
            if isinstance(item.entry, shape):
                yield item, item.entry

    def get(self, shape: type[E], identifier: str) -> E | None:
        kind = next(name for name, known in KINDS.items() if known is shape)
        found = self.by_kind[kind].get(identifier)
        return found.entry if found and isinstance(found.entry, shape) else None


class Unread(Struct):
    """What could not be read: whole kinds (a file was not YAML) and single entries.

    A fault that only their absence causes (an id not found, a list not whole) is not reported: it would bury the
    fault that matters.
    """

    kinds: set[str] = field(default_factory=set)
    ids: set[tuple[str, str]] = field(default_factory=set)


def check_entries(placed: Sequence[Placed], unread: Unread, folder: str) -> Iterator[Fault]:
    """Every fault between the entries that could be read."""
    entries = Entries(placed)
    yield from _repeated_ids(entries)
    yield from _references_lead_somewhere(entries, unread)
    for rule in RULES:
        yield from rule(entries)
    if not unread.kinds and not unread.ids:
        for whole_rule in WHOLE_RULES:
            yield from whole_rule(entries, folder)


def _repeated_ids(entries: Entries) -> Iterator[Fault]:
    for item in entries.placed:
        first = entries.by_kind[item.kind][item.entry.id]
        if first is not item:
            there = f"{first.file}:{first.document.line((first.index, 'id'))}"
            yield item.fault(("id",), f"{item.entry.id!r} is taken by {there}, expected an id of its own")


def former_ids_are_free(entries: Entries) -> Iterator[Fault]:
    """An id of before leads to one entry: it is no entry's now, and was no other's."""
    taken: dict[tuple[str, str], str] = {}
    for item, entry in entries.of(Addressed):
        for n, former in enumerate(entry.formerly):
            owner = former if former in entries.by_kind[item.kind] else taken.setdefault((item.kind, former), entry.id)
            if owner != entry.id or former == entry.id or entry.formerly.index(former) != n:
                expected = "expected an id that is no entry's now and was this one's alone"
                yield item.fault(("formerly", n), f"{former!r} is that of {owner!r}, {expected}")


def _references(model: BaseModel, path: Route = ()) -> Iterator[tuple[Route, str, str]]:
    """Every (path, kind, id) that an entry refers to."""
    for name, information in type(model).model_fields.items():
        value = getattr(model, name)
        for step, item in enumerate(value) if isinstance(value, tuple) else [(None, value)]:
            here: Route = (*path, name) if step is None else (*path, name, step)
            if isinstance(item, BaseModel):
                yield from _references(item, here)
            elif isinstance(item, str) and (kind := _reference_kind(information.annotation, information.metadata)):
                yield here, kind, item


def _reference_kind(annotation: Any, metadata: Sequence[Any]) -> str | None:
    for mark in (*metadata, *getattr(annotation, "__metadata__", ())):
        if isinstance(mark, Reference):
            return mark.kind
    for inner in getattr(annotation, "__args__", ()):
        if (kind := _reference_kind(inner, ())) is not None:
            return kind
    return None


def _references_lead_somewhere(entries: Entries, unread: Unread) -> Iterator[Fault]:
    for item in entries.placed:
        for path, kind, identifier in _references(item.entry):
            known = entries.by_kind[kind]
            if identifier not in known and kind not in unread.kinds and (kind, identifier) not in unread.ids:
                near = get_close_matches(identifier, known, 1)
                hint = f"did you mean {near[0]!r}?" if near else f"expected the id of an entry in {kind}"
                yield item.fault(path, f"there is no {identifier!r} in {kind}, {hint}")


def locators_exist(entries: Entries) -> Iterator[Fault]:
    """A locator is one that its source declares; a source that declares none is cited as a whole."""

    def check(item: Placed, path: Route, source_id: str, locator: str) -> Iterator[Fault]:
        source = entries.get(Source, source_id)
        if source is None:
            return
        known = [each.id for each in source.locators] or ["whole"]
        if locator not in known:
            listed = ", ".join(known[:3]) + (f" … {known[-1]}" if len(known) > 3 else "")
            yield item.fault(path, f"{source_id!r} has no locator {locator!r}, expected one of: {listed}")

    for item, claim in entries.of(Claim):
        for index, evidence in enumerate(claim.evidence):
            yield from check(item, ("evidence", index, "locator"), evidence.source, evidence.locator)
    for item, figure in entries.of(Figure):
        for index, reading in enumerate(figure.readings):
            yield from check(item, ("readings", index, "locator"), reading.source, reading.locator)


def inner_ids_are_their_own(entries: Entries) -> Iterator[Fault]:
    for item in entries.placed:
        for name in ("locators", "readings", "signposts", "outcomes"):
            seen: set[str] = set()
            for index, inner in enumerate(getattr(item.entry, name, ())):
                if inner.id in seen:
                    yield item.fault((name, index, "id"), f"{inner.id!r} stands twice, expected an id of its own")
                seen.add(inner.id)


def sources_are_dated(entries: Entries) -> Iterator[Fault]:
    for item, source in entries.of(Source):
        if source.access is Access.NONE and source.url is not None:
            yield item.fault(("url",), "stands on a source that nobody read, expected no link")


def statuses_are_earned(entries: Entries) -> Iterator[Fault]:
    """A history runs forward, a changed status names the claim that changed it, and confirmation is earned."""
    for item, claim in entries.of(Claim):
        previous = None
        for index, change in enumerate(claim.status):
            since = IncompleteDate.parse(change.since).first
            if previous is not None and since <= previous:
                yield item.fault(
                    ("status", index, "since"),
                    f"{change.since} does not follow the status before it, expected a later date",
                )
            previous = since
            if change.value in (ClaimStatus.CONTRADICTED, ClaimStatus.SUPERSEDED) and change.by is None:
                yield item.fault(("status", index), f"{change.value} names nothing, expected `by:` and a claim's id")
            if change.by == claim.id:
                yield item.fault(("status", index, "by"), "names the claim itself, expected another claim")
            if change.value is ClaimStatus.CONFIRMED and not _confirmable(entries, claim.evidence):
                expected = "expected a supporting source read in the page, or two read in copies"
                yield item.fault(("status", index, "value"), f"confirmed on sources that were not read, {expected}")
        if not any(each.stance is Stance.SUPPORTS for each in claim.evidence):
            yield item.fault(("evidence",), "nothing supports the claim, expected at least one supporting source")


def _confirmable(entries: Entries, evidence: Sequence[Evidence]) -> bool:
    """Whether enough was read; a source whose own entry is faulty or missing is given the benefit of the doubt."""
    cited = {each.source for each in evidence if each.stance is Stance.SUPPORTS}
    if any(entries.get(Source, each) is None for each in cited):
        return True
    access = [source.access for each in cited if (source := entries.get(Source, each)) is not None]
    return Access.PAGE in access or access.count(Access.COPY) >= 2


def ranks_are_reasoned(entries: Entries) -> Iterator[Fault]:
    """A rank's history runs forward, and no claim is preferred once better evidence or later facts overtook it."""
    for item, claim in entries.of(Claim):
        previous = None
        fallen = [IncompleteDate.parse(each.since).first for each in claim.status if each.value in FALLEN]
        for index, change in enumerate(claim.rank):
            since = IncompleteDate.parse(change.since).first
            if previous is not None and since <= previous:
                problem = f"{change.since} does not follow the rank before it, expected a later date"
                yield item.fault(("rank", index, "since"), problem)
            previous = since
            if change.value is Rank.PREFERRED and fallen and min(fallen) <= since:
                problem = "preferred after its status deprecated it, expected an earlier date or no rank"
                yield item.fault(("rank", index), problem)


def relations_leave_the_claim(entries: Entries) -> Iterator[Fault]:
    for item, claim in entries.of(Claim):
        for index, relation in enumerate(claim.relations):
            if relation.claim == claim.id:
                yield item.fault(("relations", index, "claim"), "names the claim itself, expected another claim")


def figures_are_whole(entries: Entries) -> Iterator[Fault]:
    for item, figure in entries.of(Figure):
        if (figure.unit is Unit.CURRENCY) != (figure.currency is not None):
            wanted = "a currency such as USD" if figure.currency is None else "no currency with this unit"
            yield item.fault(("unit",), f"{figure.unit} and currency do not go together, expected {wanted}")
        for index, reading in enumerate(figure.readings):
            claim = entries.get(Claim, reading.claim)
            cited = {(each.source, each.locator) for each in claim.evidence} if claim else set()
            if claim and (reading.source, reading.locator) not in cited:
                problem = f"claim {claim.id!r} does not cite {reading.source} at {reading.locator}"
                yield item.fault(("readings", index, "source"), f"{problem}, expected one of its evidence")
            if reading.upper is not None and reading.upper <= reading.value:
                yield item.fault(("readings", index, "upper"), "is not above the value, expected the upper end")


def impacts_are_reasoned(entries: Entries) -> Iterator[Fault]:
    """What no claim carries is a printed blank, and what a claim carries has a direction."""
    for item, impact in entries.of(Impact):
        blank = impact.firmness is Firmness.NOTHING
        if blank and (impact.direction is not Direction.NOT_STATED or impact.strength is not Strength.NOT_STATED):
            yield item.fault(("firmness",), "nothing is on file, expected direction and strength `not-stated`")
        if blank and impact.claims:
            yield item.fault(("claims",), "claims stand on a cell with nothing on file, expected another firmness")
        if not blank and not impact.claims:
            yield item.fault(("claims",), "no claim carries this cell, expected claims, or firmness `nothing`")
        if blank and impact.likelihood:
            yield item.fault(("likelihood",), "nothing is on file, expected no likelihood of it")


def likelihood_stands_apart_from_confidence(entries: Entries) -> Iterator[Fault]:
    """How likely a thing is and how sure somebody is of that are two things, and one sentence would blur them."""
    for item, impact in entries.of(Impact):
        if impact.likelihood is None:
            continue
        for language, text in impact.likelihood.basis:
            if found := _CONFIDENCE.search(text):
                problem = f"{found.group()!r} stands beside a likelihood, expected the basis without any confidence"
                yield item.fault(("likelihood", "basis", language), problem)


def _by(until: str, day: str) -> bool:
    return IncompleteDate.parse(until).first <= IncompleteDate.parse(day).last


def positions_fit_their_issue(entries: Entries) -> Iterator[Fault]:
    for item, position in entries.of(Position):
        claim = entries.get(Claim, position.claim)
        fallen = next((each for each in claim.status if each.value in FALLEN), None) if claim else None
        if claim and fallen and (position.until is None or not _by(position.until, fallen.since)):
            problem = f"is held after {claim.id!r} was {fallen.value} on {fallen.since}, expected `until:` by that day"
            yield item.fault(("until",), problem)
        if claim is not None and position.issue not in claim.issues:
            yield item.fault(("claim",), f"{claim.id!r} is not about {position.issue}, expected a claim of that issue")
        if position.until is not None:
            since, until = (IncompleteDate.parse(each).first for each in (position.since, position.until))
            if until <= since:
                yield item.fault(("until",), f"{position.until} is not after {position.since}, expected a later day")


def signposts_are_shown(entries: Entries) -> Iterator[Fault]:
    for item, scenario in entries.of(Scenario):
        for index, signpost in enumerate(scenario.signposts):
            if (signpost.seen is None) != (signpost.seen_on is None):
                problem = "seen and its date do not go together, expected both `seen:` and `seen_on:` or neither"
                yield item.fault(("signposts", index), problem)


def scenarios_leave_addresses_free(entries: Entries) -> Iterator[Fault]:
    for item, scenario in entries.of(Scenario):
        if scenario.id in TAKEN_BY_PAGES:
            yield item.fault(("id",), f"{scenario.id!r} is the address of another page, expected another id")


def claims_are_rated_once(entries: Entries) -> Iterator[Fault]:
    """A claim has one entry, and that entry one rating for each scenario it names."""
    rated: dict[str, Placed] = {}
    for item, entry in entries.of(RatedClaim):
        if (first := rated.setdefault(entry.claim, item)) is not item:
            yield item.fault(("claim",), f"{entry.claim!r} is rated in {first.entry.id!r} too, expected it once")
        seen: set[str] = set()
        for index, rating in enumerate(entry.ratings):
            if rating.scenario in seen:
                yield item.fault(("ratings", index, "scenario"), f"{rating.scenario!r} stands twice, expected it once")
            seen.add(rating.scenario)


def misleading_terms_say_why(entries: Entries) -> Iterator[Fault]:
    """A term that is marked in texts has a caution to show, and each of its forms marks that term alone."""
    marked: dict[tuple[str, str], str] = {}
    for item, term in entries.of(Term):
        if term.forms is not None and term.caution is None:
            yield item.fault(("forms",), "marks a term that has no caution, expected `caution:` to say what misleads")
        for language, forms in term.forms or ():
            for index, form in enumerate(forms):
                key = language, " ".join(form.casefold().split())
                if key in marked:
                    problem = f"{form!r} marks {marked[key]!r} already, expected a form that stands once"
                    yield item.fault(("forms", language, index), problem)
                marked.setdefault(key, term.id)


def influences_are_judged_once(entries: Entries) -> Iterator[Fault]:
    """An influence leads from an outcome to one of another descriptor, once, and says what it rests on."""
    judged: set[tuple[Side, Side]] = set()
    for item, influence in entries.of(Influence):
        cause, effect = influence.cause, influence.effect
        for name, side in (("cause", cause), ("effect", effect)):
            descriptor = entries.get(Descriptor, side.descriptor)
            known = [each.id for each in descriptor.outcomes] if descriptor else [side.outcome]
            if side.outcome not in known:
                problem = f"{side.descriptor!r} has no outcome {side.outcome!r}"
                yield item.fault((name, "outcome"), f"{problem}, expected one of: {', '.join(known)}")
        if cause.descriptor == effect.descriptor:
            problem = f"{cause.descriptor!r} would bear on itself, expected an effect on another descriptor"
            yield item.fault(("effect", "descriptor"), problem)
        if (cause, effect) in judged:
            yield item.fault(("effect",), "is judged twice for this cause, expected it once")
        judged.add((cause, effect))
        if bool(influence.claims) == (influence.basis is not None):
            problem = "the judgement rests on nothing, or on two things, expected claims, or `basis: editor`"
            yield item.fault(("claims",), problem)


def calculations_make_sense(entries: Entries) -> Iterator[Fault]:
    """A calculation has a formula whose names are its inputs and whose units agree, or says why there is none."""
    for item, calculation in entries.of(Calculation):
        computed = (calculation.formula, calculation.unit, calculation.inputs or None)
        if any(each is None for each in computed) if calculation.not_computable is None else any(computed):
            problem = "expected `formula:`, `unit:` and `inputs:` together, or `not_computable:` alone"
            yield item.fault(("id",), problem)
            continue
        for index, given in enumerate(calculation.inputs):
            yield from _readings_of_one_kind(entries, item, ("inputs", index), given)
        if calculation.formula is not None and calculation.unit is not None:
            try:
                formula = parse_formula(calculation.formula)
            except FormulaError as error:
                yield item.fault(("formula",), str(error))
                continue
            names = [each.name for each in calculation.inputs]
            if sorted(names_in(formula)) != sorted(names):
                problem = f"uses {', '.join(names_in(formula))}, expected its inputs once each: {', '.join(names)}"
                yield item.fault(("formula",), problem)
                continue
            figures = {each.name: entries.get(Figure, each.figure) for each in calculation.inputs}
            units = {name: Dimension.of(each.unit, each.currency) for name, each in figures.items() if each}
            if len(units) < len(figures):
                continue
            try:
                found = dimension_of(formula, units)
            except FormulaError as error:
                yield item.fault(("formula",), str(error))
                continue
            if found.power != (1 if calculation.unit is Unit.CURRENCY else 0):
                problem = f"the result is not a {calculation.unit}, expected the unit that the formula gives"
                yield item.fault(("unit",), problem)


def _readings_of_one_kind(entries: Entries, item: Placed, path: Route, given: Input) -> Iterator[Fault]:
    """The readings of an input are of its figure, and of one measure and condition; the literal one may differ."""
    figure = entries.get(Figure, given.figure)
    if figure is None:
        return
    known = {each.id: each for each in figure.readings}
    for index, identifier in enumerate(given.readings):
        reading = known.get(identifier)
        if reading is None:
            problem = f"{figure.id!r} has no reading {identifier!r}, expected one of: {', '.join(known)}"
            yield item.fault((*path, "readings", index), problem)
            continue
        if identifier in given.readings[:index]:
            yield item.fault((*path, "readings", index), f"{identifier!r} stands twice, expected it once")
        first = known.get(given.readings[0], reading)
        alike = (reading.measure, reading.condition) == (first.measure, first.condition)
        if not alike and identifier != given.literal:
            problem = f"{identifier!r} measures something else than {first.id!r}, expected the same measure, condition"
            yield item.fault((*path, "readings", index), problem)
    if given.literal is not None:
        literal = known.get(given.literal)
        if given.literal not in given.readings[1:] or literal is None or literal.literal is None:
            problem = "expected one of its later readings, with the source's wording recorded"
            yield item.fault((*path, "literal"), f"{given.literal!r} cannot be the literal one, {problem}")


def feeds_are_tied_to_issues(entries: Entries) -> Iterator[Fault]:
    """A feed says what its entries bear on, and has one address in the shape of its kind."""
    known: dict[str, Placed] = {}
    for item, feed in entries.of(Feed):
        if not feed.topics and not feed.issues:
            yield item.fault(("id",), "its entries would bear on nothing, expected `topics:` or `issues:`")
        if (first := known.setdefault(feed.address, item)) is not item:
            problem = f"is asked for by {first.entry.id!r} already, expected one feed for each address"
            yield item.fault(("address",), problem)
        if feed.forms and feed.kind is not FeedKind.EDGAR:
            yield item.fault(("forms",), f"a {feed.kind} has no forms, expected them on an edgar feed alone")
        if (form := ADDRESS_FORMS.get(feed.kind)) and form not in feed.address:
            yield item.fault(("address",), f"is not that of a {feed.kind}, expected one with {form}")


def impacts_fill_the_matrix(entries: Entries, _folder: str) -> Iterator[Fault]:
    """Each scenario meets each area exactly once."""
    cells: dict[tuple[str, str], Placed] = {}
    for item, impact in entries.of(Impact):
        if (impact.scenario, impact.area) in cells:
            yield item.fault(("area",), f"{impact.scenario} × {impact.area} stands twice, expected it once")
        cells[impact.scenario, impact.area] = item
    for scenario, place in entries.by_kind["scenarios"].items():
        for area in entries.by_kind["areas"]:
            if (scenario, area) not in cells:
                yield place.fault(("id",), f"{scenario} × {area} has no impact, expected one, blank or not")


def ratings_fill_the_row(entries: Entries, _folder: str) -> Iterator[Fault]:
    """Each rated claim is rated against every scenario."""
    for item, entry in entries.of(RatedClaim):
        rated = {each.scenario for each in entry.ratings}
        for scenario in entries.by_kind["scenarios"]:
            if scenario not in rated:
                yield item.fault(("ratings",), f"{scenario!r} is not rated, expected a value and a reason for it")


def _first_changes(entries: Entries) -> Mapping[str, set[str]]:
    told: dict[str, set[str]] = {"issues": set(), "scenarios": set()}
    for _, development in entries.of(Development):
        told["issues"].update(each.issue for each in development.standings)
        told["scenarios"].update(each.scenario for each in development.scenarios)
    return told


def everything_stands_somewhere(entries: Entries, _folder: str) -> Iterator[Fault]:
    """A status is only ever set by a development, so each issue and scenario needs one that sets it."""
    for kind, told in _first_changes(entries).items():
        for identifier, place in entries.by_kind[kind].items():
            if identifier not in told:
                yield place.fault(("id",), f"no development says where {identifier!r} stands, expected one that does")


def one_edition(entries: Entries, folder: str) -> Iterator[Fault]:
    editions = entries.by_kind["edition"]
    if len(editions) != 1:
        place = next(iter(editions.values()), None)
        problem = f"there are {len(editions)} editions, expected exactly one in edition.yaml"
        yield place.fault(("id",), problem) if place else Fault(f"{folder}/edition.yaml", 1, "", problem)
    for kind in ("issues", "claims", "sources"):
        if not entries.by_kind[kind]:
            yield Fault(f"{folder}/{kind}.yaml", 1, "", f"the dossier has no {kind}, expected at least one")


Rule = Callable[[Entries], Iterator[Fault]]

RULES: tuple[Rule, ...] = (
    former_ids_are_free,
    inner_ids_are_their_own,
    locators_exist,
    sources_are_dated,
    statuses_are_earned,
    ranks_are_reasoned,
    relations_leave_the_claim,
    figures_are_whole,
    impacts_are_reasoned,
    likelihood_stands_apart_from_confidence,
    positions_fit_their_issue,
    signposts_are_shown,
    scenarios_leave_addresses_free,
    claims_are_rated_once,
    misleading_terms_say_why,
    influences_are_judged_once,
    calculations_make_sense,
    feeds_are_tied_to_issues,
)
WHOLE_RULES: tuple[Callable[[Entries, str], Iterator[Fault]], ...] = (
    impacts_fill_the_matrix,
    ratings_fill_the_row,
    everything_stands_somewhere,
    one_edition,
)
