"""Who is measured: how each is started, where its page is, and which rows that page shows."""

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PEERS = PROJECT / "bench" / "peers"
ISSUE, SIZE = "ownership", 50
ISSUE_IS = f"issue__arraycontains={ISSUE}"
PAGE = f"/en/claims?issue={ISSUE}&size={SIZE}"
PATIENCE = 120.0
"""Seconds until a server that does not answer is given up."""


@dataclass(frozen=True)
class Contender:
    """A program, its page, and how the ids of the rows are read from that page."""

    name: str
    command: Sequence[str]
    port: int
    page: str
    ids: Callable[[str], list[str]]
    environment: dict[str, str] = field(default_factory=dict)
    accept: str = "identity"
    """The content codings that it is asked for: none where its peers have none."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.page}"


def get(port: int, address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", address, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


def text_of(contender: Contender) -> str:
    status, headers, body = get(contender.port, contender.page, Accept_Encoding=contender.accept)
    if status != 200:
        raise SystemExit(f"{contender.name} answers {status} at {contender.page}: {body[:300]!r}")
    return (gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body).decode()


@contextmanager
def running(contender: Contender) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The server up, and how many seconds it took until it gave its page; it is ended afterwards."""
    began = time.monotonic()
    # Everybody keeps bytecode, as they do where they are installed: we have more modules than our peers.
    left_out = ("FAULTLINES_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    log = PROJECT / ".make" / "bench" / f"{contender.name.replace(' ', '-').replace(',', '')}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            contender.command, cwd=PROJECT, env={**kept, **contender.environment}, stdout=output, stderr=output
        )
        try:
            while True:
                if process.poll() is not None:
                    raise SystemExit(f"{contender.name} did not start; its own words are in {log}")
                if time.monotonic() - began > PATIENCE:
                    raise SystemExit(f"{contender.name} gave no page within {PATIENCE:.0f} s; see {log}")
                try:
                    if get(contender.port, contender.page)[0] == 200:
                        break
                except OSError:
                    pass
                time.sleep(0.01)
            yield process, time.monotonic() - began
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def data_ids(text: str) -> list[str]:
    """The rows of a list in HTML, as the contract marks them."""
    results = text.partition('id="results"')[2] or text
    return re.findall(r'<(?:li|article)\b[^>]*\bdata-id="([^"]+)"', results)


def _datasette_ids(text: str) -> list[str]:
    return re.findall(r'<td class="col-id[^>]*>(?:<a [^>]*>)?([^<]+)<', text)


def python_with(name: str, needed: Path) -> Path:
    """The Python of an environment with what is needed, made once and again when that changes."""
    place = PROJECT / ".make" / "bench" / name
    python, done = place / "bin" / "python", place / "done"
    if not done.is_file() or done.read_text() != needed.read_text():
        shutil.rmtree(place, ignore_errors=True)
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", "--requirement", needed], check=True)
        done.write_text(needed.read_text())
    return python


def ours(name: str, releases: Path, port: int, accept: str = "identity", **settings: str) -> Contender:
    environment = {"FAULTLINES_RELEASES": str(releases), "FAULTLINES_LOG_LEVEL": "warning", "FAULTLINES_WARM": "0"}
    environment |= {f"FAULTLINES_{each.upper()}": value for each, value in settings.items()}
    # As it is installed to be served: this process's own environment has what tests need, too.
    python = python_with("own", PROJECT / "requirements.txt")
    command = [str(python), "-m", "app", "serve", "--port", str(port)]
    return Contender(name, command, port, PAGE, data_ids, environment, accept)


FACETS = ("issue", "party", "status", "kind", "attribution", "source", "impact", "driver", "flag", "rank")


def claims_table(release: Path, target: Path, day: str) -> Path:
    """The claims of a release as somebody who publishes with Datasette would lay them out.

    One table, with the tags of each claim as lists in JSON, so that all ten facets can be counted, and its evidence.
    """
    target.unlink(missing_ok=True)
    tags = ", ".join(
        "(SELECT json_group_array(value) FROM (SELECT value FROM r.listing_tag t WHERE t.listing = 'claims' "  # noqa: S608
        f"AND t.item = c.id AND t.parameter = '{each}' AND t.since <= :day AND t.until > :day "
        f"ORDER BY value)) AS {each}"
        for each in FACETS
        if each not in ("kind", "attribution")
    )
    evidence = (
        "(SELECT json_group_array(json_object('source', e.source_id, 'publisher', s.publisher_en, 'title', s.title_en, "
        "'published', s.published, 'locator', e.locator, 'stance', e.stance, 'reliability', s.reliability, "
        "'credibility', e.credibility, 'access', s.access, 'url', s.url, 'wording', e.wording)) "
        "FROM r.evidence e JOIN r.source s ON s.id = e.source_id WHERE e.claim_id = c.id) AS evidence"
    )
    with closing(sqlite3.connect(target)) as connection:
        connection.execute("ATTACH ? AS r", (str(release),))
        connection.execute(
            "CREATE TABLE claims AS "  # noqa: S608
            "SELECT c.id, c.text_en, c.kind, c.attribution, c.happened, c.reported, i.position, "
            f"{tags}, {evidence} FROM r.claim c JOIN r.listing_item i ON i.listing = 'claims' AND i.item = c.id "
            "WHERE i.visible_from <= :day",
            {"day": day},
        )
        connection.execute("CREATE UNIQUE INDEX claims_by_id ON claims (id)")
        connection.execute("CREATE INDEX claims_by_position ON claims (position)")
        connection.commit()
    return target


