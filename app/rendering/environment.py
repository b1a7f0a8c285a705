"""The Jinja environments, one for each language, and what every template may use."""

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.rendering import formats
from app.rendering.bytecode import KeptBytecode
from app.rendering.compiling import PlainEnvironment
from app.rendering.labels import label, meaning
from app.rendering.static_files import static_address
from app.rendering.translations import DEFAULT_LANGUAGE, translations
from app.settings import PROJECT

TEMPLATES = PROJECT / "templates"
BYTECODE = Path(__file__).parent / "__pycache__"


@cache
def environment(language: str) -> Environment:
    """Templates in a language. What is undefined is an error, and all text is escaped."""
    env = PlainEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=KeptBytecode(BYTECODE),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    env.filters["incomplete_date"] = partial(formats.format_incomplete_date, language=language)
    env.tests["day"] = formats.is_day
    env.filters["day"] = partial(formats.format_day, language=language)
    env.filters["printable"] = formats.printable
    env.filters["reading_seconds"] = formats.reading_seconds
    env.filters["number"] = partial(formats.format_number, language=language)
    env.filters["fraction"] = partial(formats.format_fraction, language=language)
    env.filters["ratio"] = partial(formats.format_ratio, language=language)
    env.filters["exact"] = partial(formats.format_exact, language=language)
    env.filters["signed"] = partial(formats.format_signed, language=language)
    env.globals["amount"] = partial(formats.format_amount, language=language)
    env.globals["label"] = partial(label, language=language)
    env.globals["meaning"] = partial(meaning, language=language)
    env.globals["static_address"] = static_address
    return env


if __name__ == "__main__":
    compiled = environment(DEFAULT_LANGUAGE)
    for name in compiled.list_templates():
        compiled.get_template(name)
