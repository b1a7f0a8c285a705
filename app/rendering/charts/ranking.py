"""How the weight of the evidence against each scenario grew, and with it their order."""

from collections.abc import Sequence
from datetime import date

from app.charts.ranking import Panel, Score, draw_ranking
from app.filters import Filter
from app.queries.scenario_evidence import EvidenceTable
from app.rendering.addresses import Addresses
from app.rendering.charts.frame import MIDDLE, NARROW, Basis, Cell, Chart, Column, Row, decimal_text, place_of
from app.rendering.evidence import PATH
from app.rendering.formats import format_day, format_exact, format_number
from app.rendering.translations import translations
from app.scenarios.competing_hypotheses import Ranking, Standing, Step, lead, led_since


def present_ranking(table: EvidenceTable, chosen: Filter, as_of: date, to: Addresses) -> Chart | None:
    """The scores of all scenarios until the day of the view; ``None`` where no claim was rated yet."""
    words, language = translations(to.language), to.language
    if not table.history:
        return None
    names = {each.id: each.name for each in table.scenarios}
    now = {each.hypothesis: each for each in table.ranking}
    steps = {each: _changes(table.history, each) for each in names}

    def score(scenario: str, day: date, standing: Standing) -> Score:
        name = words.gettext("%(name)s, from %(day)s on: %(score)s against it, rank %(rank)s") % {
            "name": names[scenario],
            "day": format_day(day, language),
            "score": format_exact(standing.score, language),
            "rank": standing.rank,
        }
        return Score(
            key=_key(scenario, day),
            day=day,
            value=standing.score,
            raw=decimal_text(standing.score),
            href=to.page(PATH, chosen.at_day(day)),
            name=name,
        )

    panels = [
        Panel(
            name=name,
            text=words.gettext("rank %(rank)s, %(score)s against it")
            % {"rank": now[each].rank, "score": format_exact(now[each].score, language)},
            scores=tuple(score(each, day, standing) for day, standing in steps[each]),
        )
        for each, name in names.items()
    ]
    first, most = table.history[0].day, max(each.value for panel in panels for each in panel.scores)
    drawings = [
        draw_ranking(
            panels,
            last=as_of,
            first_text=format_day(first, language),
            last_text=format_day(as_of, language),
            most_text=format_exact(most, language),
            width=width,
        )
        for width in (NARROW, MIDDLE)
    ]
    count = sum(line.counts for line in table.lines)
    basis = words.ngettext(
        "%(count)s rated claim that counts, as of %(day)s", "%(count)s rated claims that count, as of %(day)s", count
    ) % {"count": format_number(count, language), "day": format_day(as_of, language)}
    return Chart(
        name="ranking",
        title=_title(table, names, to),
        reading=words.gettext(
            "A panel for each scenario, all to one scale, with the other scenarios behind it. A point is a change of "
            "the weight or the rank and leads to the page as of its day; of changes that lie close together only the "
            "latest has one."
        ),
        basis=Basis(basis, to.page(PATH, chosen)),
        place=place_of("ranking", to, chosen),
        columns=(
            Column("from", words.gettext("From")),
            Column("scenario", words.gettext("Scenario")),
            Column("weight", words.gettext("Weight against it"), number=True),
            Column("rank", words.gettext("Rank"), number=True),
            Column("claims", words.gettext("Claims against it"), number=True),
        ),
        rows=tuple(
            Row(
                _key(each, day),
                (
                    Cell(day.isoformat(), format_day(day, language), to.page(PATH, chosen.at_day(day))),
                    Cell(each, name, to.scenario(each)),
                    Cell(decimal_text(standing.score), format_exact(standing.score, language)),
                    Cell(str(standing.rank), str(standing.rank)),
                    Cell(str(standing.against), format_number(standing.against, language)),
                ),
            )
            for each, name in names.items()
            for day, standing in steps[each]
        ),
        drawings=tuple(each for each in drawings if each),
    )


def _key(scenario: str, day: date) -> str:
    return f"{scenario}/{day.isoformat()}"


def _changes(history: Sequence[Step], scenario: str) -> list[tuple[date, Standing]]:
    """How a scenario stood, from each day on which its weight or its rank changed."""
    found: list[tuple[date, Standing]] = []
    for step in history:
        standing = next(each for each in step.ranking if each.hypothesis == scenario)
        if not found or (found[-1][1].score, found[-1][1].rank) != (standing.score, standing.rank):
            found.append((step.day, standing))
    return found


def _title(table: EvidenceTable, names: dict[str, str], to: Addresses) -> str:
    words, language = translations(to.language), to.language
    leaders, followers = lead(table.ranking)
    since = led_since(table.history)
    day = format_day(since, language) if since else ""
    if not followers:
        return words.gettext("Since %(day)s the evidence contradicts all scenarios equally") % {"day": day}

    def named(ranking: Ranking) -> str:
        return ", ".join(names[each.hypothesis] for each in ranking)

    sentence = words.gettext(
        "Least contradicted since %(day)s: %(leaders)s, with a weight of %(least)s against; next %(followers)s, "
        "with %(next)s"
    )
    return sentence % {
        "day": day,
        "leaders": named(leaders),
        "least": format_exact(leaders[0].score, language),
        "followers": named(followers),
        "next": format_exact(followers[0].score, language),
    }
