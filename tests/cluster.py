"""A PostgreSQL server for the tests: in a temporary folder, on a socket of its own, ended with the tests."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from app.settings import PROJECT

OWNER = "faultlines"
"""The role that publishes, and the superuser of the cluster."""


def programs() -> Path:
    """The folder of PostgreSQL's programs: those that ``make test`` found or fetched, else found or fetched now."""
    chosen = os.environ.get("FAULTLINES_TEST_POSTGRES")
    if chosen:
        return Path(chosen)
    found = subprocess.run(
        [PROJECT / "scripts" / "ensure-postgres.sh"], check=False, capture_output=True, text=True, timeout=600
    )
    assert found.returncode == 0, found.stderr
    return Path(found.stdout.strip())


class Cluster:
    """A server, primary or replica; ``url`` is the address of one of its databases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._bin = programs()
        self._account: str | None = None
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            self._account = next(each for each in ("postgres", "nobody") if _known(each))
            shutil.chown(folder, self._account)
            self._bin = _reachable(self._bin, self._account, folder)
        folder.chmod(0o700)

    def run(self, *command: str) -> None:
        done = subprocess.run(
            [self._bin / command[0], *command[1:]],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            user=self._account,
            env=self._environment(),
            cwd=self.folder,
        )
        assert done.returncode == 0, done.stderr

    def _environment(self) -> dict[str, str]:
        library = ":".join(str(each.parent) for each in self._bin.parents[3].glob("lib/*/libpq.so.5"))
        return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": library}

    def make(self) -> None:
        """Its own language is English, as most servers' is: what must not depend on it is shown not to."""
        self.run(
            "initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US",
            f"--username={OWNER}", "--auth=trust", f"--pgdata={self.data}",
        )  # fmt: skip

    def start(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            # What is written need not outlive the machine: these are tests.
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "200",
            "wal_level": "replica",
            "max_wal_senders": "4",
            "max_locks_per_transaction": "256",
            "hot_standby": "on",
        }
        log = (self.folder / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.data, *(f"--{name}={each}" for name, each in settings.items())],
                stdout=log,
                stderr=log,
                user=self._account,
                env=self._environment(),
                cwd=self.folder,
            )
        for _ in range(300):
            try:
                self.connect("postgres").close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text(errors="replace")
                time.sleep(0.1)
            else:
                return
        pytest.fail("the database did not start")

    def stop(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(timeout=30)
            self._process = None

    def connect(self, database: str, role: str = OWNER) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self.folder), dbname=database, user=role, autocommit=True, connect_timeout=5)

    def url(self, database: str, role: str = OWNER) -> URL:
        return URL.create("postgresql+psycopg", username=role, database=database, query={"host": str(self.folder)})

    def new_database(self) -> URL:
        name = f"releases_{next(self._numbers)}"
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self.url(name)

    @contextmanager
    def replica(self) -> Iterator["Cluster"]:
        """A server that streams all from this one and takes no writes."""
        with temporary_folder() as folder:
            other = Cluster(folder)
            other.run("pg_basebackup", f"--host={self.folder}", f"--username={OWNER}", f"--pgdata={other.data}",
                      "--write-recovery-conf", "--checkpoint=fast", "--no-sync")  # fmt: skip
            other.start()
            try:
                yield other
            finally:
                other.stop()


def _reachable(programs: Path, account: str, folder: Path) -> Path:
    """The folder of the programs, or a copy of it where an account may not pass to it, as below /root."""
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, user=account, cwd="/")
    except PermissionError:
        # The programs look for what belongs to them from where they lie, so all that was unpacked goes along.
        whole = programs.parents[3]
        copy = folder.parent / f"{folder.name}-programs"
        shutil.copytree(whole, copy, symlinks=True)
        return copy / programs.relative_to(whole)
    return programs


def _known(account: str) -> bool:
    try:
        pwd.getpwnam(account)
    except KeyError:
        return False
    return True


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A short path that other accounts may pass: a socket's name has at most 107 bytes."""
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as parent:
        Path(parent).chmod(0o755)
        folder = Path(parent) / "a"
        folder.mkdir()
        yield folder


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    with temporary_folder() as folder:
        cluster = Cluster(folder)
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
