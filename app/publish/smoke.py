"""The last look at a built release before it may be served: is the file whole, and does it answer?"""

from pathlib import Path

from sqlalchemy import text
from sqlmodel import func, select

from app.dossier.schema import Dossier
from app.filters import Filter
from app.models import ListingItem
from app.publish.migrating import schema_revision
from app.queries.listings import count_items
from app.releases.opening import OpenRelease
from app.vocabulary import Listing


class SmokeTestFailed(Exception):
    """The built file does not hold what it should; the text says which test failed."""


def smoke_test(path: Path, identifier: str, dossier: Dossier, invented: int = 0) -> None:
    """Open the file as the server will and ask it for what it must hold; raise ``SmokeTestFailed``.

    ``invented`` claims stand beside the dossier's; of the other lists there may then be more entries as well.
    """
    release = OpenRelease(path)
    try:
        with release.session() as session:
            connection = session.connection()
            if release.id != identifier:
                raise SmokeTestFailed(f"it says it is {release.id}, not {identifier}")
            if (found := connection.execute(text("PRAGMA integrity_check")).scalar_one()) != "ok":
                raise SmokeTestFailed(f"the file is damaged: {found}")
            if (broken := connection.execute(text("PRAGMA foreign_key_check")).first()) is not None:
                raise SmokeTestFailed(f"a row of {broken[0]} points to nothing")
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            if found != schema_revision():
                raise SmokeTestFailed(f"its schema is {found}, not {schema_revision()}")
            for listing, entries in (
                (Listing.CLAIMS, dossier.claims),
                (Listing.DEVELOPMENTS, dossier.developments),
                (Listing.FIGURES, dossier.figures),
                (Listing.SOURCES, dossier.sources),
                (Listing.GLOSSARY, dossier.glossary),
            ):
                count = count_items(session, listing=listing, chosen=Filter(), as_of=release.compiled)
                wanted = len(entries) + (invented if listing is Listing.CLAIMS else 0)
                rows = session.exec(
                    select(func.count()).select_from(ListingItem).where(ListingItem.listing == listing)
                ).one()
                if count != rows or count < wanted or (count > wanted and not invented):
                    raise SmokeTestFailed(f"it lists {count} {listing} in {rows} rows, the dossier has {wanted}")
            word = next(iter(dossier.claims[0].text.en.split()))
            if not count_items(session, listing=Listing.CLAIMS, chosen=Filter(q=word), as_of=release.compiled):
                raise SmokeTestFailed(f"a search for {word!r} finds nothing")
    finally:
        release.close()
