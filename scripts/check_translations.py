"""Compares the French catalogue with the messages in code and templates; ``--update`` writes what is new into it.

Missing, empty, fuzzy and obsolete messages are failures: an interface half in English is not shipped.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

from app.rendering.translations import LOCALES
from app.settings import PROJECT

CATALOGUE = LOCALES / "fr.po"


def extract() -> Catalog:
    """Every message in ``app/`` and ``templates/``."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "messages.pot"
        arguments = ["pybabel", "-q", "extract", "-F", str(PROJECT / "pyproject.toml"), "-k", "N_", "--no-location"]
        CommandLineInterface().run([*arguments, "-o", str(target), str(PROJECT)])  # type: ignore[no-untyped-call]
        with target.open("rb") as file:
            return read_po(file)


def read_catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="fr")


def faults(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    wanted = {message.id for message in template if message.id}
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id not in wanted:
            yield f"obsolete: {message.id!r}"
        elif not all(strings):
            yield f"not translated: {message.id!r}"
        elif message.fuzzy:
            yield f"fuzzy: {message.id!r}"
        for error in message.check(catalogue):
            yield f"{error}: {message.id!r}"
    present = {message.id for message in catalogue if message.id}
    yield from (f"missing: {identifier!r}" for identifier in sorted(wanted - present, key=str))


def update(template: Catalog, catalogue: Catalog) -> None:
    created = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.creation_date = created
    catalogue.obsolete.clear()
    with CATALOGUE.open("wb") as file:
        write_po(file, catalogue, width=110, no_location=True, omit_header=False, sort_output=True)


def main() -> int:
    template, catalogue = extract(), read_catalogue()
    if "--update" in sys.argv[1:]:
        update(template, catalogue)
    found = list(faults(template, read_catalogue()))
    for fault in found:
        print(f"{CATALOGUE.relative_to(PROJECT)}: {fault}")
    print(f"{len(found)} faults in {len([m for m in template if m.id])} messages")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
