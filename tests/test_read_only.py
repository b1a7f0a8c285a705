"""The running site writes nothing and calls nobody: shown by the system's own record of what it did."""

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases import ReleaseFolder
from app.settings import PROJECT
from tests.test_command_line import environment, free_port
from tests.test_dossier import write_small

ADDRESSES = (
    "/en/", "/fr/claims", "/en/claims.json", "/en/search?q=alpha", "/fr/timeline", "/en/charts/timeline.svg",
    "/static/css/site.css", "/en/nothing", "/en/claims?page=-1", "/", "/readyz", "/metrics", "/fr/sources/daily",
)  # fmt: skip
WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")
CHANGING = re.compile(
    r"\b(unlink|unlinkat|rename|renameat2?|mkdir|mkdirat|truncate|ftruncate|chmod|fchmod|link|symlink)\("
)


def everything_newer(folder: Path, moment: float) -> list[Path]:
    return [each for each in folder.rglob("*") if each.lstat().st_mtime > moment]


def ask(port: int, count: int) -> list[int]:
    """The statuses of so many requests over all addresses, by eight readers at once."""

    def some(reader: int) -> list[int]:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        statuses = []
        for n in range(count // 8):
            connection.request(
                "GET", ADDRESSES[(n + reader) % len(ADDRESSES)] if n % 5 else f"/en/search?q={quote(str(n))}"
            )
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()
        return statuses

    with ThreadPoolExecutor(8) as readers:
        return [status for found in readers.map(some, range(8)) for status in found]


def test_the_site_writes_nothing_and_calls_nobody(tmp_path: Path) -> None:
    """Asked much, the site opens no file for writing, changes no name, and connects to no other computer.

    ``strace`` is the witness (`apt-get install strace`): it records what was tried, so it counts for root too.
    """
    strace = shutil.which("strace")
    if strace is None and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "strace"], check=False, capture_output=True)
        strace = shutil.which("strace")
    assert strace, "this proof needs strace, which could not be installed: sudo apt-get install strace"
    folder = ReleaseFolder(tmp_path / "releases")
    publish(load_dossier(write_small(tmp_path)), folder)
    for each in folder.path.iterdir():
        each.chmod(0o444)
    folder.path.chmod(0o555)
    record, port = tmp_path / "record", free_port()
    command = [strace, "-D", "-f", "-qq", "-e", "trace=%file,%network,ftruncate,fchmod", "-o", str(record)]
    command += [sys.executable, "-m", "app", "serve", "--releases", str(folder.path), "--port", str(port)]
    settings = {**environment(), "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(command, cwd=PROJECT, env=settings, stderr=subprocess.DEVNULL)
    try:
        statuses: list[int] = []
        for _ in range(600):
            with suppress(OSError):
                statuses = ask(port, 8)
                break
            time.sleep(0.1)
        assert statuses, "the site did not start"
        begun = time.time()
        statuses = ask(port, 400)
    finally:
        process.terminate()
        process.wait(timeout=40)
        folder.path.chmod(0o755)
    assert len(statuses) == 400
    assert set(statuses) <= {200, 307, 400, 404}
    newer = everything_newer(folder.path, begun) + everything_newer(PROJECT / "app", begun)
    assert not newer, newer
    lines = record.read_text(errors="replace").splitlines()
    assert any("openat(" in line and ".sqlite" in line for line in lines), "the record saw the release being opened"
    written = [line for line in lines if "openat(" in line and WRITING.search(line) and "/dev/null" not in line]
    written += [line for line in lines if CHANGING.search(line)]
    assert not [line for line in written if " = -1 " not in line], written[:5]
    assert not [line for line in lines if "connect(" in line and "AF_INET" in line], "the site called somebody"
