"""The description of the data addresses: valid, complete, and true."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate
from starlette.testclient import TestClient

from app.filters import FACETS
from app.pages.openapi import MEDIA, data_addresses
from app.pages.routing import SUFFIXES, routes, suffix_of
from app.releases.opening import OpenRelease


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert answer.status_code == 200
    body: dict[str, Any] = answer.json()
    return body


def resolved(described: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """What a reference within the document stands for."""
    if "$ref" not in one:
        return one
    found: Any = described
    for step in one["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    assert isinstance(found, dict)
    return found


def test_it_is_valid(described: dict[str, Any]) -> None:
    """The document is OpenAPI 3.1."""
    validate(described, cls=OpenAPIV31SpecValidator)


def test_every_data_address_is_described(described: dict[str, Any]) -> None:
    """Each route that ends in .json or another ending is described, and nothing else but what operators ask.

    What only developers may switch on is left out.
    """
    routed = [route.path for route in routes]
    twins = {path.replace(":language}", "}").replace(":id}", "}") for path in routed if suffix_of(path)}
    assert set(described["paths"]) == twins - {"/{language}/styleguide.json"} | {"/healthz", "/readyz", "/metrics"}
    assert set(MEDIA) == set(SUFFIXES)


def test_every_parameter_is_described_as_it_is_accepted(
    described: dict[str, Any], client: TestClient, release: OpenRelease
) -> None:
    """Each parameter has a meaning, its first listed value is accepted, and a value that is not listed is refused."""
    tried = set()
    for each in data_addresses():
        operation = described["paths"][each.written]["get"]
        for one in operation["parameters"]:
            parameter = resolved(described, one)
            assert parameter["description"], parameter["name"]
            schema = parameter["schema"]
            values = schema.get("enum") or schema.get("items", {}).get("enum")
            key = (parameter["name"], str(values))
            if parameter["in"] == "path" or not values or "{identifier" in each.path or key in tried:
                continue
            tried.add(key)
            address = f"/en{each.path}{each.suffix}"
            assert client.get(address, params={parameter["name"]: values[0]}).status_code == 200, (address, key)
            refused = client.get(address, params={parameter["name"]: "no-such-value"})
            assert refused.status_code == 400
            assert refused.json()["parameter"] == parameter["name"]
            assert set(refused.json()["expected"]) == set(values)
    assert {name for name, _ in tried} >= {*FACETS, "sort", "in", "without", "scenario"}
    names = described["components"]["parameters"]
    assert names["issue"]["schema"]["items"]["enum"] == list(release.names["issue"])


def test_a_refusal_is_as_described(described: dict[str, Any], client: TestClient) -> None:
    """The example of a refusal and a real one have the shape of the document."""
    media = described["components"]["responses"]["BadParameter"]["content"]["application/problem+json"]
    validator = Draft202012Validator({**media["schema"], "components": described["components"]})
    refused = client.get("/en/claims.json?sort=sideways").json()
    example = media["examples"]["unknown value"]["value"]
    for each in (refused, example):
        validator.validate(each)
    assert {**refused, "title": "", "detail": ""} == {**example, "title": "", "detail": ""}


def test_every_shape_has_an_example_that_is_of_it(described: dict[str, Any], client: TestClient) -> None:
    """Each document has an address as its example, and what the site answers there has the shape described."""
    without = set()
    for path, each in described["paths"].items():
        content = each["get"]["responses"]["200"]["content"].get("application/json")
        if content is None or not path.startswith("/{language}"):
            continue
        if "examples" not in content:
            without.add(path)
            continue
        answer = client.get(content["examples"]["now"]["externalValue"])
        assert answer.status_code == 200, path
        schema = {**content["schema"], "components": described["components"]}
        Draft202012Validator(schema).validate(answer.json())
    assert without == {f"/{{language}}/charts/{each}-{{identifier}}.json" for each in ("readings", "swings")}


def test_what_may_be_missing_or_gone_is_described(described: dict[str, Any], client: TestClient) -> None:
    """A chart that a filter empties, a thing of no such id and a release that is gone answer as is described."""
    for path, address, status in (
        ("/{language}/charts/timeline.json", "/en/charts/timeline.json?from=1990&to=1991", 404),
        ("/{language}/charts/ranking.svg", "/en/charts/ranking.svg?as_of=2019-01-01", 404),
        ("/{language}/claims/{identifier}.csv", "/en/claims/no-such-claim.csv", 404),
        ("/{language}/changes.atom", "/en/changes.atom?since=000000000000", 410),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), address
        reference = described["paths"][path]["get"]["responses"][str(status)]
        media = resolved(described, reference)["content"]["application/problem+json"]
        Draft202012Validator({**media["schema"], "components": described["components"]}).validate(answer.json())


@pytest.mark.parametrize(
    "address", ["/de/claims.json", "/xx/index.csv", "/en-gb/claims/u10.atom", "/no/such/thing.json"]
)
def test_an_unknown_language_is_a_problem_document(client: TestClient, address: str) -> None:
    """A data address that is nowhere is refused as data, and names itself."""
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["instance"] == address


def test_it_is_kept_and_follows_the_proxy(client: TestClient) -> None:
    """A reader who has the document is told so; below a prefix the server's address has it."""
    first = client.get("/openapi.json")
    assert client.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert first.json()["servers"] == [{"url": "/"}]
