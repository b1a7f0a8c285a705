"""Traces as they leave the site: received by a collector of the test's own, and read with the protocol's own types."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from tests.running import site
from tests.test_dossier import write_small

SECRET = "my-secret-thought"


class Collector(ThreadingHTTPServer):
    """Takes what exporters send (OTLP over HTTP), and keeps the bytes as they came."""

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []

        class Handler(BaseHTTPRequestHandler):
            server: Collector

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.server.received.append((self.path, body))
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        super().__init__(("127.0.0.1", 0), Handler)

    def spans(self) -> list[Span]:
        found = []
        for _, body in self.received:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                found += [span for scope in resource.scope_spans for span in scope.spans]
        return found


@contextmanager
def collecting() -> Iterator[Collector]:
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever)
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()


def test_a_trace_leaves_without_anything_of_its_reader(tmp_path: Path) -> None:
    """Each request becomes a span with method, route's path and status; what was typed, and who asked, stays here."""
    publish(load_dossier(write_small(tmp_path)), ReleaseFolder(tmp_path / "releases"))
    with collecting() as collector:
        to = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "200",
        }
        readers = {"User-Agent": SECRET, "Referer": f"http://x/{SECRET}", "X-Forwarded-For": "203.0.113.9"}
        with site(tmp_path / "releases", tmp_path / "log", before=to, telemetry="1", trusted_proxies="*") as found:
            for address in (f"/en/search?q={SECRET}", "/fr/claims", f"/nothing?x={SECRET}"):
                found.get(address, **readers)
            assert found.wait(lambda: len([each for each in collector.spans() if "health" not in each.name]) >= 3)
    assert {path for path, _ in collector.received} == {"/v1/traces"}
    sent = b"".join(body for _, body in collector.received)
    assert SECRET.encode() not in sent
    assert b"203.0.113.9" not in sent
    assert b"127.0.0.1" not in sent
    seen = set()
    for span in collector.spans():
        said = {each.key: each.value for each in span.attributes}
        status = said.get("http.response.status_code") or said.get("http.status_code")
        path = said.get("url.path") or said.get("http.target")
        assert status is not None
        assert path is not None
        seen.add((path.string_value, status.int_value))
        assert len(span.trace_id) == 16
        assert span.end_time_unix_nano > span.start_time_unix_nano
    assert {("/en/search", 200), ("/fr/claims", 200), ("/nothing", 404)} <= seen


def test_nothing_is_traced_unless_asked_for(tmp_path: Path) -> None:
    """With the extra installed and a collector named, a site that was not told to trace sends nothing."""
    publish(load_dossier(write_small(tmp_path)), ReleaseFolder(tmp_path / "releases"))
    with collecting() as collector:
        to = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }
        with site(tmp_path / "releases", tmp_path / "log", before=to) as found:
            assert found.get("/en/claims")[0] == 200
        # It has ended by now, and would have sent what it had.
    assert not collector.received


def test_a_collector_that_is_away_harms_no_reader(tmp_path: Path) -> None:
    """With nobody at the address of the collector pages are answered as ever."""
    publish(load_dossier(write_small(tmp_path)), ReleaseFolder(tmp_path / "releases"))
    away = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_BSP_SCHEDULE_DELAY": "50"}
    with site(tmp_path / "releases", tmp_path / "log", before=away, telemetry="1") as found:
        assert [found.get("/en/claims")[0] for _ in range(30)] == [200] * 30
