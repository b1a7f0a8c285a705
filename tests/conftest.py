"""What every test may use: the shipped dossier, published once, and the site on a fixed day."""

import json
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import URL
from sqlmodel import Session
from starlette.testclient import TestClient

from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier
from app.main import create_app
from app.publish.building import publish
from app.releases.opening import OpenRelease
from app.settings import PROJECT, Settings
from scripts.reliability import RECORD, Told
from tests.page import Page
from tests.stores import close_all, new_store, store

# Nothing is made in the background while a test looks on.
os.environ["FAULTLINES_WARM"] = "0"

TODAY = date(2026, 11, 22)
"""The day on which the tests take place."""


@pytest.fixture(scope="session")
def dossier() -> Dossier:
    """The shipped dossier."""
    return load_dossier(PROJECT / "dossier")


@pytest.fixture(scope="session", autouse=True)
def stores() -> Iterator[None]:
    """What holds the stores of the tests open until the last is done."""
    yield
    close_all()


@pytest.fixture(scope="session")
def releases(dossier: Dossier, tmp_path_factory: pytest.TempPathFactory, stores: None) -> Path | URL:
    """Where the shipped dossier's release is, made current: a folder or a database."""
    made = new_store(tmp_path_factory.mktemp("releases"))
    publish(dossier, made)
    return made.place


@pytest.fixture(scope="session")
def release(releases: Path | URL) -> Iterator[OpenRelease]:
    held = store(releases)
    current = held.current_id()
    assert current is not None
    opened = held.open(current)
    yield opened
    opened.close()


@pytest.fixture
def session(release: OpenRelease) -> Iterator[Session]:
    with release.session() as opened:
        yield opened


@pytest.fixture(scope="session")
def client(releases: Path | URL) -> Iterator[TestClient]:
    """The site, asked directly; redirects are answers and not followed. Each page is made anew when it is asked for."""
    app = create_app(Settings(releases=releases, cache_bytes=0), clock=lambda: TODAY)
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Iterator[Callable[[str, int, Sequence[object]], None]]:
    """What a test of a fault has to tell: how many of what it tried, and which of them were lost, which must be none.

    ``make reliability`` collects what is told into docs/reliability.md.
    """
    fault = request.node.get_closest_marker("fault").args[0]
    lines: list[str] = []

    def tell(what: str, count: int, lost: Sequence[object] = ()) -> None:
        assert count, f"a test that tried no {what} shows nothing"
        path, line, name = request.node.location
        test = f"{Path(path).name}::{name.partition('[')[0]}"
        saw = Told(fault, test, line, what, count, len(lost))
        lines.append(json.dumps(asdict(saw)) + "\n")
        assert not lost, f"{len(lost)} of {count} {what} were lost: {lost[:3]}"

    yield tell
    assert lines or request.node.rep_failed, "a test of a fault tells what it tried"
    if RECORD in os.environ:
        with open(os.environ[RECORD], "a", encoding="utf-8") as record:  # noqa: PTH123
            record.writelines(lines)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a fixture see, when the test is over, whether it failed."""
    report = yield
    if report.when == "call":
        item.rep_failed = report.failed  # type: ignore[attr-defined]
    return report


@pytest.fixture
def page(client: TestClient) -> Callable[..., Page]:
    """Fetch a page, check what must hold for every page, and hand it over parsed."""

    def fetch(address: str, status: int = 200, **headers: str) -> Page:
        return Page.fetch(client, address, status, {name.replace("_", "-"): value for name, value in headers.items()})

    return fetch
