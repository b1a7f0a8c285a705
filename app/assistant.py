"""The assistant's door: what the site says, as tools of the Model Context Protocol, over streamable HTTP.

A tool is a data address under another name. It asks the application itself, in this process, so its answer is the very
document of that address, and what the address refuses is refused here in the same words. Nothing can be changed here:
the door takes POST because the protocol does.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
from fastapi import FastAPI
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from msgspec import Struct
from starlette.routing import Route
from starlette.types import ASGIApp

from app import __version__
from app.current import CurrentRelease
from app.pages.openapi import data_addresses, identifier_schema
from app.pages.routing import DATA_SUFFIX, ID_FORM, IDENTIFIER
from app.releases.opening import OpenRelease
from app.rendering.addresses import root_of
from app.rendering.parameters import describe_parameters
from app.rendering.translations import DEFAULT_LANGUAGE, LANGUAGES

PATH = "/mcp"
MOST_BYTES = 64 * 1024
"""The longest request: a call is a few parameters."""

INSTRUCTIONS = (
    "Faultlines holds what is on file about the dispute between OpenAI and Microsoft. Each answer has `data`, the "
    "document of a page, and `lasting`, an address at which that view never changes: give it when you quote. "
    "Say of a claim who stands behind it (`attribution`) and how it stands (`status`); a claim whose `rank` is "
    "deprecated no longer holds. What the ledger has as not_stated, no source on file states. Readings of a figure "
    "that disagree stand side by side; do not merge them."
)


class Door(Struct, frozen=True):
    """A tool: the path of the page whose data it gives, and the argument that names one thing, if it takes one.

    ``only`` narrows the page's parameters to these; ``fixed`` is asked every time.
    """

    name: str
    title: str
    description: str
    path: str
    identifier: str | None = None
    only: tuple[str, ...] | None = None
    fixed: tuple[tuple[str, str], ...] = ()


DOORS = (
    Door("search", "Search", "Search all that is on file: claims, developments, figures, sources, terms.", "/search"),
    Door("list_claims", "List claims", "Claims by filter, a page at a time; `next` leads to more.", "/claims"),
    Door("read_claim", "Read a claim", "One claim: evidence, history, and what rests on it.", "/claims/{id}", "claim"),
    Door(
        "read_figure",
        "Read a figure",
        "One figure: every reading on file side by side, and where they disagree.",
        "/figures/{id}",
        "figure",
    ),
    Door(
        "read_scenario",
        "Read a scenario",
        "One scenario: how it stands, its signposts, and its impacts.",
        "/scenarios/{id}",
        "scenario",
    ),
    Door(
        "read_ledger",
        "Read an issue's ledger",
        "Who asks, offers, refuses and holds what on an issue, and where that stands (`item.ledger`). Its claims are "
        "counted here; list_claims lists them.",
        "/issues/{id}",
        "issue",
        only=("as_of",),
        fixed=(("size", "1"),),
    ),
)

READS_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Refused(Exception):
    """A call that cannot be answered: what is wrong, and what would do."""


def list_tools(release: OpenRelease) -> list[Tool]:
    """The tools, with what their arguments may be in a release."""
    return [
        Tool(
            name=door.name,
            title=door.title,
            description=door.description,
            input_schema=_arguments(door, release),
            annotations=READS_ONLY,
        )
        for door in DOORS
    ]


def _route(door: Door) -> str:
    return door.path.replace("{id}", IDENTIFIER)


def _arguments(door: Door, release: OpenRelease) -> dict[str, Any]:
    takes = next(each.takes for each in data_addresses() if (each.path, each.suffix) == (_route(door), DATA_SUFFIX))
    described = describe_parameters(takes.accepted, listing=takes.listing, known=release.names, inputs=release.inputs)
    properties: dict[str, Any] = {
        "language": {"type": "string", "enum": list(LANGUAGES), "default": DEFAULT_LANGUAGE},
        **{
            each.name: {**each.schema, "description": each.meaning}
            for each in described
            if door.only is None or each.name in door.only
        },
    }
    if door.identifier:
        properties = {door.identifier: identifier_schema(_route(door), release), **properties}
    return {
        "type": "object",
        "properties": properties,
        "required": [door.identifier] if door.identifier else [],
        "additionalProperties": False,
    }


def address_of(door: Door, arguments: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """The path and the query that a call asks for. What the query may be is for the page to say."""
    given = dict(arguments)
    language = given.pop("language", DEFAULT_LANGUAGE)
    if language not in LANGUAGES:
        raise Refused(f"language: {language!r} is not a language of the site; there are: {', '.join(LANGUAGES)}.")
    path = door.path
    if door.identifier:
        value = given.pop(door.identifier, None)
        if not isinstance(value, str) or not re.fullmatch(ID_FORM, value):
            raise Refused(f"{door.identifier}: {value!r} is not an id; expected small letters, digits and hyphens.")
        path = path.replace("{id}", quote(value))
    if door.only is not None and (unknown := [name for name in given if name not in door.only]):
        raise Refused(f"{door.name} does not take {unknown[0]!r}; it takes: {', '.join(door.only)}.")
    pairs = list(door.fixed)
    for name, value in given.items():
        values = value if isinstance(value, list) else [value]
        pairs += [(name, str(one)) for one in values if one is not None]
    return f"/{language}{path}{DATA_SUFFIX}", pairs


def words_of(door: Door, problem: Mapping[str, Any]) -> str:
    """A refusal of the page in one line: what is wrong, and the values allowed."""
    if parameter := problem.get("parameter"):
        expected = ", ".join(problem["expected"])
        return f"{parameter}={problem['value']!r}: {problem['detail']} Expected: {expected or 'plain text'}."
    if problem["status"] == 404:
        lists = "list_claims" if door.identifier == "claim" else "tools/list, or search,"
        return f"There is no such {door.identifier} in this release as of this day; {lists} gives the ids."
    return f"{problem['title']} {problem['detail']}"


class Assistant:
    """The protocol's server for an application: asks it for documents and hands them on."""

    def __init__(self, app: FastAPI, ask: ASGIApp, hosts: tuple[str, ...]) -> None:
        """``ask`` answers its questions: the application within its entrance, which counts what came from outside."""
        self.app, self.site = app, ask
        self.server: Server[Any] = Server(
            "faultlines",
            version=__version__,
            title="Faultlines",
            instructions=INSTRUCTIONS,
            on_list_tools=self.on_list_tools,
            on_call_tool=self.on_call_tool,
        )
        # A web page that a reader has open may point its own name at this machine and then ask here in the reader's
        # place ("DNS rebinding"); so the names under which the door is asked are listed.
        security = TransportSecuritySettings(
            allowed_hosts=list(hosts),
            allowed_origins=[f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts],
        )
        self.manager = StreamableHTTPSessionManager(
            app=self.server,
            json_response=True,
            stateless=True,
            security_settings=security,
            max_request_body_size=MOST_BYTES,
        )

    def route(self) -> Route:
        return Route(PATH, StreamableHTTPASGIApp(self.manager), name="assistant")

    async def on_list_tools(
        self, _context: ServerRequestContext[Any], _params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        current: CurrentRelease = self.app.state.current
        return ListToolsResult(tools=list_tools(current.get()))

    async def on_call_tool(self, context: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
        try:
            answer = await self.ask(context, params.name, params.arguments or {})
        except Refused as refusal:
            return CallToolResult(content=[TextContent(type="text", text=str(refusal))], is_error=True)
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=answer)

    async def ask(self, context: ServerRequestContext[Any], name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The document that a call asks for, with the whole address at which its page stays as it is."""
        door = next((each for each in DOORS if each.name == name), None)
        if door is None:
            raise Refused(f"There is no tool {name!r}; there are: {', '.join(each.name for each in DOORS)}.")
        path, pairs = address_of(door, arguments)
        request = context.request
        root = root_of(request.scope) if request is not None else ""
        transport = httpx.ASGITransport(app=self.site, root_path=root, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answer = await client.get(f"{root}{path}", params=tuple(pairs))
        document: dict[str, Any] = answer.json()
        if answer.status_code != 200:
            raise Refused(words_of(door, document))
        origin = str(request.base_url.replace(path="")).rstrip("/") if request is not None else ""
        return {"data": document, "lasting": origin + document["lasting"].replace(f"{DATA_SUFFIX}?", "?", 1)}
