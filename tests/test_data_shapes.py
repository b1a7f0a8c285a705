"""Every JSON address answers in its documented shape."""

from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from app.dossier.schema import Dossier
from app.pages.routing import DATA_SUFFIX, find_route, page_of, routes, suffix_of, twin_of
from app.rendering.data.documents import DOCUMENTS, VERSION, json_schemas
from tests.test_pages import PAGES

VIEWS = (
    "/claims?status=disputed&party=microsoft&size=2&page=2",
    "/claims?q=zzzz",
    "/claims?as_of=2025-06-01",
    "/issues/ownership?kind=position&size=1",
    "/scenarios?w.drift=30&w.rupture=10",
    "/scenarios?scenario=drift&impact=market",
    "/scenarios/evidence?without=attribution:unnamed",
    "/scenarios/exposure?as_of=2024-01-01",
    "/search?q=the+contract&in=claims",
    "/timeline?from=2025",
)


def closed(schema: Any) -> Any:
    """The same schema, refusing what it does not name: a document may hold nothing that is not described."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(value) for name, value in schema.items()}
    return {**inner, "additionalProperties": False} if "properties" in schema else inner


@cache
def validator_of(path: str) -> Draft202012Validator:
    schemas, definitions = json_schemas()
    return Draft202012Validator({**closed(schemas[path]), "$defs": closed(definitions)})


def pattern_of(address: str) -> str:
    """The path of the route that answers an address."""
    path = f"/en{twin_of(address.partition('?')[0], DATA_SUFFIX)}"
    found = find_route(path)
    assert found is not None, path
    return page_of(found[0].path.removeprefix("/{language:language}"), DATA_SUFFIX)


def check(client: TestClient, language: str, address: str) -> None:
    path, _, query = address.partition("?")
    twin = twin_of(path, DATA_SUFFIX)
    answer = client.get(f"/{language}{twin}?{query}")
    assert answer.status_code == 200, address
    body = answer.json()
    validator_of(pattern_of(address)).validate(body)
    assert body["version"] == VERSION
    assert body["lasting"].startswith(f"/r/{body['release']}/{language}{twin}?")


def test_every_json_address_has_a_shape() -> None:
    """The table of shapes names each address of the route table that ends in .json, and no other."""
    routed = {route.path for route in routes if suffix_of(route.path) == DATA_SUFFIX}
    assert routed == {f"/{{language:language}}{twin_of(path, DATA_SUFFIX)}" for path in DOCUMENTS}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_as_data_has_its_shape(client: TestClient, language: str) -> None:
    """Each page's twin holds what its schema says, and nothing that the schema does not name."""
    for address in (*PAGES, *VIEWS):
        check(client, language, address)


def test_entries_as_data_have_their_shapes(client: TestClient, dossier: Dossier) -> None:
    """Every fifth claim, figure, source and party of the dossier has its documented shape."""
    for kind, entries in (
        ("claims", dossier.claims),
        ("figures", dossier.figures),
        ("sources", dossier.sources),
        ("parties", dossier.parties),
    ):
        for entry in entries[::5]:
            check(client, "en", f"/{kind}/{entry.id}")


@pytest.mark.parametrize(
    ("address", "status"),
    [("/en/claims.json?colour=red", 400), ("/fr/claims.json?page=9999", 400), ("/en/claims/nothing.json", 404)],
)
def test_a_refusal_has_one_shape(client: TestClient, address: str, status: int) -> None:
    """What is refused is refused as a problem document, whatever the reason."""
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    validator_of("problem").validate(answer.json())
