"""The description of the data addresses, believed by a program: whatever it makes of it is answered as described."""

import time
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from app.main import create_app
from app.pages.openapi import data_addresses
from app.pages.routing import DATA_SUFFIX
from app.settings import Settings
from tests.conftest import TODAY

HELD = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]
"""What is held of every answer. That what fits the description is accepted is not: no schema can say that a page is the
last one, or that one day comes before another, so such an answer may be a 400.
"""
PATHS = sorted({each.path for each in data_addresses()})
EXAMPLES = {True: 10, False: 3}
"""How many requests as described, and as many that are not, are made of JSON and of every other form."""
SECONDS = 1
"""The most processor time of one answer."""


@pytest.fixture(scope="module")
def described(releases: Path) -> Any:
    """The document as a program reads it, with the application behind it, which keeps no answers."""
    app = create_app(Settings(releases=releases, cache_bytes=0), clock=lambda: TODAY)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def ask_and_hold(operation: Any, mode: GenerationMode, examples: int) -> int:
    """Ask as often as that, hold each answer, and say how many were asked."""
    sent = 0

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        # Some of what is generated cannot be sent at all, such as a path without an id.
        suppress_health_check=(HealthCheck.filter_too_much, HealthCheck.too_slow),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def hold(case: Case) -> None:
        nonlocal sent
        sent += 1
        begun = time.process_time()
        # Redirects would lead from what was asked to something else.
        answer = case.call(allow_redirects=False)
        took = time.process_time() - begun
        case.validate_response(answer, checks=HELD)
        assert b"Traceback" not in answer.content
        assert took < SECONDS, f"{took:.2f} s for {case.as_curl_command()}"

    hold()
    return sent


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_as_described(described: Any, path: str) -> None:
    """Requests that fit the description and requests that do not: never a fault of ours; status, media type, headers,
    and shape are the described ones; what does not fit is refused.
    """
    for each in (address for address in data_addresses() if address.path == path):
        operation = described[each.written]["GET"]
        examples = EXAMPLES[each.suffix == DATA_SUFFIX]
        for mode in GenerationMode:
            assert ask_and_hold(operation, mode, examples) > 1, f"{operation.label}: almost nothing was asked"
