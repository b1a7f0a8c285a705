"""The cards of a release's claims, rendered when it is published, so that a list puts ready text together.

They are rendered once for each language, of the day from which on nothing changes, with a mark in place of what
comes before the language in an address. They are good for the very program that rendered them, whose digest stands with
them: any other renders its own, as it does for a reader who chose a day. What is shown is the same, byte for byte.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from markupsafe import Markup, escape
from msgspec import Struct
from sqlmodel import col, select

from app.models import Claim
from app.queries.claims import read_claims
from app.queries.viewpoint import Viewpoint
from app.releases.files import cards_path, digest_path, file_digest, write_whole
from app.releases.opening import OpenRelease
from app.releases.store import ReleaseFolder, Store
from app.rendering.addresses import Addresses
from app.rendering.environment import environment
from app.rendering.static_files import program_digest
from app.rendering.terms import Lens
from app.rendering.translations import LANGUAGES

BASE = "\ufdd0"
"""Stands in a card for what comes before the language in an address: Unicode promises that no text holds this sign."""
MOST = 20_000
"""Claims above which none are rendered: a million take ten minutes and more room than the release."""
BATCH = 500


class CardFrame(Struct, frozen=True):
    """What a card reads of the frame of its page."""

    to: Addresses
    terms: Lens


def cards_for(store: Store) -> Callable[[str], None] | None:
    """What puts the cards beside a release of a store, given its id; only a folder has a place for them."""
    return (lambda identifier: write_cards(store.path_of(identifier))) if isinstance(store, ReleaseFolder) else None


def write_cards(path: Path) -> None:
    """Render the cards of a release beside it, unless this program has."""
    target = cards_path(path)
    release = OpenRelease(path)
    try:
        known = release.cards
        if release.claims > MOST or (known is not None and known.program == program_digest()):
            return
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("CREATE TABLE made_by (program TEXT NOT NULL)")
                connection.execute("INSERT INTO made_by VALUES (?)", (program_digest(),))
                connection.execute("CREATE TABLE card (language TEXT, claim TEXT, card TEXT NOT NULL)")
                connection.execute("BEGIN")
                for language in LANGUAGES:
                    connection.executemany("INSERT INTO card VALUES (?, ?, ?)", _rendered(release, language))
                # Beside the rows: in a tree of its own a card would not fit a page of the file.
                connection.execute("CREATE UNIQUE INDEX card_of ON card (language, claim)")
                connection.execute("COMMIT")
            part.chmod(0o644)
            # A server that opens the two between these steps finds that they do not agree, and does without.
            write_whole(digest_path(target), f"{file_digest(part)}  {target.name}\n")
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    finally:
        release.close()


def _rendered(release: OpenRelease, language: str) -> Iterator[tuple[str, str, str]]:
    to = Addresses(BASE, language)
    frame = CardFrame(to, Lens(release.misleading, to))
    macros = environment(language).get_template("macros/ui.html").make_module({"frame": frame})
    with release.session() as session:
        ids = session.exec(select(Claim.id).order_by(col(Claim.id))).all()
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            for claim in read_claims(session, ids=some, viewpoint=Viewpoint(language, release.settled)):
                yield language, claim.id, str(macros.claim_card(claim))  # type: ignore[attr-defined]


def ready_cards(release: OpenRelease, *, ids: Sequence[str], as_of: date, to: Addresses) -> Markup | None:
    """The cards of these claims, one after the other; ``None`` where they have to be rendered for this reader."""
    cards = release.cards
    if cards is None or to.as_of is not None or as_of < release.settled or cards.program != program_digest():
        return None
    found = cards.read(to.language, ids)
    if len(found) != len(ids):
        return None
    # Templates escape the rest of an address; here only the place of its beginning is left to fill.
    return Markup("".join([found[each] for each in ids]).replace(BASE, str(escape(to.base))))  # noqa: S704
