"""A real browser, a real server, and a reader at a tab whose every complaint fails the test."""

import os
import queue
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import URL

from app.settings import PROJECT
from tests.browser import PATIENCE, Reader, Watch
from tests.running import named

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

OpenReader = Callable[..., Reader]


def browser_path() -> str | None:
    """The browser to test with: the one named, one found on the path, or Playwright's own."""
    if "FAULTLINES_TEST_BROWSER" in os.environ:
        return os.environ["FAULTLINES_TEST_BROWSER"] or None
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def _listen(stream: TextIO, lines: "queue.Queue[str | None]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the site looks for mentions; there is nothing in it unless a test puts it there."""
    return tmp_path_factory.mktemp("watched") / "watch"


@pytest.fixture(scope="session")
def site(releases: Path | URL, watched: Path) -> Iterator[str]:
    """The address of a server started as a person would start it, on a port that the system gave it."""
    command = [sys.executable, "-m", "app", "serve", "--releases", named(releases), "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FAULTLINES_")}
    environment["FAULTLINES_WATCH_FOLDER"] = str(watched)
    lines: queue.Queue[str | None] = queue.Queue()
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        assert server.stderr is not None
        listener = threading.Thread(target=_listen, args=(server.stderr, lines), daemon=True)
        listener.start()
        said: list[str] = []
        try:
            while True:
                line = lines.get(timeout=60)
                assert line is not None, "the server ended before it listened:\n" + "".join(said)
                said.append(line)
                if found := re.search(r"running on (http://[\d.]+:\d+)", line):
                    break
            yield found[1]
        finally:
            server.terminate()
            server.wait(timeout=15)
            listener.join(timeout=15)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser for all journeys. It ends with this package: Playwright's event loop must not outlive it, or no other
    test could start one.
    """
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser_path(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def open_reader(browser: Browser, site: str) -> Iterator[OpenReader]:
    """Seat a reader at a new browser context: nothing cached, nothing remembered. What the browser complained of in any
    of them fails the test at its end.
    """
    watches, contexts = [], []

    def seat(*, scripted: bool = True, width: int = 1280, height: int = 800, **options: Any) -> Reader:
        context = browser.new_context(
            base_url=site,
            java_script_enabled=scripted,
            viewport={"width": width, "height": height},
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        watch = Watch(site)
        watch.over(context)
        contexts.append(context)
        watches.append(watch)
        return Reader(context.new_page(), watch, scripted=scripted)

    yield seat
    for context in contexts:
        context.close()
    for watch in watches:
        watch.hold()


@pytest.fixture
def reader(open_reader: OpenReader) -> Reader:
    """A reader at a desk, with JavaScript."""
    return open_reader()


@pytest.fixture(params=[True, False], ids=["scripted", "plain"])
def either_reader(request: pytest.FixtureRequest, open_reader: OpenReader) -> Reader:
    """The reader with JavaScript, then without: both must be able to do the same."""
    return open_reader(scripted=request.param)
