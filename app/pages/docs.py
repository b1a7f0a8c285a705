"""The data addresses for people: the OpenAPI document as a page of the site, without a script."""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from fastapi import Request
from msgspec import Struct
from starlette.responses import Response

from app.pages.openapi import describe, example_addresses
from app.pages.routing import page
from app.pages.visit import Frame, PlainVisit
from app.rendering.addresses import root_of


class AddressEntry(Struct, frozen=True):
    """An address with what it answers, the names of its parameters, and where an example is."""

    path: str
    media: str
    shape: str | None
    parameters: tuple[str, ...]
    example: str | None


class ParameterEntry(Struct, frozen=True):
    """A parameter; ``meaning`` is a message. One that differs from list to list has an entry for each."""

    id: str
    name: str
    meaning: str
    takes: str


class Field(Struct, frozen=True):
    """A field of a shape; ``always`` says that it is never missing."""

    name: str
    takes: str
    always: bool


class Shape(Struct, frozen=True):
    name: str
    description: str
    fields: tuple[Field, ...]


class DocsPage(Struct, frozen=True):
    """``groups`` are the addresses by the first word of their path; ``openapi`` is where the document itself is."""

    frame: Frame
    openapi: str
    groups: tuple[tuple[str, tuple[AddressEntry, ...]], ...]
    parameters: tuple[ParameterEntry, ...]
    shapes: tuple[Shape, ...]


def written(schema: Mapping[str, Any]) -> str:
    """What a schema allows, in short: ``"asks" | "offers"``, ``[ClaimData]``, ``string | null``."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(written(each) for each in schema["anyOf"])
    if "const" in schema:
        return f'"{schema["const"]}"' if isinstance(schema["const"], str) else str(schema["const"])
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if schema.get("type") == "array":
        return f"[{written(schema['items'])}]"
    if isinstance(schema.get("additionalProperties"), Mapping):
        return f"{{…: {written(schema['additionalProperties'])}}}"
    limits = f" {schema['minimum']}–{schema['maximum']}" if "maximum" in schema else ""
    form = schema.get("format") or schema.get("pattern")
    return f"{schema.get('type', 'any')}{limits}{f' ({form})' if form else ''}"


def list_addresses(
    document: Mapping[str, Any], examples: Mapping[str, str]
) -> tuple[tuple[str, tuple[AddressEntry, ...]], ...]:
    """The addresses of the document, in groups."""
    found: list[tuple[str, AddressEntry]] = []
    for path, each in document["paths"].items():
        operation = each["get"]
        ((media, content),) = operation["responses"]["200"]["content"].items()
        names = [one["$ref"].rpartition("/")[2] for one in operation.get("parameters", ()) if "$ref" in one]
        shape = content.get("schema", {}).get("$ref")
        entry = AddressEntry(path, media, shape and shape.rpartition("/")[2], tuple(names), examples.get(path))
        found.append((operation["tags"][0], entry))
    found.sort(key=lambda pair: pair[0])
    return tuple((tag, tuple(entry for _, entry in pairs)) for tag, pairs in groupby(found, key=lambda pair: pair[0]))


@page("/docs")
def docs(visit: PlainVisit, request: Request) -> Response:
    root = root_of(request.scope)
    document = describe(visit.release, root)
    components = document["components"]
    to = visit.frame.to
    examples = {
        path: f"{to.base}{address.replace('/en/', f'/{to.language}/', 1)}"
        for path, address in example_addresses(visit.release).items()
    }
    context = DocsPage(
        frame=visit.frame,
        openapi=f"{root}/openapi.json",
        groups=list_addresses(document, examples),
        parameters=tuple(
            ParameterEntry(key, each["name"], each["description"], written(each["schema"]))
            for key, each in components["parameters"].items()
        ),
        shapes=tuple(
            Shape(
                name,
                shape.get("description", ""),
                tuple(
                    Field(field, written(schema), field in shape.get("required", ()))
                    for field, schema in shape["properties"].items()
                ),
            )
            for name, shape in components["schemas"].items()
            if "properties" in shape
        ),
    )
    return visit.respond(
        "docs.html",
        context,
        lambda: {"openapi": context.openapi, "addresses": [f"{root}{path}" for path in document["paths"]]},
    )
