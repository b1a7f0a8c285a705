"""What was announced for a date, and what became of it: the staleness clock's second hand."""

from msgspec import Struct
from sqlmodel import Session, col, select

from app.models import Expectation, ExpectationIssue
from app.queries.claims import ClaimLink, claim_links
from app.queries.viewpoint import Viewpoint


class ExpectationLine(Struct, frozen=True):
    """``state`` is ``met``, ``lapsed`` (the date has passed and nothing on file shows it met) or ``open``."""

    id: str
    text: str
    due: str
    state: str
    announced: ClaimLink
    met: ClaimLink | None


def list_expectations(
    session: Session, *, viewpoint: Viewpoint, issue: str | None = None
) -> tuple[ExpectationLine, ...]:
    """What had been announced by the day of the view, for one issue or all, in the order of its dates."""
    statement = (
        select(Expectation)
        .where(Expectation.visible_from <= viewpoint.as_of)
        .order_by(col(Expectation.due_last), col(Expectation.ordinal))
    )
    if issue is not None:
        about = select(ExpectationIssue.expectation_id).where(ExpectationIssue.issue_id == issue)
        statement = statement.where(col(Expectation.id).in_(about))
    rows = session.exec(statement).all()
    ids = [each for row in rows for each in (row.announced_id, row.met_id) if each]
    links = claim_links(session, ids=ids, viewpoint=viewpoint)
    return tuple(
        ExpectationLine(
            id=row.id,
            text=viewpoint.text(row, "text"),
            due=row.due,
            state=_state(row, viewpoint),
            announced=links[row.announced_id],
            met=links.get(row.met_id) if row.met_id and row.met_from <= viewpoint.as_of else None,
        )
        for row in rows
    )


def _state(row: Expectation, viewpoint: Viewpoint) -> str:
    if row.met_from <= viewpoint.as_of:
        return "met"
    return "lapsed" if row.due_last < viewpoint.as_of else "open"
