"""The parameters of an address, described for programs: what each means, and the JSON Schema of what it takes.

Everything comes from ``app.filters`` and from the release, so what is described is what is accepted.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from app.filters import (
    DEFAULT_SIZE,
    DEFAULT_SORT,
    INPUT,
    LISTED,
    MAX_PAGE,
    MAX_SIZE,
    WEIGHT,
    WEIGHT_FORM,
    allowed_sorts,
    allowed_values,
    parameters_of,
)
from app.rendering.translations import N_
from app.vocabulary import Listing

MEANINGS: Mapping[str, str] = {
    "issue": N_("On one of these issues."),
    "party": N_("About one of these parties."),
    "status": N_("How the claim stands on the day of the view."),
    "kind": N_("What sort of entry it is."),
    "attribution": N_("Who stands behind the claim."),
    "source": N_("Resting on one of these sources."),
    "impact": N_("Bearing on one of these impact areas."),
    "driver": N_("Touching one of these drivers."),
    "flag": N_("Carrying one of these warnings."),
    "rank": N_("Which of several claims to go by on the day of the view."),
    "from": N_("From this date on: a year, a month or a day."),
    "to": N_("Until this date: a year, a month or a day."),
    "q": N_(
        "Holding these words; a phrase in quotation marks; a word to leave out after a minus. Of a long text the first "
        "200 characters are looked for."
    ),
    "as_of": N_("As it could have been read on this day; today where it is left out."),
    "sort": N_("The order of the list."),
    "page": N_("Which page of the list."),
    "size": N_("How many entries a page has."),
    "in": N_("Among these lists only."),
    "scenario": N_("These scenarios only."),
    "cell": N_("The impact whose reasoning is unfolded."),
    "without": N_("Evidence to leave out: all that one attribution stands behind, or one claim."),
    "publisher": N_("Said by one of these publishers."),
    "since": N_("The earlier release to compare with."),
    "bom": N_("1 begins the table with the mark by which Excel knows UTF-8."),
    WEIGHT: N_("The reader’s weight of this scenario; one that is not named weighs nothing as soon as any is."),
    INPUT: N_("The reading that this input of a calculation takes."),
}
"""What each parameter means; a family stands under its prefix."""


class Parameter(Struct, frozen=True):
    """``meaning`` is a message to be translated; ``many`` says that it may be repeated, which means *or*."""

    name: str
    meaning: str
    schema: Mapping[str, Any]
    many: bool


def describe_parameters(
    accepted: Sequence[str],
    *,
    listing: Listing | None,
    known: Mapping[str, Iterable[str]],
    inputs: Mapping[str, Sequence[str]],
) -> tuple[Parameter, ...]:
    """The parameters that a page takes, in the order of a canonical address."""
    found = []
    for name in parameters_of(accepted, known=known, inputs=inputs):
        family = next((each for each in (WEIGHT, INPUT) if name.startswith(each)), name)
        schema = _schema(name, family, listing, known, inputs)
        found.append(Parameter(name, MEANINGS.get(family, ""), schema, many=name in LISTED))
    return tuple(found)


def _schema(
    name: str,
    family: str,
    listing: Listing | None,
    known: Mapping[str, Iterable[str]],
    inputs: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    if name in LISTED:
        values = [str(each) for each in allowed_values(name, listing=listing, known=known)]
        return {"type": "array", "items": {"type": "string", "enum": values}}
    match family:
        case "from" | "to":
            return {"type": "string", "pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$", "examples": ["2025-06"]}
        case "as_of":
            return {"type": "string", "format": "date", "examples": ["2025-06-18"]}
        case "sort":
            default = DEFAULT_SORT[listing]
            words = [str(each) for each in allowed_sorts(listing)]
            return {"type": "string", "enum": words, **({"default": str(default)} if default else {})}
        case "page":
            return {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": 1}
        case "size":
            return {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE[listing]}
        case "bom":
            return {"type": "string", "enum": ["1"]}
        case "w.":
            return {"type": "string", "pattern": f"^{WEIGHT_FORM.pattern}$", "examples": ["30"]}
        case "x.":
            values = [str(each) for each in inputs[name.removeprefix(INPUT)]]
            return {"type": "string", "enum": values, "default": values[0]}
        case _:
            return {"type": "string"}
