"""A site in a process of its own, and readers that ask it all at once, for tests of what befalls one."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import URL

from app.releases.store import Store
from app.settings import PROJECT
from scripts.serving import free_port
from tests.stores import store
from tests.test_command_line import environment


def ask(port: int, address: str, patience: float, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an answer, for which a connection of its own waits so many seconds."""
    connection = HTTPConnection("127.0.0.1", port, timeout=patience)
    try:
        connection.request("GET", address, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        return response.status, response.read(), {k.lower(): v for k, v in response.getheaders()}
    finally:
        connection.close()


@contextmanager
def in_threads(work: Callable[[], None], count: int, done: threading.Event) -> Iterator[None]:
    """The same work in so many threads, each of which ends when it sees that all is ``done``."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


@dataclass
class Site:
    """A site served by a process of its own."""

    port: int
    store: Store
    process: subprocess.Popen[str]
    log: Path
    first: str = ""
    second: str = ""

    def get(self, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        return ask(self.port, address, 20, **headers)

    def ready(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.get("/readyz")[1])
        return found

    def wait(self, condition: Callable[[], bool], seconds: float = 15) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with suppress(OSError):
                if condition():
                    return True
            time.sleep(0.05)
        return False

    def workers(self) -> list[int]:
        """The processes that answer, where there are several."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = [int(each) for each in children.read_text().split()]
        return [pid for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def named(releases: Path | URL) -> str:
    """A place of releases as a command is told of it."""
    return releases.render_as_string(hide_password=False) if isinstance(releases, URL) else str(releases)


@contextmanager
def site(
    releases: Path | URL,
    log: Path,
    *arguments: str,
    before: Mapping[str, str] | None = None,
    through: Sequence[str] = (),
    project: Path = PROJECT,
    **settings: str,
) -> Iterator[Site]:
    """A site in a process of its own, up and answering; what it says goes into a file.

    ``before`` is more of its environment, ``through`` a command that runs it, ``project`` the folder with its code.
    """
    port = free_port()
    command = [*through, sys.executable, "-m", "app", "serve"]
    command += ["--releases", named(releases), "--port", str(port), *arguments]
    variables = {**environment(**settings), **(before or {})}
    with log.open("w") as said:
        process = subprocess.Popen(command, cwd=project, env=variables, stdout=said, stderr=said)
    found = Site(port, store(releases), process, log)
    try:
        assert found.wait(lambda: found.get("/healthz")[0] == 200, 60), log.read_text()
        yield found
    finally:
        if process.poll() is None:
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
        process.kill()
        process.wait()


PLAIN = ("--reuid", "65534", "--regid", "65534", "--clear-groups")
"""What makes a process nobody's. Where Python lies in a folder of root's own, nobody cannot run it, but:"""
POWERS = {
    "nobody": PLAIN,
    "nobody, who may read all": (*PLAIN, "--inh-caps", "+dac_read_search", "--ambient-caps", "+dac_read_search"),
    "root without powers": ("--inh-caps=-all", "--bounding-set=-all"),
}


@cache
def without_powers(*, reads_all: bool) -> tuple[str, tuple[str, ...]]:
    """Who a site may be run as that may write nowhere, and the command that makes it so; where not root, this user.

    ``reads_all`` says whether it may be one who can read what is closed.
    """
    if os.geteuid() != 0:
        return "the user who tests", ()
    for name, arguments in POWERS.items():
        command = ("setpriv", *arguments)
        tried = [*command, sys.executable, "-B", "-c", "import app.main"]
        if (reads_all or "all" not in name) and subprocess.run(
            tried, cwd=PROJECT, check=False, capture_output=True
        ).returncode == 0:
            return name, command
    raise AssertionError("root cannot give up its powers here: setpriv of util-linux is needed")


@contextmanager
def folder_for_all() -> Iterator[Path]:
    """A temporary folder that everybody may enter; those that pytest makes are for this user alone."""
    with TemporaryDirectory(prefix="faultlines-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@dataclass
class Load:
    """What a number of readers saw: how many answers, and every one that was wrong."""

    answers: int = 0
    wrong: list[str] = field(default_factory=list)
    releases: set[str] = field(default_factory=set)


@contextmanager
def readers(found: Site, count: int, marks: Mapping[str, bytes]) -> Iterator[Load]:
    """So many readers, each asking for a list as page and as data, as fast as it is answered.

    ``marks`` is what each release says in it, and no other.
    """
    load, done, lock = Load(), threading.Event(), threading.Lock()

    def read() -> None:
        while not done.is_set():
            for address, end in (("/en/claims", b"</html>"), ("/en/claims.json", b"}")):
                try:
                    status, body, _ = found.get(address)
                except (OSError, HTTPException) as error:
                    load.wrong.append(repr(error))
                    continue
                of = {each for each in marks if each.encode() in body}
                said = {each for each, mark in marks.items() if mark in body}
                with lock:
                    load.answers += 1
                    load.releases |= said
                    if status != 200 or not body.rstrip().endswith(end) or len(said) != 1 or of != said:
                        load.wrong.append(f"{status}, names {of}, says what {said} say: {body[-80:]!r}")

    with in_threads(read, count, done):
        yield load
