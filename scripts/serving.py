"""The site as a person would see it, for whatever looks at it: a dossier, published aside and served."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from app.dates import IncompleteDate
from app.dossier.loading import load_dossier
from app.main import create_app
from app.operations.protocol import Protocol
from app.publish.building import publish
from app.releases import ReleaseFolder
from app.settings import PROJECT, Settings

PATIENCE = 30.0
"""Seconds until a server that has not started is given up."""


def free_port() -> int:
    """A port of this machine that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


@contextmanager
def served(dossier_folder: Path = PROJECT / "dossier", *, styleguide: bool = False) -> Iterator[str]:
    """The address of a server on a free port of this machine; it and its release are gone afterwards.

    It shows the shipped dossier, or another. The site's day is the one until which the record was searched, so what is
    shown depends on that alone.
    Nothing is made before it is asked for: whoever measures has the machine to themselves.
    """
    dossier = load_dossier(dossier_folder)
    day = IncompleteDate.parse(dossier.edition.compiled).last
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listening:
        publish(dossier, ReleaseFolder(Path(folder)))
        settings = Settings(releases=Path(folder), styleguide=styleguide, warm=False)
        app = create_app(settings, clock=lambda: day)
        server = uvicorn.Server(uvicorn.Config(app, http=Protocol, log_level="warning", server_header=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        waited = 0.0
        while not server.started:
            if waited > PATIENCE or not thread.is_alive():
                raise OSError("the site did not start; its own words are above")
            time.sleep(0.05)
            waited += 0.05
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=PATIENCE)
