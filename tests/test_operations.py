"""What those who run the site see: metrics that stay bounded, logs that keep readers to themselves, who may ask."""

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.operations import logs, metrics
from app.operations.layer import Entrance
from app.operations.spans import without_readers
from app.releases.opening import OpenRelease
from app.settings import Settings
from tests.conftest import TODAY
from tests.page import Page
from tests.stores import IN_POSTGRES


def series(text: str) -> set[str]:
    return {line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")}


def test_random_paths_add_no_series(client: TestClient) -> None:
    """Five hundred addresses that nobody has, and as many entries that are not there, are counted in what there was."""
    for path in ("/en/claims/nothing-0", "/nothing-0", "/en/x/y"):
        client.get(path)
    before = series(client.get("/metrics").text)
    for n in range(250):
        client.get(f"/{n:x}/{n}.php")
        client.request("PURGE" if n % 2 else "HEAD", f"/en/claims/nothing-{n}")
    added = series(client.get("/metrics").text) - before
    assert len({each for each in added if each.startswith("faultlines_requests_total")}) <= 4, added
    assert not [each for each in added if "nothing" in each or "php" in each]


def test_metrics_count_by_the_route(client: TestClient) -> None:
    """Claims are counted as one route, a static file as static, and what is served is named."""

    def counted(route: str, status: int) -> float:
        wanted = f'faultlines_requests_total{{method="GET",route="{route}",status="{status}"}}'
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(wanted))

    claim = "/{language:language}/claims/{identifier:id}"
    before = counted(claim, 200), counted("/static", 200)
    client.get("/en/claims/u10")
    client.get("/fr/claims/r001")
    client.get("/static/css/site.css")
    assert (counted(claim, 200), counted("/static", 200)) == (before[0] + 2, before[1] + 1)
    answer = client.get("/metrics")
    assert answer.headers["content-type"] == metrics.CONTENT_TYPE
    assert "faultlines_ready 1.0" in answer.text
    release = client.get("/readyz").json()["release"]
    assert f'faultlines_release_info{{release="{release}"}} 1.0' in answer.text


def test_metrics_without_a_release_say_so(tmp_path: Path) -> None:
    """Metrics are there before the first release, and say that the site is not ready."""
    with TestClient(create_app(Settings(releases=tmp_path))) as client:
        assert "faultlines_ready 0.0" in client.get("/metrics").text


# Requests have an id


@pytest.mark.parametrize("given", ["abcdef12", "a" * 64, "0af7651916cd43dd-8448eb211c80319c", "A.b_c-12345"])
def test_a_well_formed_id_is_kept(client: TestClient, given: str) -> None:
    """The id that a proxy gave a request comes back, so that its logs and these can be joined."""
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with space", 'quote"12345', "tab\\t12345", "é1234567", None])
def test_any_other_request_is_given_an_id(client: TestClient, given: str | None) -> None:
    """An id that is missing or could not stand in a log is replaced by a new one, another each time."""
    headers = {} if given is None else {"X-Request-ID": given.encode()}
    found = {client.get("/healthz", headers=headers).headers["x-request-id"] for _ in range(3)}
    assert len(found) == 3
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in found)


# Logs


class Lines(logging.Handler):
    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler = Lines(logs.formatter(json=True))
    logger = logging.getLogger("faultlines")
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)
    logger.setLevel(before)


SECRET = "my-secret-thought"


@pytest.mark.parametrize("address", [f"/en/search?q={SECRET}", f"/en/claims?{SECRET}=1", f"/nothing?x={SECRET}"])
def test_what_a_reader_types_is_not_logged(client: TestClient, lines: Lines, address: str) -> None:
    """A line is one JSON object with the request's id, method, path and status, and nothing that was typed."""
    response = client.get(address, headers={"Referer": f"http://x/{SECRET}", "User-Agent": SECRET})
    (line,) = [each for each in lines.said if "request_id" in each]
    said = json.loads(line)
    assert said["request_id"] == response.headers["x-request-id"]
    assert (said["method"], said["path"], said["status"]) == ("GET", address.split("?")[0], response.status_code)
    assert SECRET not in "".join(lines.said)
    assert "client" not in said


