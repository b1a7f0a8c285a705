"""The running site writes nothing and calls nobody: shown by the system's own record of what it did."""

import os
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest

from app.dossier.loading import load_dossier
from app.publish.building import publish
from app.releases.store import ReleaseFolder
from app.settings import PROJECT
from tests.page import FRAGMENT
from tests.running import folder_for_all, site, without_powers
from tests.test_dossier import change, write_small

REQUESTS = 2000
ADDRESSES = (
    "/", "/en/", "/fr/claims", "/en/claims?page=-1", "/en/nothing", "/en/search?q=alpha", "/fr/sources/daily",
    "/en/claims.json", "/fr/claims.csv", "/en/claims.atom", "/en/claims.zip", "/en/claims.bib", "/fr/index.json",
    "/en/charts/timeline.svg", "/fr/timeline", "/static/css/site.css", "/openapi.json", "/sitemap.xml", "/data.sqlite",
    "/readyz", "/metrics", "/healthz", "/en/changes", "/r/{other}/en/claims", "/r/{other}/data.sqlite",
    "/r/{other}/fr/claims.csv", "/r/000000000000/en/", "/en/claims?size=1&page=2", "/docs", "/en/claims?q=%FF",
)  # fmt: skip
CODE = ("app", "migrations", "static", "templates", "pyproject.toml")
"""What a site that runs needs of the project."""
WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND")
CHANGING = re.compile(
    r"\b(unlink|unlinkat|rename|renameat2?|mkdir|mkdirat|mknod|mknodat|rmdir|truncate|ftruncate|chmod|fchmod|fchmodat|"
    r"chown|fchown|lchown|fchownat|link|linkat|symlink|symlinkat|setxattr|utimensat|creat)\("
)
CALLING = re.compile(r"\b(connect|sendto|sendmsg)\(.*sa_family=AF_")
NAMES = 'sun_path="/var/run/nscd/socket"'
"""Where the C library asks this machine for the name of a user; it does so once, when Python starts."""


def strace() -> str:
    """The strace that ``scripts/ensure-debian.sh`` found or fetched, as ``make test`` says; else what it finds now."""
    if found := os.environ.get("FAULTLINES_TEST_STRACE"):
        return found
    done = subprocess.run(
        [PROJECT / "scripts" / "ensure-debian.sh", "strace"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def everything_newer(folder: Path, moment: float) -> list[Path]:
    """What has changed below a folder since a moment, contents, names and rights alike."""
    return [each for each in (folder, *folder.rglob("*")) if max(each.lstat().st_mtime, each.lstat().st_ctime) > moment]


def close_to_writing(folder: Path) -> None:
    """Nothing below the folder, and not the folder, may be written by anyone."""
    for each in (*folder.rglob("*"), folder):
        each.chmod(0o555 if each.is_dir() else 0o444)


def ask(port: int, count: int, other: str) -> Counter[int]:
    """How often each status came of so many requests over all addresses, by eight readers at once."""

    def some(reader: int) -> list[int]:
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        statuses = []
        for n in range(count // 8):
            if n % 5 == 0:
                address = f"/en/search?q={quote(f'{reader} {n}')}"
            else:
                address = ADDRESSES[(n + reader * 7) % len(ADDRESSES)].replace("{other}", other)
            method = "POST" if n % 50 == 49 else "HEAD" if n % 10 == 9 else "GET"
            connection.request(method, address, headers=FRAGMENT if n % 3 == 0 else {})
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        connection.close()
        return statuses

    with ThreadPoolExecutor(8) as readers:
        return Counter(status for found in readers.map(some, range(8)) for status in found)


@pytest.mark.fault("something is written, or somebody called, by a site that is asked much")
def test_the_site_writes_nothing_and_calls_nobody(told: Callable[..., None]) -> None:
    """As nobody, on a tree that nobody may write: after 2,000 mixed requests nothing on disk is newer.

    ``strace`` is the witness that nothing was opened for writing, no name was changed, and no other computer called. It
    records what was tried, so what the system would have refused is found too.
    """
    who, through = without_powers(reads_all=True)
    with folder_for_all() as parent:
        tree = parent / "tree"
        for each in CODE:
            if (PROJECT / each).is_dir():
                shutil.copytree(PROJECT / each, tree / each, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(PROJECT / each, tree / each)
        folder = ReleaseFolder(tree / "releases")
        dossier = write_small(parent)
        other = publish(load_dossier(dossier), folder).id
        change(dossier, "claims.yaml", "talk about", "talks about")
        publish(load_dossier(dossier), folder)
        close_to_writing(tree)
        record = parent / "record"
        kept = "trace=%file,%network,%desc"
        witness = (strace(), "-D", "-f", "-qq", "--seccomp-bpf", "-e", kept, "-o", str(record), *through)
        quiet = {"PYTHONDONTWRITEBYTECODE": "1"}
        try:
            with site(folder.path, parent / "log", through=witness, project=tree, before=quiet) as found:
                owner = int(re.findall(r"Uid:\s+(\d+)", Path(f"/proc/{found.process.pid}/status").read_text())[0])
                assert owner == (65534 if who.startswith("nobody") else os.geteuid())
                ask(found.port, 40, other)
                time.sleep(0.1)
                begun = time.time()
                statuses = ask(found.port, REQUESTS, other)
                newer = everything_newer(tree, begun)
                log = found.log.read_text()
        finally:
            for each in (tree, *tree.rglob("*")):
                if each.is_dir():
                    each.chmod(0o755)
        lines = record.read_text(errors="replace").splitlines()
    assert statuses.total() == REQUESTS
    assert set(statuses) <= {200, 307, 304, 400, 404, 405, 410}, statuses
    assert all(statuses[each] for each in (200, 307, 400, 404, 405, 410)), "all kinds of answers were among them"
    assert "Traceback" not in log
    assert any("openat(" in line and ".sqlite" in line for line in lines), "the record saw the release being opened"
    assert any("accept4(" in line for line in lines), "the record saw readers being let in"
    tried = [line for line in lines if "open" in line and WRITING.search(line) and "/dev/null" not in line]
    tried += [line for line in lines if CHANGING.search(line)]
    tried += [line for line in lines if CALLING.search(line) and NAMES not in line]
    told(f"requests to a site run by {who}", REQUESTS, [*newer, *tried])
