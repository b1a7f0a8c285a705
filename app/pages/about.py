"""The method, the scales, and what is being served."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response

from app.filters import Filter
from app.pages.routing import page
from app.pages.visit import Frame, PlainVisit
from app.queries.claims import newest_evidence
from app.queries.listings import count_items
from app.rendering.labels import LABELS
from app.scenarios.likelihood import BANDS, Band
from app.shelf import sha256_of
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


@dataclass(frozen=True)
class AboutPage:
    """``newest`` is the day of the newest source as text; ``counts`` the length of each list; ``bands`` the chances, in
    per cent, that each word of likelihood stands for.
    """

    frame: Frame
    counts: tuple[tuple[str, int], ...]
    newest: str | None
    scales: tuple[tuple[str, tuple[str, ...]], ...]
    bands: Mapping[str, Band]
    digest: str


@page("/about")
def about(visit: PlainVisit) -> Response:
    as_of = visit.viewpoint.as_of
    with visit.session() as session:
        counts = tuple(
            (str(each), count_items(session, listing=each, chosen=Filter(), as_of=as_of)) for each in Listing
        )
        newest = newest_evidence(session, as_of=as_of)
    scales = tuple((kind, tuple(LABELS[kind])) for kind in SCALES)
    digest = sha256_of(visit.release.path).hex()
    context = AboutPage(visit.frame, counts, newest.isoformat() if newest else None, scales, BANDS, digest)
    return visit.respond(
        "about.html",
        context,
        lambda: {"counts": dict(counts), "newest_evidence": context.newest, "sha256": digest},
    )