def test_readers_are_logged_where_the_operator_says_so(releases: Path, lines: Lines) -> None:
    """With FAULTLINES_LOG_READERS=1 the line has the query string and the address."""
    with TestClient(create_app(Settings(releases=releases, log_readers=True), clock=lambda: TODAY)) as client:
        client.get("/en/search?q=azure")
    said = json.loads(lines.said[-1])
    assert (said["query"], said["client"]) == ("q=azure", "testclient")


def test_a_fault_is_logged_with_the_id_of_its_request(
    releases: Path, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The traceback of a failed page, and the request's line, carry the id that the reader was shown."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the detail")

    monkeypatch.setattr("app.pages.claims.read_claims", fail)
    app = create_app(Settings(releases=releases), clock=lambda: TODAY)
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.get(f"/en/claims?q={SECRET}")
    assert response.status_code == 500
    fault, request = (json.loads(each) for each in lines.said[-2:])
    assert fault["request_id"] == request["request_id"] == response.headers["x-request-id"]
    assert "RuntimeError: the detail" in fault["exception"]
    assert fault["event"] == "GET /en/claims failed"


def test_lines_are_plain_for_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal a line can be read; no sign in it is one that a terminal obeys."""
    said = {"name": logs.ACCESS, "msg": "request", "levelname": "INFO", "path": "/en/", "status": 200}
    line = logs.formatter(json=False).format(logging.makeLogRecord(said))
    assert "request" in line
    assert "path=/en/" in line
    assert "\x1b" not in line
    assert logs.wants_json("json")
    assert not logs.wants_json("text")


def test_traces_say_nothing_of_readers() -> None:
    """What leaves in a trace is what stands in a log: no query, no address of a reader, no name of their program."""
    sent = without_readers(
        {
            "http.method": "GET",
            "http.target": f"/en/search?q={SECRET}",
            "http.url": f"http://x/en/search?q={SECRET}",
            "url.query": SECRET,
            "net.peer.ip": "10.0.0.9",
            "http.user_agent": SECRET,
            "http.status_code": 200,
        }
    )
    assert sent == {"http.method": "GET", "http.target": "/en/search", "http.status_code": 200}


# What surrounds a request is cheap


def test_the_entrance_costs_microseconds() -> None:
    """The layer that every kept page passes through takes less than a fifth of a millisecond, its log line included."""
    import asyncio

    async def answer(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def quiet(_message: Any = None) -> Any:
        return {"type": "http.request"}

    layer = Entrance(answer, routes=())
    scope = {
        "type": "http", "method": "GET", "path": "/en/", "raw_path": b"/en/", "query_string": b"", "root_path": "",
        "headers": [(b"host", b"x"), (b"accept", b"*/*")],
    }  # fmt: skip

    async def measure() -> float:
        best = float("inf")
        for _ in range(5):
            begun = time.perf_counter()
            for _ in range(400):
                await layer(dict(scope), quiet, quiet)
            best = min(best, (time.perf_counter() - begun) / 400)
        return best

    took = asyncio.run(measure())
    print(f"{took * 1e6:.1f} µs")
    assert took < 200e-6


# Who may ask, and who may show it


HOSTS = "faultlines.example.org, *.internal.example.org"


@pytest.mark.parametrize(
    ("host", "status"),
    [("faultlines.example.org", 200), ("FAULTLINES.example.org:8000", 200), ("a.b.internal.example.org", 200),
     ("internal.example.org", 400), ("evil.example.org", 400), ("faultlines.example.org.evil.org", 400), ("", 400),
     ("xinternal.example.org", 400), ("127.0.0.1:8000", 400), ("[::1]:8000", 400)],
)  # fmt: skip
def test_another_host_is_refused(releases: Path, host: str, status: int) -> None:
    """With a list of hosts the site answers for those alone, as a defence against rebinding; probes always answer."""
    app = create_app(Settings(releases=releases, allowed_hosts=HOSTS), clock=lambda: TODAY)
    with TestClient(app) as client:
        response = client.get("/en/accessibility", headers={"Host": host})
        assert response.status_code == status
        assert "content-security-policy" in response.headers
        assert "x-request-id" in response.headers
        assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_who_may_show_the_site_in_a_frame_is_a_setting(releases: Path) -> None:
    """The policy of every response names the sites that the operator chose, and nothing else of it changes."""
    chosen = "'self' https://intranet.example.org"
    app = create_app(Settings(releases=releases, frame_ancestors=chosen), clock=lambda: TODAY)
    with TestClient(app) as client:
        policy = client.get("/en/accessibility").headers["content-security-policy"]
    assert policy.endswith(f"; frame-ancestors {chosen}")
    assert policy.startswith("default-src 'none'; script-src 'self'; ")


@pytest.mark.parametrize(
    ("name", "value"),
    [("frame_ancestors", "'none'; script-src *"), ("frame_ancestors", "data:"), ("allowed_hosts", "a b/c"),
     ("trusted_proxies", "proxy.example.org"), ("query_seconds", -1), ("log_format", "xml")],
)  # fmt: skip
def test_a_setting_that_would_weaken_the_rest_is_refused(name: str, value: object) -> None:
    """No setting can smuggle another directive into the policy, or be misread as something it is not."""
    with pytest.raises(ValueError, match=name):
        Settings.model_validate({name: value})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_method_page_says_what_vouches_for_it(
    page: Callable[..., Page], client: TestClient, release: OpenRelease, language: str
) -> None:
    """Digest, flags, methods and policy on the page are those in force, and the same as in its data."""
    found = page(f"/{language}/about")
    shown = [found.words(each) for each in found.by_id("integrity").iter("code")]
    digest = client.get("/readyz").json()["sha256"]
    policy = found.headers["content-security-policy"]
    flags = "default_transaction_read_only=on" if IN_POSTGRES else "query_only=ON"
    assert shown == [release.id, digest, flags, "GET", "HEAD", *policy.split("; ")]
    said = client.get(f"/{language}/about.json").json()["integrity"]
    assert said == {"digest": digest, "flags": flags, "policy": policy, "sbom": "/sbom.json"}
    assert found.by_id("sbom").get("href") == "/sbom.json"


def test_metrics_say_what_is_kept_and_when_feeds_were_read(releases: Path, tmp_path: Path) -> None:
    """The page cache's hits and bytes, and the last success of each feed of the watch, are there to be alerted on."""
    state = {"beta-news": {"succeeded": "2026-10-30T06:00:00+00:00"}, "beta-filings": {"problem": "it timed out"}}
    (tmp_path / "feeds.json").write_text(json.dumps(state), "utf-8")
    settings = Settings(releases=releases, watch_folder=tmp_path, warm=False)
    with TestClient(create_app(settings, clock=lambda: TODAY)) as client:
        for _ in range(3):
            client.get("/en/glossary")
        lines = client.get("/metrics").text.splitlines()
    assert "faultlines_page_cache_hits 2.0" in lines
    # The page itself, and this very answer, which is never kept.
    assert "faultlines_page_cache_misses 2.0" in lines
    assert [each for each in lines if each.startswith("faultlines_page_cache_bytes ")] != [
        "faultlines_page_cache_bytes 0.0"
    ]
    read = [each for each in lines if each.startswith("faultlines_watch_last_success_timestamp_seconds{")]
    assert read == ['faultlines_watch_last_success_timestamp_seconds{feed="beta-news"} 1.79334e+09'], read


@pytest.mark.parametrize("known", [False, True])
def test_a_kept_answer_is_marked_for_each_reader_alone(releases: Path, known: bool) -> None:
    """However often a kept page is given, as a whole or as unchanged, its reader is told one id: the own one."""
    client = TestClient(create_app(Settings(releases=releases)), follow_redirects=False)
    tag = {"If-None-Match": client.get("/en/claims").headers["etag"]} if known else {}
    answers = [client.get("/en/claims", headers={"X-Request-ID": f"reader-{n}", **tag}) for n in range(5)]
    assert {each.status_code for each in answers} == {304 if known else 200}
    assert [each.headers.get_list("x-request-id") for each in answers] == [[f"reader-{n}"] for n in range(5)]
    assert len({len(each.headers.raw) for each in answers[1:]}) == 1
