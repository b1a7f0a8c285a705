"""How firm an issue's claims are, and who stands behind them."""

from collections.abc import Sequence

from app.charts.bars import Share, draw_shares
from app.queries.issues import IssueCard
from app.queries.issues import Share as Count
from app.rendering.addresses import Addresses
from app.rendering.charts.frame import NARROW, Basis, Cell, Chart, Column, Row, place_of
from app.rendering.formats import format_number, format_share
from app.rendering.labels import label
from app.rendering.translations import translations
from app.vocabulary import Attribution, ClaimStatus

FIRM = (Attribution.FILING, Attribution.REGULATOR, Attribution.JOINT)
LOOSE = (Attribution.UNNAMED, Attribution.ANALYSTS, Attribution.NOBODY)
AGAINST = (ClaimStatus.DISPUTED, ClaimStatus.CONTRADICTED)


def present_mix(card: IssueCard, day: str, to: Addresses) -> Chart | None:
    """An issue's claims by status; ``None`` where it has none. ``day`` is the day of the view, as it is written."""
    if not card.claims:
        return None
    words = translations(to.language)
    title = words.gettext(
        "%(name)s: %(part)s of %(whole)s claims (%(share)s) are confirmed, %(against)s disputed or contradicted"
    ) % {
        "name": card.name,
        "part": _sum(card.mix, [ClaimStatus.CONFIRMED], to),
        "whole": format_number(card.claims, to.language),
        "share": _share(card, card.mix, [ClaimStatus.CONFIRMED], to),
        "against": _sum(card.mix, AGAINST, to),
    }
    return _present(card, card.mix, "mix", "status", title, day, to)


def present_attribution(card: IssueCard, day: str, to: Addresses) -> Chart | None:
    """An issue's claims by who stands behind them; ``None`` where it has none."""
    if not card.claims:
        return None
    words = translations(to.language)
    title = words.gettext(
        "%(name)s: %(part)s of %(whole)s claims (%(share)s) rest on a filing, an authority or "
        "both parties, %(loose)s on people not named, analysts or nobody"
    ) % {
        "name": card.name,
        "part": _sum(card.footing, FIRM, to),
        "whole": format_number(card.claims, to.language),
        "share": _share(card, card.footing, FIRM, to),
        "loose": _sum(card.footing, LOOSE, to),
    }
    return _present(card, card.footing, "attribution", "attribution", title, day, to)


def _count(counts: Sequence[Count], values: Sequence[str]) -> int:
    return sum(each.count for each in counts if each.value in values)


def _sum(counts: Sequence[Count], values: Sequence[str], to: Addresses) -> str:
    return format_number(_count(counts, values), to.language)


def _share(card: IssueCard, counts: Sequence[Count], values: Sequence[str], to: Addresses) -> str:
    return format_share(_count(counts, values), card.claims, to.language)


def _present(
    card: IssueCard, counts: Sequence[Count], kind: str, parameter: str, title: str, day: str, to: Addresses
) -> Chart:
    words = translations(to.language)
    rows, shares = [], []
    for each in counts:
        name, count = label(parameter, each.value, to.language), format_number(each.count, to.language)
        href = to.with_values(f"/issues/{card.id}", **{parameter: each.value})
        part = format_share(each.count, card.claims, to.language)
        current = format_number(each.current, to.language)
        said = words.ngettext(
            "%(name)s: %(count)s claim, %(share)s; %(current)s current",
            "%(name)s: %(count)s claims, %(share)s; %(current)s current",
            each.count,
        ) % {"name": name, "count": count, "share": part, "current": current}
        shares.append(Share(each.value, each.count, name, count, href, said))
        cells = (
            Cell(each.value, name, href),
            Cell(str(each.count), count),
            Cell(f"{each.count / card.claims:.4f}", part),
            Cell(str(each.current), format_number(each.current, to.language)),
        )
        rows.append(Row(each.value, cells))
    basis = words.ngettext(
        "%(count)s claim about this issue, as of %(day)s",
        "%(count)s claims about this issue, as of %(day)s",
        card.claims,
    ) % {"count": format_number(card.claims, to.language), "day": day}
    return Chart(
        name=f"{kind}-{card.id}",
        title=title,
        reading=words.gettext(
            "The band is the whole, cut in the order of the rows. Each row leads to exactly its claims; "
            "how many of them are current stands in the table."
        ),
        basis=Basis(basis, to.issue(card.id, "claims")),
        place=place_of(f"{kind}-{card.id}", to),
        columns=(
            Column(parameter, label("parameter", parameter, to.language)),
            Column("claims", words.gettext("Claims"), number=True),
            Column("share", words.gettext("Share"), number=True),
            Column("current", words.gettext("Current"), number=True),
        ),
        rows=tuple(rows),
        drawings=(
            draw_shares(shares, series=label("parameter", parameter, to.language), look=parameter, width=NARROW),
        ),
    )
