"""Which mentions somebody has dealt with."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.models import ReviewedMention

AT_A_TIME = 500
"""Ids in one statement; SQLite takes a bounded number."""


def reviewed_among(session: Session, *, ids: Sequence[str]) -> frozenset[str]:
    """Those of these mentions that were dismissed or are on file as sources, in this release."""
    found: set[str] = set()
    for start in range(0, len(ids), AT_A_TIME):
        some = ids[start : start + AT_A_TIME]
        found.update(session.exec(select(ReviewedMention.id).where(col(ReviewedMention.id).in_(some))))
    return frozenset(found)