def contenders(release: Path, day: str, page: bytes, port: int, peers: Path) -> list[Contender]:
    """All peers of one release. ``page`` is our page, which bare ASGI and nginx serve as it is."""
    work = PROJECT / ".make" / "bench"
    packed = gzip.compress(page, 9, mtime=0)
    (work / "body.gz").write_bytes(packed)
    (work / "www").mkdir(exist_ok=True)
    (work / "www" / "claims.html").write_bytes(page)
    (work / "www" / "claims.html.gz").write_bytes(packed)
    python = str(peers)
    chosen = {
        "BENCH_RELEASE": str(release),
        "BENCH_DAY": day,
        "BENCH_BODY": str(work / "body.gz"),
        "PYTHONPATH": str(PEERS),
    }
    uvicorn = [python, "-m", "uvicorn", "--log-level", "warning", "--no-access-log", "--app-dir", str(PEERS)]
    theirs = f"/claims?issue={ISSUE}&size={SIZE}"
    facets = "&".join(
        f"_facet={each}" if each in ("kind", "attribution") else f"_facet_array={each}" for each in FACETS
    )
    laid_out = claims_table(release, work / "claims.db", day)
    table = f"/claims/claims?{ISSUE_IS}&_sort_desc=position&_size={SIZE}&{facets}"
    found = [
        Contender("bare ASGI", [*uvicorn, "bare:app", "--port", str(port)], port, "/", data_ids, chosen, "gzip"),
        Contender("tutorial", [*uvicorn, "tutorial:app", "--port", str(port + 1)], port + 1, theirs, data_ids, chosen),
        Contender(
            "Flask",
            [python, "-m", "gunicorn", "-w", "1", "-b", f"127.0.0.1:{port + 2}", "flask_sqlite:app"],
            port + 2,
            theirs,
            data_ids,
            chosen,
        ),
        Contender(
            "Datasette",
            [
                python,
                "-m",
                "datasette",
                "serve",
                "-i",
                str(laid_out),
                "-p",
                str(port + 3),
                "--setting",
                "default_cache_ttl",
                "0",
            ],
            port + 3,
            table,
            _datasette_ids,
        ),
        Contender(
            "Datasette JSON",
            ["true"],
            port + 3,
            table.replace("/claims?", "/claims.json?_shape=objects&"),
            lambda text: [row["id"] for row in json.loads(text)["rows"]],
        ),
    ]
    if nginx := shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        configuration = work / "nginx.conf"
        configuration.write_text(NGINX.format(work=work, port=port + 4))
        command = [nginx, "-p", str(work), "-c", str(configuration), "-e", str(work / "nginx-error.log")]
        found.append(Contender("nginx", command, port + 4, "/claims.html", data_ids, accept="gzip"))
    return found


NGINX = """daemon off;
worker_processes 1;
pid {work}/nginx.pid;
events {{ worker_connections 256; }}
http {{
  access_log off;
  types {{ text/html html; }}
  client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3;
  uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
  keepalive_requests 10000000;
  server {{ listen 127.0.0.1:{port}; root {work}/www; gzip_static on; }}
}}
"""


@contextmanager
def all_running(wanted: Sequence[Contender]) -> Iterator[dict[str, tuple[Contender, subprocess.Popen[bytes], float]]]:
    """Every contender up, by name; one whose command is ``true`` is served by the one before it."""
    with ExitStack() as stack:
        up: dict[str, tuple[Contender, subprocess.Popen[bytes], float]] = {}
        for each in wanted:
            if each.command[0] == "true":
                host = next(entry for entry in up.values() if entry[0].port == each.port)
                up[each.name] = (each, host[1], host[2])
            else:
                up[each.name] = (each, *stack.enter_context(running(each)))
        yield up


def memory(process: subprocess.Popen[bytes]) -> float:
    """Proportional set size of a process and its children, in MB."""
    total, waiting = 0, [process.pid]
    while waiting:
        pid = waiting.pop()
        waiting += [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        total += int(re.findall(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)[0])
    return total / 1000
