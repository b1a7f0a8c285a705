"""Traces of requests with OpenTelemetry: an extra, off unless asked for."""

from starlette.types import ASGIApp


def traced(app: ASGIApp, wanted: bool) -> ASGIApp:
    """The application, each of whose requests becomes a span where that is wanted.

    A span carries method, path and status. The query string, the reader's address and what names the reader's program
    are taken out before it is sent, as they are left out of the logs. Raise ``OSError`` where the extra is missing.
    """
    if not wanted:
        return app
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise OSError("FAULTLINES_TELEMETRY=1 needs the extra: pip install 'faultlines[telemetry]'") from error
    from app.operations.spans import WithoutReaders

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(WithoutReaders(OTLPSpanExporter())))
    traced_app: ASGIApp = OpenTelemetryMiddleware(app, tracer_provider=provider, exclude_spans=["receive", "send"])
    return traced_app
