"""The interface's words in each language, from the catalogues in ``app/locales``.

The catalogues are small, so each is read from its ``.po`` file when a process starts: there is no compiled copy that
could be older than its source.
"""

from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES = ("en", "fr")
DEFAULT_LANGUAGE = "en"

BABEL_LOCALE = {"en": "en_GB", "fr": "fr_FR"}
"""Whose conventions for dates and numbers each language follows."""


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English is the language that the messages are written in."""
    if language == "en":
        return NullTranslations()
    with (LOCALES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def N_(message: str) -> str:  # noqa: N802  The customary name: extraction looks for it.
    """Mark a message for translation where it is defined, to be translated where it is shown."""
    return message
