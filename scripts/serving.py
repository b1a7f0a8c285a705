"""The site as a person would see it, for whatever looks at it: a dossier, published aside and served."""

import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from starlette.types import ASGIApp

from app.dates import IncompleteDate
from app.dossier.loading import load_dossier
from app.main import create_app
from app.operations.protocol import Protocol
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.settings import PROJECT, Settings

PATIENCE = 30.0
"""Seconds until a server that has not started is given up."""


SHIPPED_PROXY = PROJECT / "deploy" / "proxy"


def free_port() -> int:
    """A port of this machine that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@contextmanager
def running(app: ASGIApp, root_path: str = "") -> Iterator[int]:
    """Serve an application in a thread of this process; gives the port of this machine that it listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, http=Protocol, log_level="warning", server_header=False, root_path=root_path)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        waited = 0.0
        while not server.started:
            if waited > PATIENCE or not thread.is_alive():
                raise OSError("the site did not start; its own words are above")
            time.sleep(0.05)
            waited += 0.05
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(timeout=PATIENCE)


@contextmanager
def served(dossier_folder: Path = PROJECT / "dossier", *, styleguide: bool = False) -> Iterator[str]:
    """The address of a server on a free port of this machine; it and its release are gone afterwards.

    It shows the shipped dossier, or another. The site's day is the one until which the record was searched, so what is
    shown depends on that alone.
    Nothing is made before it is asked for: whoever measures has the machine to themselves.
    """
    dossier = load_dossier(dossier_folder)
    day = IncompleteDate.parse(dossier.edition.compiled).last
    with TemporaryDirectory() as folder:
        publish(dossier, ReleaseFolder(Path(folder)))
        settings = Settings(releases=Path(folder), styleguide=styleguide, warm=False)
        with running(create_app(settings, clock=lambda: day)) as port:
            yield f"http://127.0.0.1:{port}"


@contextmanager
def process(releases: Path) -> Iterator[tuple[int, int]]:
    """A server of these releases as a process of its own, for what is measured of one: its id and its port."""
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--releases", str(releases), "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if server.poll() is not None or time.monotonic() > deadline:
                        raise
                    time.sleep(0.05)
            yield server.pid, port
        finally:
            server.terminate()


def proxy_folder(work: Path, port: int, replicas: Sequence[int]) -> Path:
    """The proxy's configuration that is shipped, in a folder of its own: only its port and the replicas are others."""
    shipped = (SHIPPED_PROXY / "nginx.conf").read_text("utf-8")
    assert shipped.count("listen 8080;") == 1
    (work / "nginx.conf").write_text(shipped.replace("listen 8080;", f"listen 127.0.0.1:{port};"), "utf-8")
    named = (SHIPPED_PROXY / "replicas.conf").read_text("utf-8")
    (line,) = re.findall(r"(?m)^server replica:8000 resolve (.*);$", named)
    (work / "replicas.conf").write_text("".join(f"server 127.0.0.1:{each} {line};\n" for each in replicas), "utf-8")
    return work / "nginx.conf"
