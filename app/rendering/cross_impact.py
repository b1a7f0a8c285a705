"""What a consistent combination says, in a sentence. Pure functions."""

from collections.abc import Mapping, Sequence

from app.rendering.formats import format_signed
from app.rendering.translations import N_, translations
from app.scenarios.cross_impact import Balance, Combination, Outcome

QUOTED = N_("“%(name)s”")
WEIGHED = N_("“%(name)s” (%(value)s)")
AND = N_("%(first)s and %(last)s")
HELD = N_("%(outcome)s is held by %(causes)s")
HELD_AGAINST = N_("%(outcome)s is held by %(causes)s, against %(opposed)s")
OPPOSED = N_("%(outcome)s stands against %(opposed)s, because the other outcomes fare no better")
UNHELD = N_("nothing bears on %(outcome)s, and the other outcomes fare no better")
SENTENCE = N_("It holds together: %(parts)s.")


def combination_sentence(found: Combination, names: Mapping[Outcome, str], language: str) -> str:
    """The influences that hold a combination together, outcome by outcome, with what speaks against each."""
    parts = "; ".join(_part(each, names, language) for each in found.balances)
    # French sets a no-break space before the semicolons that join the parts.
    return _say(SENTENCE, language, parts=parts.replace("; ", "\u00a0; ") if language == "fr" else parts)


def _part(balance: Balance, names: Mapping[Outcome, str], language: str) -> str:
    outcome = _say(QUOTED, language, name=names[balance.chosen])
    causes, opposed = (_listed(each, names, language) for each in (balance.held_by, balance.opposed_by))
    if causes and opposed:
        return _say(HELD_AGAINST, language, outcome=outcome, causes=causes, opposed=opposed)
    if causes:
        return _say(HELD, language, outcome=outcome, causes=causes)
    return _say(OPPOSED if opposed else UNHELD, language, outcome=outcome, opposed=opposed)


def _listed(weighed: Sequence[tuple[Outcome, int]], names: Mapping[Outcome, str], language: str) -> str:
    said = [_say(WEIGHED, language, name=names[key], value=format_signed(value, language)) for key, value in weighed]
    if len(said) < 2:
        return "".join(said)
    return _say(AND, language, first=", ".join(said[:-1]), last=said[-1])


def _say(message: str, language: str, **values: str) -> str:
    return translations(language).gettext(message) % values
