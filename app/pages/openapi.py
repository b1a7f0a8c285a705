"""The description of all data addresses as OpenAPI 3.1, made from the route table, the filter and the shapes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from msgspec import Struct
from starlette.responses import Response

from app import __version__
from app.current import CurrentRelease
from app.filters import Filter
from app.pages import operations, routing
from app.pages.routing import (
    ATOM_SUFFIX,
    DATA_SUFFIX,
    ID_FORM,
    IDENTIFIER,
    KIND_OF,
    LINKED_SUFFIX,
    PACK_SUFFIX,
    page_of,
    suffix_of,
    twin_of,
)
from app.pages.visit import MARK, Visiting
from app.queries.listings import list_items
from app.releases.opening import OpenRelease
from app.rendering.addresses import root_of
from app.rendering.charts.frame import CSV_SUFFIX, SVG_SUFFIX
from app.rendering.data.documents import VERSION, json_schemas
from app.rendering.parameters import Parameter, describe_parameters
from app.rendering.respond import Answer, entity_tag, matches, not_modified, render_data
from app.rendering.translations import LANGUAGES, N_
from app.vocabulary import Listing

MEDIA: Mapping[str, str] = {
    DATA_SUFFIX: "application/json",
    SVG_SUFFIX: "image/svg+xml",
    CSV_SUFFIX: "text/csv",
    ATOM_SUFFIX: "application/atom+xml",
    PACK_SUFFIX: "application/zip",
    LINKED_SUFFIX: "application/ld+json",
    ".txt": "text/plain",
    ".bib": "application/x-bibtex",
    ".ris": "application/x-research-info-systems",
    ".csl.json": "application/vnd.citationstyles.csl+json",
}
"""What each ending of an address answers."""

DESCRIPTION = (
    "Every page as data: the ending of an address says what is wanted, and the query is the page's own. Repeating a "
    "parameter means or; different parameters mean and. An empty value counts as not given. A parameter that is not "
    "understood is refused by name. Each document says its version, the release it comes from, and in `lasting` the "
    "address at which it stays as it is. Values of parameters are those of the current release."
)

router = APIRouter(include_in_schema=False)


class DataAddress(Struct, frozen=True):
    """An address of the route table that answers with data; ``path`` is the page's, without language and ending."""

    path: str
    suffix: str
    takes: Visiting

    @property
    def written(self) -> str:
        """The path as OpenAPI writes it."""
        return f"/{{language}}{twin_of(self.path, self.suffix).replace(':id}', '}')}"

    @property
    def name(self) -> str:
        words = self.path.replace(IDENTIFIER, "one").strip("/").replace("/", "-") or "overview"
        return f"{words}-{self.suffix[1:]}"


def data_addresses() -> Iterator[DataAddress]:
    """Every data address that the pages have registered, in the order of the route table.

    What only developers see is left out: it is not there unless it is switched on.
    """
    for route in routing.routes:
        if (suffix := suffix_of(route.tail)) and route.tail != f"/styleguide{suffix}":
            takes: Visiting = route.takes  # type: ignore[assignment]
            yield DataAddress(page_of(route.tail, suffix), suffix, takes)


