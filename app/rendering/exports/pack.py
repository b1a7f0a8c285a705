"""The evidence pack: a view with its sources as one archive that opens without a network.

Every file in it is written in a fixed order with a fixed time, so that the same view gives the same bytes. The
archive goes to a temporary file that stays in memory while it is small; only a chunk of entries is held at once.
"""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from tempfile import SpooledTemporaryFile
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from app.rendering.environment import environment
from app.rendering.exports.entries import COLUMNS, Entry
from app.rendering.exports.references import Reference, write_bibtex, write_csl, write_ris
from app.rendering.exports.table import table_chunks
from app.rendering.translations import N_, translations

IN_MEMORY = 8 * 1024 * 1024
"""Bytes of a file of the pack that are held before it goes to disk."""
PIECE = 64 * 1024
TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can give a file: there is none that would be true of it."""

README = N_(
    "This is an evidence pack of Faultlines: one view, taken away whole.\n\n"
    "%(citation)s\n\n"
    "index.html        the entries and their sources, to read offline\n"
    "data.csv          the entries, one a row; what has several values in a cell is joined by “ | ”,\n"
    "                  and the n-th of one column belongs to the n-th of its neighbours\n"
    "metadata.json     which release, day and filter this is, and how many entries there are\n"
    "sources.bib       the sources cited, for BibTeX\n"
    "sources.ris       the same, for reference managers\n"
    "sources.csl.json  the same, for citation processors\n"
    "SHA256SUMS        the digest of each file: sha256sum -c SHA256SUMS\n\n"
    "The sources’ own texts are not in it: they belong to their publishers."
)


class Pack(Struct, frozen=True):
    """``facts`` become the metadata; ``citations`` are those of the view, by language."""

    language: str
    title: str
    kind: str
    facts: Mapping[str, Any]
    citations: Mapping[str, str]


class PackPage(Struct, frozen=True):
    """What the page in the pack shows."""

    language: str
    title: str
    citation: str
    columns: tuple[str, ...]
    chunks: Iterable[Sequence[Entry]]
    sources: Sequence[Reference]


def write_pack(
    pack: Pack,
    chunks: Callable[[], Iterable[Sequence[Entry]]],
    read_sources: Callable[[Sequence[str]], Sequence[Reference]],
) -> Iterator[bytes]:
    """The archive piece by piece, once it is whole. ``chunks`` are read twice."""
    cited: dict[str, None] = {}
    count = 0

    def noted() -> Iterator[Sequence[Entry]]:
        nonlocal count
        for chunk in chunks():
            count += len(chunk)
            cited.update(dict.fromkeys(source for each in chunk for source in each.sources))
            yield chunk

    sums: dict[str, str] = {}
    columns = COLUMNS[pack.kind]
    # Closed at the end, where what was asked for turns out not to be there, and when nobody wants more of it.
    with SpooledTemporaryFile(IN_MEMORY) as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

            def add(name: str, pieces: Iterable[str]) -> None:
                sums[name] = _add(archive, name, pieces)

            add("data.csv", table_chunks(columns, noted()))
            sources = read_sources(sorted(cited))
            metadata = {**pack.facts, "count": count, "sources": len(sources), "columns": ["id", *columns]}
            page = PackPage(pack.language, pack.title, pack.citations[pack.language], columns, chunks(), sources)
            template = environment(pack.language).get_template("exports/pack.html")
            add("index.html", template.generate(asdict(page)))
            add("sources.bib", [write_bibtex(sources)])
            add("sources.ris", [write_ris(sources)])
            add("sources.csl.json", [write_csl(sources)])
            add("README.txt", ["\n\n\n".join(_readme(pack, each) for each in pack.citations), "\n"])
            metadata["files"] = dict(sums)
            add("metadata.json", [json.dumps(metadata, ensure_ascii=False, indent=1), "\n"])
            add("SHA256SUMS", [f"{digest}  {name}\n" for name, digest in sorted(sums.items())])
        out.seek(0)
        while piece := out.read(PIECE):
            yield piece


def _readme(pack: Pack, language: str) -> str:
    return translations(language).gettext(README) % {"citation": pack.citations[language]}


def _add(archive: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> str:
    """Write a file into the archive; its digest comes back."""
    info = zipfile.ZipInfo(name, TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system, info.external_attr = 3, 0o644 << 16
    digest = hashlib.sha256()
    # The size is not known before: the archive must be ready for more than two gigabytes.
    with archive.open(info, "w", force_zip64=True) as file:
        for piece in pieces:
            written = piece.encode()
            digest.update(written)
            file.write(written)
    return digest.hexdigest()
