"""The data addresses as a page."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tests.page import Page


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everything_described_is_on_the_page(page: Callable[..., Page], client: TestClient, language: str) -> None:
    """Each address, parameter and shape of the OpenAPI document is shown, and every link on the page has its anchor."""
    found, document = page(f"/{language}/docs"), client.get("/openapi.json").json()
    said = found.main.replace("\u200b", "")
    for path in document["paths"]:
        assert path in said
    for kind, prefix in (("parameters", "parameter"), ("schemas", "shape")):
        for name, described in document["components"][kind].items():
            assert found.has_id(f"{prefix}-{name}") or "properties" not in described, name
    for link in found.links():
        if link.startswith("#"):
            assert found.has_id(link[1:]), link
    assert "/openapi.json" in found.links()


def test_the_short_address_leads_to_the_page(client: TestClient) -> None:
    """/docs leads to the page in the reader's language."""
    answer = client.get("/docs", headers={"Accept-Language": "fr"})
    assert (answer.status_code, answer.headers["location"]) == (307, "/fr/docs")
