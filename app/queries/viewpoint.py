"""From where a release is looked at: in which language, and as of which day."""

from datetime import date
from typing import Any

from msgspec import Struct
from sqlmodel import SQLModel


class Viewpoint(Struct, frozen=True):
    """``as_of`` is the last day whose publications are known; ``language`` is ``en`` or ``fr``."""

    language: str
    as_of: date

    def text(self, row: SQLModel, name: str) -> str:
        """A bilingual text of a row, in the reader's language."""
        value: str = getattr(row, f"{name}_{self.language}")
        return value

    def text_or_none(self, row: SQLModel, name: str) -> str | None:
        value: Any = getattr(row, f"{name}_{self.language}")
        return None if value is None else str(value)
