"""The attribution ladder: from a document, through the reports it passes on, to whoever stands behind them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from app.models import Source
from app.queries.viewpoint import Viewpoint

SOURCE = "source"
VOICE = "voice"


class Rung(Struct, frozen=True):
    """One step of a chain: a document (``kind`` is ``source``), or who stands behind the last one (``voice``).

    The ``id`` of a document is its source's, and ``visible`` says whether it has a page on the day of the view; that of
    a voice is the claim's attribution, with the ``speakers`` that are named.
    """

    kind: str
    id: str
    name: str = ""
    visible: bool = False
    speakers: tuple[str, ...] = ()


def voice(attribution: str, speakers: Sequence[str]) -> Rung:
    """The last rung of a claim's chains."""
    return Rung(VOICE, attribution, speakers=tuple(speakers))


def read_relayed(session: Session, *, ids: Sequence[str]) -> Mapping[str, tuple[Source, ...]]:
    """For each source itself, the report it passes on, what that passes on, …; all in one statement."""
    rows = {row.id: row for row in session.exec(_reached(), params={"ids": ids})}
    return {each: tuple(_upwards(each, rows)) for each in ids}


@cache
def _reached() -> SelectOfScalar[Source]:
    """The sources among some ids, and all that they pass on."""
    wanted: Any = bindparam("ids", expanding=True)
    reached = select(Source.id, Source.relays_id).where(col(Source.id).in_(wanted)).cte("reached", recursive=True)
    reached = reached.union(select(Source.id, Source.relays_id).join(reached, col(Source.id) == reached.c.relays_id))
    return select(Source).where(col(Source.id).in_(select(reached.c.id)))


def read_chains(session: Session, *, ids: Sequence[str], viewpoint: Viewpoint) -> Mapping[str, tuple[Rung, ...]]:
    """For each source the rungs from itself to the first report of what it passes on.

    A report further up is named by the one that was read, so it stands there even on a day on which it is not surely
    published itself.
    """
    return {
        each: tuple(
            Rung(SOURCE, row.id, viewpoint.text(row, "publisher"), row.visible_from <= viewpoint.as_of)
            for row in relayed
        )
        for each, relayed in read_relayed(session, ids=ids).items()
    }


def _upwards(identifier: str | None, rows: Mapping[str, Source]) -> Iterator[Source]:
    passed: set[str] = set()
    while identifier is not None and identifier not in passed:
        passed.add(identifier)
        yield rows[identifier]
        identifier = rows[identifier].relays_id
