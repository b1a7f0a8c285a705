"""Templates escape everything that they show, and with the very result of MarkupSafe's own function."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from app.rendering.escaping import escaped


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
