"""For those who run the site: is the process alive, is it ready to serve, and what has it done?"""

from datetime import date

from fastapi import APIRouter, Request
from msgspec import Struct
from msgspec.structs import asdict
from starlette.responses import JSONResponse, Response

from app.caching.layer import PageCache
from app.current import CurrentRelease
from app.engines import index_answers, index_kind
from app.operations import metrics
from app.pages.visit import Clock
from app.queries.claims import newest_evidence
from app.releases.opening import OpenRelease
from app.releases.store import NoRelease
from app.watch.mentions import WatchedFolder

router = APIRouter()
NEVER_KEPT = {"Cache-Control": "no-store"}


@router.api_route("/healthz", methods=["GET", "HEAD"], summary="Is the process alive?")
def healthz() -> Response:
    return JSONResponse({"status": "alive"}, headers=NEVER_KEPT)


class Condition(Struct, frozen=True):
    """What is served and whether anything is wrong.

    ``newest`` is the day of the newest source behind any claim; ``index`` what the search is made with, and ``search``
    whether that answers.
    """

    release: OpenRelease
    newest: date | None
    age: int | None
    index: str
    search: bool
    problem: str | None


def condition(request: Request) -> Condition:
    """How things stand now; raise ``NoRelease`` where there is nothing to serve."""
    current: CurrentRelease = request.app.state.current
    clock: Clock = request.app.state.clock
    release, today = current.get(), clock()
    with release.session() as session:
        newest = newest_evidence(session, as_of=today)
        index, search = index_kind(session), index_answers(session)
    return Condition(release, newest, (today - newest).days if newest else None, index, search, current.problem)


@router.api_route("/readyz", methods=["GET", "HEAD"], summary="Is there a release to serve?")
def readyz(request: Request) -> Response:
    """``ready`` with the release served; with ``problem`` where all is not well with it; 503 without any.

    ``fts5``, or ``tsvector`` where the release is in PostgreSQL, says whether the index of the search answers.
    """
    try:
        found = condition(request)
    except NoRelease as error:
        return JSONResponse({"status": "unavailable", "problem": str(error)}, 503, {**NEVER_KEPT, "Retry-After": "5"})
    body = {
        "status": "ready",
        "release": found.release.id,
        "claims": found.release.claims,
        "sha256": found.release.digest,
        "schema": found.release.schema,
        found.index: found.search,
        "newest_evidence": found.newest and found.newest.isoformat(),
        "evidence_age_days": found.age,
        **({"problem": found.problem} if found.problem else {}),
    }
    return JSONResponse(body, headers=NEVER_KEPT)


@router.api_route("/metrics", methods=["GET", "HEAD"], summary="What has been answered, for Prometheus")
def measured(request: Request) -> Response:
    """Counts of requests and how things stand: ``faultlines_ready`` is 0 where ``/readyz`` would answer 503.

    Each process has a page cache of its own; the numbers are those of the process that answers.
    """
    kept: PageCache = request.app.page_cache
    watched: WatchedFolder = request.app.state.mentions
    try:
        found = condition(request)
    except NoRelease:
        moment = metrics.Moment({"ready": ("Whether there is a release to serve.", 0)}, None, watched.successes)
    else:
        now = {
            "ready": ("Whether there is a release to serve.", 1.0),
            "problem": (
                "Whether something is wrong with the release, which /readyz names.",
                float(bool(found.problem)),
            ),
            "claims": ("Claims in the release served.", float(found.release.claims)),
        }
        for name, value in asdict(kept.statistics).items():
            now[f"page_cache_{name}"] = (f"The page cache of this process: {name.replace('_', ' ')}.", float(value))
        if found.age is not None:
            now["evidence_age_days"] = ("Days since the newest source behind any claim.", float(found.age))
        moment = metrics.Moment(now, found.release.id, watched.successes)
    return Response(metrics.exposition(moment), headers=NEVER_KEPT, media_type=metrics.CONTENT_TYPE)
