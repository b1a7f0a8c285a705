"""Templates escape everything that they show, and with the very result of MarkupSafe's own function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, UndefinedError
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from app.rendering.environment import environment
from app.rendering.escaping import Escaping, escaped
from app.rendering.translations import LANGUAGES


class Shown:
    """Something that knows its own HTML."""

    def __html__(self) -> str:
        return "<b>&</b>"


@given(st.text() | st.text("&<>'\"a") | st.integers() | st.floats() | st.none() | st.booleans())
def test_a_value_is_escaped_as_markupsafe_does(value: object) -> None:
    """Texts with any signs, and what is no text."""
    assert escaped(value) == str(escape(value))


@pytest.mark.parametrize("value", [Markup("<b>&amp;</b>"), Shown()])
def test_what_is_html_already_is_left_as_it_is(value: object) -> None:
    """Neither text marked as HTML nor what gives its own HTML is escaped again."""
    assert escaped(value) == str(escape(value))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_all_templates_differs_in_nothing_else(language: str) -> None:
    """What Jinja would write for each template is what is written, but for the name of the function that escapes."""
    env = environment(language)
    names = env.list_templates()
    assert len(names) > 30
    seen = 0
    for name in names:
        assert env.loader is not None
        source = env.loader.get_source(env, name)[0]
        env.code_generator_class = Escaping
        ours = env.compile(source, name, raw=True)
        try:
            env.code_generator_class = CodeGenerator
            theirs = env.compile(source, name, raw=True)
        finally:
            del env.code_generator_class
        assert ours.replace("environment.escaped(", "escape(") == theirs, name
        seen += ours.count("environment.escaped(")
    assert seen > 1000


def test_a_page_is_escaped_and_what_is_undefined_is_an_error() -> None:
    """In the body, in a macro, in a block set aside and in a loop; a name that nobody gave is no empty text."""
    env: Environment = environment("en")
    source = (
        "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{% set kept %}{{ bad }}{% endset %}"
        "{{ bad }}{{ m(bad) }}{{ kept }}{% for each in [bad] %}{{ each }}{% endfor %}{{ bad ~ '&' }}"
    )
    once = "&lt;a href=&#39;x&#39;&gt;"
    shown = env.from_string(source).render(bad="<a href='x'>")
    assert shown == f"{once}<i>{once}</i>{once}{once}{once}&amp;"
    with pytest.raises(UndefinedError):
        env.from_string("{{ nobody }}").render()
