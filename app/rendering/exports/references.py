"""What can be cited, in the forms that people and reference managers take.

BibTeX (O. Patashnik, "BibTeXing", 1988), RIS as its reference managers read it, CSL-JSON (the input format of the
Citation Style Language 1.0.2), and a plain line in either language.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from app.dates import IncompleteDate
from app.queries.sources import SourceCard
from app.rendering.formats import format_day, printable
from app.rendering.translations import N_, translations

PUBLISHER = "Faultlines"
CITATION = N_("Faultlines, “%(title)s”, release %(release)s, as of %(day)s. %(address)s")


class Reference(Struct, frozen=True):
    """A work to cite. ``published`` may be a year or a month; ``address`` is ``None`` where it has none on the web."""

    id: str
    title: str
    author: str
    published: str
    language: str
    address: str | None
    note: str | None = None
    accessed: date | None = None

    @property
    def known_date(self) -> tuple[int, ...]:
        """Year, month and day, as far as they are known."""
        first = IncompleteDate.parse(self.published).first
        return (first.year, first.month, first.day)[: {4: 1, 7: 2}.get(len(self.published), 3)]


def view_reference(*, title: str, release: str, day: date, language: str, path: str, address: str) -> Reference:
    """The reference to a view: of a release, as of a day, at the address where it stays as it is."""
    name = re.sub("[^a-z0-9]+", "-", path.lower()).strip("-") or "overview"
    note = f"Release {release}" if language == "en" else f"Édition {release}"
    return Reference(
        id=f"faultlines-{name}-{release}",
        title=" ".join(printable(title).split()),
        author=PUBLISHER,
        published=day.isoformat(),
        language=language,
        address=address,
        note=note,
        accessed=day,
    )


def source_reference(card: SourceCard) -> Reference:
    return Reference(card.id, card.title, card.publisher, card.published, card.language, card.url, card.basis)


def plain(*, title: str, release: str, day: date, language: str, address: str) -> str:
    """The citation of a view as a line of text, such as a footnote takes."""
    return translations(language).gettext(CITATION) % {
        "title": " ".join(printable(title).split()),
        "release": release,
        "day": format_day(day, language),
        "address": address,
    }


_BIBTEX = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def _escaped(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in " ".join(text.split()))


def write_bibtex(references: Iterable[Reference]) -> str:
    """Entries of the type ``misc``, which every style knows; the second pair of braces keeps capitals."""
    found = []
    for each in references:
        year, *rest = each.known_date
        fields = {
            "author": f"{{{_escaped(each.author)}}}",
            "title": f"{{{_escaped(each.title)}}}",
            "year": str(year),
            "month": str(rest[0]) if rest else "",
            # An address is written as it is, as styles hand it on verbatim; a brace in it would end the field.
            "url": (each.address or "").replace("{", "%7B").replace("}", "%7D"),
            "urldate": each.accessed.isoformat() if each.accessed else "",
            "note": _escaped(each.note or ""),
            "langid": {"en": "english", "fr": "french"}.get(each.language, ""),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        found.append("\n".join((f"@misc{{{each.id},", *lines, "}\n")))
    return "\n".join(found)


def write_ris(references: Iterable[Reference]) -> str:
    found = []
    for each in references:
        written = "/".join(f"{part:02}" for part in each.known_date)
        fields = (
            ("TY", "ELEC"),
            ("ID", each.id),
            ("TI", each.title),
            ("AU", each.author),
            ("PB", each.author),
            ("PY", str(each.known_date[0])),
            ("DA", written),
            ("LA", each.language),
            ("UR", each.address),
            ("Y2", each.accessed.strftime("%Y/%m/%d") if each.accessed else None),
            ("N1", each.note),
        )
        lines = [f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in fields if value]
        found.append("".join((*lines, "ER  - \r\n")))
    return "\r\n".join(found)


def csl_data(each: Reference) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": each.id,
        "type": "webpage",
        "title": each.title,
        "author": [{"literal": each.author}],
        "publisher": each.author,
        "issued": {"date-parts": [list(each.known_date)]},
        "language": each.language,
    }
    if each.address:
        found["URL"] = each.address
    if each.note:
        found["note"] = each.note
    if each.accessed:
        found["accessed"] = {"date-parts": [[each.accessed.year, each.accessed.month, each.accessed.day]]}
    return found


def write_csl(references: Sequence[Reference]) -> str:
    return json.dumps([csl_data(each) for each in references], ensure_ascii=False, indent=1) + "\n"
