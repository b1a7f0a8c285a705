"""Several replicas behind the proxy that is shipped (``deploy/proxy``), each its own process, and readers for them."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

from app.settings import PROJECT
from scripts.serving import free_port, proxy_folder
from tests import running
from tests.test_command_line import environment
from tests.test_prefix import find_nginx

PATIENCE = 60.0
"""Seconds until a process that has not started is given up."""


def ask(port: int, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    """An answer of the proxy, which may ask two replicas for it, one after the other."""
    return running.ask(port, address, 40, **headers)


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether a condition comes true in time; a refused connection is a no."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(OSError, HTTPException):
            if condition():
                return True
        time.sleep(0.02)
    return False


@dataclass
class Replica:
    """``python -m app serve`` at a port of its own, started as often as wanted."""

    port: int
    log: Path
    settings: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """As the proxy's log names it."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self, **others: str) -> None:
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                command, cwd=PROJECT, env=environment(**{**self.settings, **others}), stdout=said, stderr=said
            )

    def release(self) -> str | None:
        """The release that this replica serves, if it is ready."""
        status, body, _ = ask(self.port, "/readyz")
        return json.loads(body)["release"] if status == 200 else None

    def ready(self) -> bool:
        return until(lambda: self.release() is not None)

    def end(self) -> int:
        """Tell it to end, as Docker and Kubernetes do, and wait; its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        return self.process.wait(timeout=20)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@dataclass
class Fleet:
    """The proxy's port, the replicas behind it, and the proxy's log."""

    port: int
    replicas: Sequence[Replica]
    log: Path

    def ask(self, address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
        return ask(self.port, address, **headers)

    def lines(self) -> list[dict[str, str]]:
        """What the proxy wrote, a dictionary a request."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines() if line.startswith("{")]


@contextmanager
def fleet(work: Path, count: int, **settings: str) -> Iterator[Fleet]:
    """So many replicas, ready, behind a real nginx; all of it is ended afterwards."""
    replicas = [Replica(free_port(), work / f"replica-{n}.log", settings) for n in range(count)]
    port, log = free_port(), work / "proxy.log"
    (work / "proxy").mkdir()
    configuration = proxy_folder(work / "proxy", port, [each.port for each in replicas])
    command = [find_nginx(), "-p", f"{work}/proxy/", "-c", str(configuration), "-e", "stderr"]
    if os.geteuid() == 0:
        # A master that is root gives its workers to another user, who may not enter the folder of a test.
        command += ["-g", "user root;"]
    try:
        for each in replicas:
            each.start()
        with log.open("ab") as said, subprocess.Popen(command, stdout=said, stderr=said) as nginx:
            found = Fleet(port, replicas, log)
            try:
                for each in replicas:
                    assert each.ready(), each.log.read_text("utf-8")
                assert until(lambda: found.ask("/healthz")[0] == 200), log.read_text("utf-8")
                yield found
            finally:
                nginx.terminate()
    finally:
        for each in replicas:
            if each.process is not None and each.process.poll() is None:
                each.kill()


@dataclass
class Seen:
    """One request as its reader saw it; ``release`` is the one that the whole answer is of, ``id`` the proxy's."""

    address: str
    begun: float
    ended: float = 0.0
    status: int = 0
    release: str | None = None
    fault: str = ""
    id: str = ""


@dataclass
class Load:
    seen: list[Seen] = field(default_factory=list)

    @property
    def failed(self) -> list[Seen]:
        return [each for each in self.seen if each.fault]

    def since(self, moment: float) -> list[Seen]:
        return [each for each in self.seen if each.begun > moment]


def judge(body: bytes, marks: dict[str, bytes]) -> tuple[str | None, str]:
    """The one release that an answer is of, or what is wrong with it. ``marks``: words that only that release holds."""
    named = {found.decode() for found in re.findall(rb"/r/([0-9a-f]{12})/", body)}
    named |= {found.decode() for found in re.findall(rb'"release":"([0-9a-f]{12})"', body)}
    worded = {release for release, words in marks.items() if words in body}
    if len(named) != 1 or named != worded:
        return None, f"names {sorted(named)} and holds the words of {sorted(worded)}"
    return named.pop(), ""


@contextmanager
def readers(
    port: int, count: int, rate: float, address: Callable[[int], str], marks: dict[str, bytes]
) -> Iterator[Load]:
    """So many readers, each with a connection that it keeps, who ask so often a second between them, whatever happens.

    A reader whose answer is late is late with its next request; the others are not.
    """
    load, done, turn = Load(), threading.Event(), iter(range(10**9))
    began = time.monotonic()

    def read() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=40)
        while not done.is_set():
            n = next(turn)
            if done.wait(max(0.0, began + n / rate - time.monotonic())):
                break
            seen = Seen(address(n), time.monotonic())
            load.seen.append(seen)
            try:
                connection.request("GET", seen.address)
                answer: HTTPResponse = connection.getresponse()
                seen.status, seen.id = answer.status, answer.getheader("x-request-id", "")
                seen.release, seen.fault = judge(answer.read(), marks)
            except (OSError, HTTPException) as error:
                seen.fault = repr(error)
                connection.close()
            if seen.status != 200:
                seen.fault = f"{seen.status}; {seen.fault}"
            seen.ended = time.monotonic()
        connection.close()

    with running.in_threads(read, count, done):
        yield load
