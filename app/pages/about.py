"""The method, the scales, and what is being served."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import Response

from app.filters import Filter
from app.pages.routing import page
from app.pages.sbom import SBOM_PATH
from app.pages.visit import Frame, PlainVisit
from app.queries.claims import newest_evidence
from app.queries.listings import count_items
from app.rendering.labels import LABELS
from app.scenarios.likelihood import BANDS, Band
from app.security import security_headers
from app.settings import Settings
from app.vocabulary import Listing

SCALES = (
    "status",
    "attribution",
    "flag",
    "issue-status",
    "access",
    "reliability",
    "credibility",
    "firmness",
    "likelihood",
)


class Integrity(Struct, frozen=True):
    """What stands behind the promise that nothing is changed on the way: the SHA-256 of the release's file, how it was
    opened, the content security policy in force, and where the list of all parts of the program is.
    """

    digest: str
    flags: str
    policy: str
    sbom: str


class AboutPage(Struct, frozen=True):
    """``newest`` is the day of the newest source as text; ``counts`` the length of each list; ``bands`` the chances, in
    per cent, that each word of likelihood stands for.
    """

    frame: Frame
    counts: tuple[tuple[str, int], ...]
    newest: str | None
    scales: tuple[tuple[str, tuple[str, ...]], ...]
    bands: Mapping[str, Band]
    integrity: Integrity


@page("/about")
def about(visit: PlainVisit, request: Request) -> Response:
    as_of = visit.viewpoint.as_of
    with visit.session() as session:
        counts = tuple(
            (str(each), count_items(session, listing=each, chosen=Filter(), as_of=as_of)) for each in Listing
        )
        newest = newest_evidence(session, as_of=as_of)
    scales = tuple((kind, tuple(LABELS[kind])) for kind in SCALES)
    settings: Settings = request.app.state.settings
    policy = security_headers(settings.frame_ancestors)["Content-Security-Policy"]
    integrity = Integrity(visit.release.digest, visit.release.flags, policy, f"{visit.frame.to.root}{SBOM_PATH}")
    context = AboutPage(visit.frame, counts, newest.isoformat() if newest else None, scales, BANDS, integrity)
    return visit.respond(
        "about.html",
        context,
        lambda: {"counts": dict(counts), "newest_evidence": context.newest, "integrity": asdict(integrity)},
    )
