"""What publishers said since, and what became of cited addresses, as data. None of it is evidence."""

from typing import Annotated, Literal

from typing_extensions import TypedDict

from app.rendering.addresses import Addresses
from app.rendering.data.shapes import Address, Day, one_of
from app.vocabulary import CheckOutcome
from app.watch.mentions import Check, Mention


class MentionData(TypedDict):
    """What somebody said since; ``address`` is where. Nobody has reviewed it."""

    id: str
    url: Address
    title: str
    publisher: str
    address: str
    published: Day | None
    seen: Day
    language: str
    feed: str
    issues: list[str]
    parties: list[str]
    terms: list[str]
    evidence: Literal[False]


class CheckData(TypedDict):
    """What became of a source's address when it was last asked for."""

    outcome: Annotated[str, one_of(CheckOutcome)]
    when: Day
    status: int | None
    address: str | None
    archived: str | None


def mention_data(mention: Mention, to: Addresses) -> MentionData:
    return {
        "id": mention.id,
        "url": to.page("/mentions", anchor=f"mention-{mention.id}"),
        "title": mention.title,
        "publisher": mention.publisher,
        "address": mention.address,
        "published": mention.published.isoformat() if mention.published else None,
        "seen": mention.seen.isoformat(),
        "language": mention.language,
        "feed": mention.feed,
        "issues": list(mention.issues),
        "parties": list(mention.parties),
        "terms": list(mention.terms),
        "evidence": False,
    }


def check_data(check: Check | None) -> CheckData | None:
    """``None`` where the address was never asked for."""
    if check is None:
        return None
    return {
        "outcome": check.outcome,
        "when": check.when.isoformat(),
        "status": check.status,
        "address": check.address,
        "archived": check.archived,
    }
