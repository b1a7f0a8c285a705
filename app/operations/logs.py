"""Logs: one JSON object a line for programs, plain lines for a person at a terminal, and nothing of what readers type.

Everything goes to standard error: the server's own words, the program's, and one line for each request. A line carries
the id of the request that it belongs to. What was asked of a page stands in its path; what a reader typed stands in the
query string, which is left out, as is the reader's address, unless ``FAULTLINES_LOG_READERS`` says otherwise.
"""

import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any

# structlog loads rich, where it is there, for tracebacks in colour, which are never wanted here: that takes 4 MB and a
# tenth of a second of every start.
_HIDDEN = "rich" not in sys.modules
if _HIDDEN:
    sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402

if _HIDDEN:
    del sys.modules["rich"]

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The id of the request being answered; threads that build its page see it too."""

ACCESS = "faultlines.request"
"""The logger that writes one line for each request."""


def _add_request_id(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (known := REQUEST_ID.get()) is not None:
        event.setdefault("request_id", known)
    return event


def _drop_colours(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The server gives some of its messages twice, the second time with the signs that colour a terminal."""
    event.pop("color_message", None)
    return event


def formatter(*, json: bool) -> structlog.stdlib.ProcessorFormatter:
    """How a line is written; made by name in ``log_config``, since each server process builds its own."""
    before: list[Any] = [
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _add_request_id,
        _drop_colours,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if json:
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    else:
        last += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    return structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=before)


def wants_json(form: str) -> bool:
    """Whether lines are JSON: as the setting says, else unless a person is watching."""
    return form == "json" or (form == "auto" and not sys.stderr.isatty())


def log_config(level: str, form: str) -> dict[str, Any]:
    """The configuration of Python's logging for a server process (``logging.config.dictConfig``).

    The server's own line for each request is off: it would carry the query string.
    """
    upper = level.upper()
    # Not Python's own, which stops the whole process as soon as nobody empties the pipe that it writes to.
    writer = {
        "class": "app.operations.log_writer.LogWriter",
        "formatter": "line",
        "stream": "ext://sys.stderr",
        "quick": ACCESS,
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "app.operations.logs.formatter", "json": wants_json(form)}},
        "handlers": {"stderr": writer},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "uvicorn": {"level": upper},
            "uvicorn.access": {"level": "CRITICAL"},
            "faultlines": {"level": upper},
        },
    }
