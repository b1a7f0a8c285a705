"""Templates compiled our way show what they show when Jinja compiles them its own way."""

from functools import cache, partial
from typing import Any

import pytest
from jinja2 import Environment, UndefinedError, pass_context, pass_environment
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context
from starlette.testclient import TestClient

from app.rendering import components, respond
from app.rendering.compiling import PlainCode
from app.rendering.environment import environment
from app.rendering.translations import LANGUAGES
from tests.page import FRAGMENT
from tests.test_pages import PAGES


@cache
def stock(language: str) -> Environment:
    """The same environment with Jinja's own compiler."""
    env = environment.__wrapped__(language)
    env.code_generator_class = CodeGenerator
    env.context_class = Context
    env.bytecode_cache = None
    return env


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_code_of_all_templates_differs_in_nothing_else(language: str) -> None:
    """What Jinja would write for each template is what is written, but for two names of functions."""
    env, theirs = environment(language), stock(language)
    names = env.list_templates()
    assert len(names) > 30
    escaped = attributes = 0
    for name in names:
        assert env.loader is not None
        source = env.loader.get_source(env, name)[0]
        code = env.compile(source, name, raw=True)
        plain = code.replace("environment.getattr(", "getattr(").replace("environment.escaped(", "escape(")
        assert plain == theirs.compile(source, name, raw=True).replace("environment.getattr(", "getattr("), name
        escaped += code.count("environment.escaped(")
        attributes += code.count("getattr(") - code.count("environment.getattr(")
    assert escaped > 1000
    assert attributes > 2000


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_the_same_byte_for_byte(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """Each page of the site, whole and as a fragment."""
    for path in PAGES:
        for headers in ({}, FRAGMENT):
            ours = client.get(f"/{language}{path}", headers=headers)
            with monkeypatch.context() as patched:
                for module in (respond, components):
                    patched.setattr(module, "environment", stock)
                theirs = client.get(f"/{language}{path}", headers=headers)
            assert ours.status_code == theirs.status_code == 200
            assert ours.content == theirs.content, path


class Wanting:
    """Something to call that wants the context itself."""

    @pass_context
    def __call__(self, context: Context, given: str = "") -> str:
        return f"{given}{context['shown']}"


@pass_context
def of_context(context: Context, given: str = "") -> str:
    return f"{given}{context['shown']}"


@pass_environment
def of_environment(env: Environment) -> bool:
    return env.autoescape is True


def words(*given: str, **named: str) -> str:
    return " ".join([*given, *(f"{name}={value}" for name, value in named.items())])


CALLS = {
    "{{ words('a', b='c') }}": "a b=c",
    "{{ half('b') }}": "a b",
    "{{ 'a&b'.upper() }}": "A&amp;B",
    "{{ of_context('a') }}": "ax",
    "{{ wanting('a') }}": "ax",
    "{{ of_environment() }}": "True",
    "{% macro m(x, y='-') %}<i>{{ x }}{{ y }}{{ kwargs['z'] }}</i>{% endmacro %}{{ m('&', z=1) }}": "<i>&amp;-1</i>",
    "{% macro m() %}[{{ caller('a') }}]{% endmacro %}{% call(x) m() %}{{ words(x) }}{% endcall %}": "[a]",
    "{% for y in 'ab' %}{% set shown = y %}{{ of_context() }}{{ words(y) }}{% endfor %}": "aabb",
    "{% for y in 'ab' %}{% macro m(z) %}{{ z }}{{ y }}{% endmacro %}{{ m(z='-') }}{% endfor %}": "-a-b",
    "{% block b %}{% set shown = 'y' %}{{ of_context() }}{{ words('z') }}{% endblock %}": "yz",
    "{% block c %}{% for y in 'ab' %}{{ words(y) }}{{ loop.cycle('-', '+') }}{% endfor %}{% endblock %}": "a-b+",
    "{% block d %}{{ words('a') }}{% endblock %}{{ self.d() }}": "aa",
    "{% set n = namespace(a=1) %}{% set n.a = n.a + 1 %}{{ n.a }}{{ {'a': 3}['a'] }}": "23",
}


@pytest.mark.parametrize("source", CALLS)
def test_what_is_called_gets_what_it_wants(source: str) -> None:
    """Functions, methods, macros and those that want the context, in loops and blocks: as with Jinja's."""
    given: dict[str, Any] = {
        "words": words, "half": partial(words, "a"), "of_context": of_context, "of_environment": of_environment,
        "wanting": Wanting(), "shown": "x",
    }  # fmt: skip
    shown = {env.from_string(source).render(**given) for env in (environment("en"), stock("en"))}
    assert shown == {CALLS[source]}


def test_a_page_is_escaped_and_what_is_undefined_is_an_error() -> None:
    """In the body, in a macro, in a block set aside and in a loop; a name that nobody gave is no empty text."""
    env: Environment = environment("en")
    assert env.code_generator_class is PlainCode
    source = (
        "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{% set kept %}{{ bad }}{% endset %}"
        "{{ bad }}{{ m(bad) }}{{ kept }}{% for each in [bad] %}{{ each }}{% endfor %}{{ bad ~ '&' }}"
    )
    once = "&lt;a href=&#39;x&#39;&gt;"
    shown = env.from_string(source).render(bad="<a href='x'>")
    assert shown == f"{once}<i>{once}</i>{once}{once}{once}&amp;"
    for wrong in ("{{ nobody }}", "{{ nobody.name }}", "{{ nobody() }}"):
        with pytest.raises(UndefinedError):
            env.from_string(wrong).render()


def test_a_name_is_an_attribute_and_no_key() -> None:
    """A template that takes one for the other fails, where Jinja would look for the other without a word."""
    with pytest.raises(AttributeError, match="nothing"):
        environment("en").from_string("{{ shown.nothing }}").render(shown={"nothing": 1})
