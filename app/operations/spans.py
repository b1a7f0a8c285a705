"""What leaves the site in traces; imported only where the extra ``telemetry`` is installed."""

from collections.abc import Mapping, Sequence
from typing import Any

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

KEPT = frozenset(
    ("http.method", "http.request.method", "http.status_code", "http.response.status_code", "http.route", "url.path")
)
"""The attributes of a span that say nothing of who asked or what they typed."""


def without_readers(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    """The attributes that may leave; ``http.target`` is the path alone."""
    found = dict(attributes or {})
    kept = {name: value for name, value in found.items() if name in KEPT}
    if "http.target" in found:
        kept["http.target"] = str(found["http.target"]).partition("?")[0]
    return kept


class WithoutReaders(SpanExporter):
    """Passes spans on to another exporter with only the attributes that may leave."""

    def __init__(self, exporter: SpanExporter) -> None:
        self.exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self.exporter.export([_reduced(span) for span in spans])

    def shutdown(self) -> None:
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self.exporter.force_flush(timeout_millis)


def _reduced(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=without_readers(span.attributes),
        kind=span.kind,
        status=span.status,
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
