"""The assistant's door, asked with the protocol's own client over HTTP."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from mcp import Client
from mcp_types import CallToolResult, ListToolsResult
from starlette.testclient import TestClient

from app.assistant import DOORS
from app.filters import LISTED
from app.main import create_app
from app.settings import PROJECT, Settings
from scripts.serving import running
from tests.conftest import TODAY
from tests.test_exports import forms_of, random_filter


@pytest.fixture(scope="module")
def door(releases: Path) -> Iterator[str]:
    """The address of a running site whose door is open, below a prefix that a proxy would strip."""
    app = create_app(Settings(releases=releases, assistant=True), clock=lambda: TODAY)
    with running(app, root_path="/f") as port:
        yield f"http://127.0.0.1:{port}"


def call(door: str, name: str, **arguments: Any) -> CallToolResult:
    async def ask() -> CallToolResult:
        async with Client(f"{door}/mcp") as client:
            return await client.call_tool(name, arguments)

    return asyncio.run(ask())


def tools(door: str) -> ListToolsResult:
    async def ask() -> ListToolsResult:
        async with Client(f"{door}/mcp") as client:
            return await client.list_tools()

    return asyncio.run(ask())


def test_the_tools_only_read(door: str) -> None:
    """Six tools, each annotated as one that reads, repeats and stays within the site."""
    found = tools(door).tools
    assert [each.name for each in found] == [each.name for each in DOORS]
    for each in found:
        assert each.annotations is not None
        assert each.annotations.read_only_hint
        assert each.annotations.idempotent_hint
        assert each.annotations.open_world_hint is False
        assert each.description
    claims = next(each for each in found if each.name == "list_claims").input_schema["properties"]
    described = httpx.get(f"{door}/openapi.json").json()["components"]["parameters"]
    assert claims["issue"]["items"] == described["issue"]["schema"]["items"]


@pytest.mark.parametrize(
    ("name", "arguments", "twin"),
    [
        ("search", {"q": "azure", "in": ["claims"], "language": "fr"}, "/fr/search.json?q=azure&in=claims"),
        (
            "list_claims",
            {"status": ["disputed", "reported"], "party": ["microsoft"], "size": 5, "page": 2},
            "/en/claims.json?status=disputed&status=reported&party=microsoft&size=5&page=2",
        ),
        ("list_claims", {"as_of": "2025-06-18", "q": "profit"}, "/en/claims.json?as_of=2025-06-18&q=profit"),
        ("read_claim", {"claim": "u10"}, "/en/claims/u10.json"),
        ("read_figure", {"figure": "microsoft-investment"}, "/en/figures/microsoft-investment.json"),
        ("read_scenario", {"scenario": "drift"}, "/en/scenarios/drift.json"),
        ("read_ledger", {"issue": "ownership"}, "/en/issues/ownership.json?size=1"),
    ],
)
def test_an_answer_is_the_document_of_the_page(door: str, name: str, arguments: dict[str, Any], twin: str) -> None:
    """Each tool hands on what the data address says, with an address that lasts."""
    answer = call(door, name, **arguments)
    assert not answer.is_error
    document = httpx.get(f"{door}{twin}").json()
    assert answer.structured_content["data"] == document
    lasting = answer.structured_content["lasting"]
    path = twin.partition(".json")[0]
    assert lasting.startswith(f"{door}/f/r/{document['release']}{path}?")
    assert f"as_of={document['as_of']}" in lasting


def test_all_forms_and_the_assistant_have_the_same_entries(door: str) -> None:
    """For 50 random filters the ids of HTML, JSON, CSV, Atom, pack and the assistant's answer are equal."""
    random = Random("forms")

    async def compare() -> list[int]:
        counts: list[int] = []
        async with Client(f"{door}/mcp") as client:
            while len(counts) < 50:
                pairs = random_filter(random)
                name = "search" if "q" in dict(pairs) else "list_claims"
                language, path = random.choice(("en", "fr")), "/search" if name == "search" else "/claims"
                lists = {key: [value] if key in LISTED else value for key, value in pairs}
                answer = await client.call_tool(name, {**lists, "language": language})
                assert not answer.is_error, (pairs, answer.content)
                data = answer.structured_content["data"]
                if data["count"] > 25:
                    # Short lists say as much as long ones, and sooner.
                    continue
                ids = [each["id"] for each in data["items"]]
                assert len(ids) == data["count"]
                address, query = f"/{language}{path}", f"?{urlencode(pairs)}"
                shown = await asyncio.to_thread(site.get, f"{address}{query}")
                twin = await asyncio.to_thread(site.get, f"{address}.json{query}")
                forms = await asyncio.to_thread(forms_of, site, address, query)
                forms |= {
                    "": re.findall(r'data-id="([^"]+)"', shown.text.partition('id="results"')[2]),
                    ".json": [each["id"] for each in twin.json()["items"]],
                }
                assert forms == dict.fromkeys(forms, ids), f"{path}: {pairs}"
                counts.append(len(ids))
        return counts

    with httpx.Client(base_url=door, follow_redirects=True) as site:
        counts = asyncio.run(compare())
    assert sum(count > 0 for count in counts) > 25, f"most filters let nothing through: {counts}"


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("list_claims", {"status": ["doubtful"]}, ["status='doubtful'", "disputed", "confirmed"]),
        ("list_claims", {"colour": "red"}, ["colour", "attribution"]),
        ("list_claims", {"language": "de"}, ["language", "en, fr"]),
        ("read_claim", {"claim": "no-such-claim"}, ["no such claim", "list_claims"]),
        ("read_claim", {"claim": "../sources/article-fr"}, ["claim", "not an id"]),
        ("read_claim", {}, ["claim"]),
        ("read_ledger", {"issue": "ownership", "status": "disputed"}, ["status", "as_of"]),
        ("write_claim", {}, ["write_claim", "read_claim"]),
    ],
)
def test_a_refusal_says_what_would_do(door: str, name: str, arguments: dict[str, Any], said: list[str]) -> None:
    """A call that cannot be answered says what is wrong and what is allowed."""
    answer = call(door, name, **arguments)
    assert answer.is_error
    text = answer.content[0].text  # type: ignore[union-attr]
    for each in said:
        assert each in text


def test_another_host_or_origin_is_turned_away(door: str) -> None:
    """A web page that points its own name at this machine gets nothing."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"Accept": "application/json, text/event-stream"}
    assert httpx.post(f"{door}/mcp", json=body, headers={**headers, "Host": "evil.example"}).status_code == 421
    assert (
        httpx.post(f"{door}/mcp", json=body, headers={**headers, "Origin": "https://evil.example"}).status_code == 403
    )


def test_the_door_is_closed_unless_asked_for(client: TestClient) -> None:
    """Without the setting there is no such address."""
    assert client.post("/mcp", json={}).status_code in (404, 405)
    assert client.get("/mcp").status_code == 404


def test_serve_says_that_the_package_is_missing(releases: Path, tmp_path: Path) -> None:
    """With the setting on and the extra not installed, serve says so in one line and exits 3."""
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as util\nfind = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'mcp' else find(name, *rest)\n"
    )
    environment = {**os.environ, "FAULTLINES_ASSISTANT": "1", "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "app", "serve", "--releases", str(releases), "--port", "0"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "faultlines[assistant]" in done.stderr
    assert "Traceback" not in done.stderr