def describe(release: OpenRelease, root: str) -> dict[str, Any]:
    """The OpenAPI document for a release, served below a prefix."""
    schemas, definitions = json_schemas("#/components/schemas/{model}")
    parameters: dict[str, Any] = {
        "language": _in_path("language", {"type": "string", "enum": list(LANGUAGES)}, N_("The language of all texts."))
    }
    paths: dict[str, Any] = {}
    examples = example_addresses(release)
    for each in sorted(data_addresses(), key=lambda address: (address.path, address.suffix != DATA_SUFFIX)):
        taken = describe_parameters(
            (*each.takes.accepted, MARK) if each.suffix == CSV_SUFFIX else each.takes.accepted,
            listing=each.takes.listing,
            known=release.names,
            inputs=release.inputs,
        )
        references = [_reference(parameters, one, each.takes) for one in taken]
        own = []
        if "{identifier" in each.path:
            own = [_in_path("identifier", identifier_schema(each.path, release), "The id, as lists give it.")]
        content = {MEDIA[each.suffix]: {"schema": schemas[each.path]} if each.suffix == DATA_SUFFIX else {}}
        if example := examples.get(each.written):
            content[MEDIA[DATA_SUFFIX]]["examples"] = {"now": {"summary": EXAMPLE, "externalValue": f"{root}{example}"}}
        can_be_gone = "since" in each.takes.accepted
        answers = {
            "200": {"description": "The view.", "headers": HEADERS, "content": content},
            "304": {"description": "The view is the one that If-None-Match names."},
            "400": {"$ref": "#/components/responses/BadParameter"},
            "404": {"$ref": "#/components/responses/NotFound"},
            **({"410": {"$ref": "#/components/responses/Gone"}} if can_be_gone else {}),
            "503": {"$ref": "#/components/responses/NoRelease"},
        }
        operation = {
            "operationId": each.name,
            "summary": f"{each.path.replace(IDENTIFIER, '…')} as {each.suffix[1:].upper()}",
            "tags": [each.path.split("/")[1] or "overview"],
            "parameters": [{"$ref": "#/components/parameters/language"}, *own, *references],
            "responses": answers,
        }
        paths[each.written] = {"get": operation}
    for route in operations.router.routes:
        assert isinstance(route, APIRoute)
        answer = {"description": "Yes.", "content": {"application/json": {"schema": {"type": "object"}}}}
        about: dict[str, Any] = {"operationId": route.name, "summary": route.summary, "tags": ["operations"]}
        paths[route.path] = {"get": {**about, "responses": {"200": answer, "503": {"description": "No."}}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Faultlines", "version": __version__, "description": DESCRIPTION, "x-shapes": VERSION},
        "servers": [{"url": root or "/"}],
        "paths": paths,
        "components": {
            "parameters": parameters,
            "schemas": definitions,
            "responses": {
                name: {
                    "description": text,
                    "content": {"application/problem+json": {"schema": schemas["problem"], "examples": examples}},
                }
                for name, (text, examples) in REFUSALS.items()
            },
        },
    }


EXAMPLE = "What the site answers now: the example is an address, so that it is always one of the shape described."


def example_addresses(release: OpenRelease) -> dict[str, str]:
    """For the written path of each document, the address of a short one of the release, in English, without prefix."""
    with release.session() as session:
        found = {
            kind: list_items(session, listing=listing, chosen=Filter(size=1), as_of=release.compiled).ids
            for kind, listing in (("/claims/", Listing.CLAIMS), ("/figures/", Listing.FIGURES))
        }
    ids: dict[str, Sequence[str]] = dict(found)
    ids |= {start: list(release.names[kind]) for start, kind in KIND_OF.items() if kind in release.names}
    examples = {}
    for each in data_addresses():
        start, _, rest = each.path.partition(IDENTIFIER)
        # Whether readings, or the swings of a calculation, can be drawn is known only once they are.
        drawn = start in ("/charts/readings-", "/charts/swings-")
        if each.suffix != DATA_SUFFIX or drawn or (start != each.path and not ids.get(start)):
            continue
        path = f"{start}{ids[start][0]}{rest}" if start != each.path else each.path
        examples[each.written] = f"/en{twin_of(path, DATA_SUFFIX)}{'?size=1' if 'size' in each.takes.accepted else ''}"
    return examples


HEADERS: Mapping[str, Any] = {
    "ETag": {"description": "Changes with the release, the program and the day.", "schema": {"type": "string"}},
    "Content-Language": {"description": "The language of the texts.", "schema": {"type": "string"}},
}
REFUSALS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "BadParameter": (
        "A parameter is not understood; the refusal names it and what it takes.",
        {
            "unknown value": {
                "value": {
                    "type": "about:blank",
                    "title": "An address that cannot be understood",
                    "status": 400,
                    "detail": "There is no such value.",
                    "instance": "/en/claims.json",
                    "parameter": "sort",
                    "value": "sideways",
                    "fault": "unknown-value",
                    "expected": ["newest", "oldest", "listed"],
                }
            }
        },
    ),
    "NotFound": (
        "There is no such language or thing in this release as of this day, or nothing is left that could be drawn.",
        {},
    ),
    "Gone": ("The release named is not held any more; the answer says which are.", {}),
    "NoRelease": (
        "Nothing has been published yet, or the answer took too long; Retry-After says when to ask again.",
        {},
    ),
}


def _in_path(name: str, schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def identifier_schema(path: str, release: OpenRelease) -> dict[str, Any]:
    """What the id in a path may be: one of the release's, or any of the form that ids have where they are too many."""
    kind = KIND_OF.get(path.partition("{")[0])
    if kind and kind in release.names:
        return {"type": "string", "enum": list(release.names[kind])}
    return {"type": "string", "pattern": f"^{ID_FORM}$"}


def _reference(described: dict[str, Any], parameter: Parameter, takes: Visiting) -> dict[str, str]:
    """A reference to the description of a parameter; one that differs from list to list has one for each."""
    full = {
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        "schema": parameter.schema,
        "allowEmptyValue": True,
        **({"style": "form", "explode": True} if parameter.many else {}),
    }
    name = parameter.name
    if described.get(name, full) != full:
        name = f"{parameter.name}.{takes.listing or 'search'}"
    described[name] = full
    return {"$ref": f"#/components/parameters/{name}"}


@router.api_route("/openapi.json", methods=["GET", "HEAD"])
def openapi(request: Request) -> Response:
    current: CurrentRelease = request.app.state.current
    release, root = current.get(), root_of(request.scope)
    answer = Answer("en", tag=entity_tag(release.id, "/openapi.json", root))
    if matches(request.headers.get("If-None-Match", ""), answer.tag or ""):
        return not_modified(answer)
    return render_data(describe(release, root), answer)
