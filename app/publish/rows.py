"""Turns a checked dossier into the rows of a release. Pure: no file, no database, no clock."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from msgspec import Struct
from sqlmodel import SQLModel

from app import models
from app.dates import IncompleteDate
from app.dossier.schema import Addressed, Claim, Dossier, Edition, Figure, Impact, Influence, Signpost, Source, Text
from app.models import FOREVER
from app.publish.tagging import Interval, Tags
from app.publish.visibility import Visibility
from app.vocabulary import FALLEN, Listing, Rank
from app.watch.addresses import mention_id

ANY_DAY = IncompleteDate("", date.min, FOREVER)
"""When a term of the glossary is: it is of no day, so that no range of dates leaves it out."""


def both(name: str, text: Text | None) -> dict[str, Any]:
    """The two columns of a bilingual text."""
    return {f"{name}_en": text.en if text else None, f"{name}_fr": text.fr if text else None}


def named(name: str | Text) -> Text:
    """A name in both languages; one that is no description is the same in both."""
    return name if isinstance(name, Text) else Text.model_construct(en=name, fr=name)


def searchable(*texts: Text | None) -> Text:
    """Several texts as one to search in."""
    present = [text for text in texts if text is not None]
    return Text.model_construct(en="\n".join(text.en for text in present), fr="\n".join(text.fr for text in present))


class Content(Struct, frozen=True):
    """Everything a release holds but its name: its rows, parents first, and the texts that a search looks in."""

    edition: Edition
    rows: tuple[SQLModel, ...]
    texts: tuple[tuple[Listing, str, Text], ...]


def release_content(dossier: Dossier) -> Content:
    """Build the content of a release; the dossier alone decides it and its order."""
    rows = _Rows(dossier)
    order = {table.name: n for n, table in enumerate(SQLModel.metadata.sorted_tables)}
    found: list[SQLModel] = list(rows.kinds())
    texts = []
    for listing, identifier, item, tags, words in rows.listings():
        found += [item, *tags]
        texts.append((listing, identifier, words))
    return Content(dossier.edition, tuple(sorted(found, key=lambda row: order[str(row.__tablename__)])), tuple(texts))


class _Rows:
    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.visible = Visibility(dossier)
        self.claim_tags = {claim.id: self._claim_tags(claim) for claim in dossier.claims}

    def kinds(self) -> Iterator[SQLModel]:
        """The rows of every kind of entry, each kind in the order of the dossier."""
        yield from self._dimensions()
        yield from self._sources()
        yield from self._claims()
        yield from self._developments()
        yield from self._positions()
        yield from self._expectations()
        yield from self._figures()
        yield from self._scenarios()
        yield from self._cross_impact()
        yield from self._exposure()
        yield from self._glossary()
        yield from self._reviewed()
        yield from self._former()

    def _former(self) -> Iterator[SQLModel]:
        """The ids of before, by what a release calls each kind."""
        dossier = self.dossier
        kinds: dict[str, Iterable[Addressed]] = {
            "issue": dossier.issues,
            "party": dossier.parties,
            "impact": dossier.areas,
            "source": dossier.sources,
            "claim": dossier.claims,
            "figure": dossier.figures,
            "scenario": dossier.scenarios,
        }
        for kind, entries in kinds.items():
            for entry in entries:
                for former in entry.formerly:
                    yield models.FormerId(kind=kind, former=former, id=entry.id)

    def listings(self) -> Iterator[tuple[Listing, str, models.ListingItem, list[models.ListingTag], Text]]:
        """Every entry of the filterable lists: its row, its tags, and the text that a search looks in."""
        for ordinal, claim in enumerate(self.dossier.claims):
            when = IncompleteDate.parse(claim.happened or self.visible.reported(claim).text)
            visible = self.visible.claim(claim.id)
            yield self._listed(Listing.CLAIMS, claim.id, ordinal, when, visible, self.claim_tags[claim.id], claim.text)
        for ordinal, development in enumerate(self.dossier.developments):
            when = IncompleteDate.parse(development.date)
            visible = self.visible.development(development)
            tags = self._tags_through(development.claims, visible)
            tags.replace("issue", development.issues, visible)
            tags.replace("party", development.parties, visible)
            tags.replace("kind", [development.kind], visible)
            text = searchable(development.title, *(each.sentence for each in development.standings))
            yield self._listed(Listing.DEVELOPMENTS, development.id, ordinal, when, visible, tags, text)
        for ordinal, figure in enumerate(self.dossier.figures):
            yield self._listed_figure(ordinal, figure)
        for ordinal, source in enumerate(self.dossier.sources):
            visible = self.visible.source(source)
            citing = [c.id for c in self.dossier.claims if any(e.source == source.id for e in c.evidence)]
            tags = self._tags_through(citing, visible)
            tags.replace("kind", [source.kind], visible)
            tags.replace("source", [source.id], visible)
            gists = (each.gist for each in source.locators)
            text = searchable(source.title, named(source.publisher), source.note, *gists)
            when = IncompleteDate.parse(source.published)
            yield self._listed(Listing.SOURCES, source.id, ordinal, when, visible, tags, text)
        for ordinal, term in enumerate(self.dossier.glossary):
            visible = self.visible.term(term)
            tags = self._tags_through(term.claims, visible)
            tags.replace("kind", [term.kind], visible)
            text = searchable(term.term, term.definition, term.caution)
            yield self._listed(Listing.GLOSSARY, term.id, ordinal, ANY_DAY, visible, tags, text)

    def _listed_figure(
        self, ordinal: int, figure: Figure
    ) -> tuple[Listing, str, models.ListingItem, list[models.ListingTag], Text]:
        dates = [IncompleteDate.parse(reading.as_of) for reading in figure.readings]
        when = IncompleteDate("", min(each.first for each in dates), max(each.last for each in dates))
        visible = min(self.visible.reading(each) for each in figure.readings)
        tags = self._tags_through([reading.claim for reading in figure.readings], visible)
        tags.replace("issue", figure.issues, visible)
        tags.replace("party", figure.parties, visible)
        tags.replace("kind", [figure.unit], visible)
        text = searchable(figure.name, figure.description)
        return self._listed(Listing.FIGURES, figure.id, ordinal, when, visible, tags, text)

    def _listed(
        self, listing: Listing, item: str, ordinal: int, when: IncompleteDate, visible: date, tags: Tags, text: Text
    ) -> tuple[Listing, str, models.ListingItem, list[models.ListingTag], Text]:
        row = models.ListingItem(
            listing=listing, item=item, ordinal=ordinal, first=when.first, last=when.last, visible_from=visible
        )
        return listing, item, row, list(tags.rows(listing, item)), text

    # What can be said of a thing

    def _claim_tags(self, claim: Claim) -> Tags:
        visible = self.visible.claim(claim.id)
        tags = Tags()
        for parameter, values in (
            ("issue", claim.issues),
            ("party", claim.parties),
            ("speaker", claim.speakers),
            ("driver", claim.drivers),
            ("impact", claim.impacts),
            ("flag", claim.flags),
            ("kind", [claim.kind]),
            ("attribution", [claim.attribution]),
        ):
            tags.replace(parameter, values, visible)
        for evidence in claim.evidence:
            since = self.visible.evidence(claim.id, evidence.source)
            tags.add("source", evidence.source, Interval(since, FOREVER))
        for standing in self._claim_standings(claim):
            tags.add("status", standing.status, Interval(standing.since, standing.until))
        for ranked in self._claim_ranks(claim):
            tags.add("rank", ranked.rank, Interval(ranked.since, ranked.until))
        return tags

    def _tags_through(self, claims: Iterable[str], visible: date) -> Tags:
        """What the claims behind a thing say of it, from the day it is visible itself."""
        tags = Tags()
        for claim in claims:
            tags.merge(self.claim_tags[claim], visible)
        return tags

    # Rows, kind by kind

    def _dimensions(self) -> Iterator[SQLModel]:
        dossier = self.dossier
        for n, issue in enumerate(dossier.issues):
            yield models.Issue(id=issue.id, ordinal=n, **both("name", issue.name), **both("question", issue.question))
        for n, party in enumerate(dossier.parties):
            yield models.Party(
                id=party.id, ordinal=n, kind=party.kind, **both("name", party.name), **both("role", party.role)
            )
        for issue in dossier.issues:
            for n, party_id in enumerate(issue.parties):
                yield models.IssueParty(issue_id=issue.id, party_id=party_id, ordinal=n)
        for n, driver in enumerate(dossier.drivers):
            description = both("description", driver.description)
            yield models.Driver(id=driver.id, ordinal=n, **both("name", driver.name), **description)
            for issue_id in driver.issues:
                yield models.DriverIssue(driver_id=driver.id, issue_id=issue_id)
        for n, area in enumerate(dossier.areas):
            yield models.Area(id=area.id, ordinal=n, **both("name", area.name), **both("question", area.question))

    def _sources(self) -> Iterator[SQLModel]:
        ordinals = {source.id: n for n, source in enumerate(self.dossier.sources)}
        for source in _relayed_first(self.dossier.sources):
            published = IncompleteDate.parse(source.published)
            yield models.Source(
                id=source.id,
                ordinal=ordinals[source.id],
                kind=source.kind,
                **both("title", source.title),
                **both("publisher", named(source.publisher)),
                language=source.language,
                published=source.published,
                published_first=published.first,
                published_last=published.last,
                **both("published_basis", source.published_basis),
                visible_from=self.visible.source(source),
                access=source.access,
                url=source.url,
                relays_id=source.relays,
                reliability=source.reliability,
                **both("basis", source.basis),
                **both("note", source.note),
            )
            for n, locator in enumerate(source.locators):
                gist = both("gist", locator.gist)
                yield models.Locator(source_id=source.id, id=locator.id, ordinal=n, **gist, sha256=locator.sha256)

    def _claims(self) -> Iterator[SQLModel]:
        for claim in self.dossier.claims:
            yield models.Claim(
                id=claim.id,
                kind=claim.kind,
                **both("text", claim.text),
                attribution=claim.attribution,
                happened=claim.happened,
                reported=self.visible.reported(claim).text,
                visible_from=self.visible.claim(claim.id),
            )
        for claim in self.dossier.claims:
            yield from self._claim_standings(claim)
            yield from self._claim_ranks(claim)
            for n, evidence in enumerate(claim.evidence):
                yield models.Evidence(
                    claim_id=claim.id,
                    ordinal=n,
                    source_id=evidence.source,
                    locator=evidence.locator,
                    stance=evidence.stance,
                    credibility=evidence.credibility,
                    wording=evidence.wording.text if evidence.wording else None,
                    wording_language=evidence.wording.language if evidence.wording else None,
                )
            for relation in claim.relations:
                yield models.ClaimRelation(claim_id=claim.id, kind=relation.kind, other_id=relation.claim)

    def _claim_standings(self, claim: Claim) -> list[models.ClaimStanding]:
        """The history of a claim's status, each from its day until the next; the first from its publication."""
        starts = [self.visible.change(change) for change in claim.status]
        starts[0] = self.visible.claim(claim.id)
        standings = []
        for n, (change, since) in enumerate(zip(claim.status, starts, strict=True)):
            until = min(starts[n + 1 :], default=FOREVER)
            if since >= until:
                continue  # Overtaken before it was ever published: never how the claim stood to a reader.
            standings.append(
                models.ClaimStanding(
                    claim_id=claim.id,
                    since=since,
                    until=until,
                    since_text=change.since if n else self.visible.reported(claim).text,
                    status=change.value,
                    by_id=change.by,
                    **both("reason", change.reason),
                )
            )
        return standings

    def _claim_ranks(self, claim: Claim) -> list[models.ClaimRank]:
        """The history of a claim's rank: what its status decides, else what the editors say, else normal."""
        standings = self._claim_standings(claim)
        stated = [(self.visible.ranked(claim.id, change), change) for change in claim.rank]
        ranks: list[models.ClaimRank] = []
        for day in sorted({each.since for each in standings} | {since for since, _ in stated}):
            standing = [each for each in standings if each.since <= day][-1]
            change = next((each for since, each in reversed(stated) if since <= day), None)
            if standing.status in FALLEN:
                rank, since, by = Rank.DEPRECATED, standing.since_text, standing.by_id
                said = {"reason_en": standing.reason_en, "reason_fr": standing.reason_fr}
            elif change is not None:
                rank, since, by, said = change.value, change.since, None, both("reason", change.reason)
            else:
                rank, since, by, said = Rank.NORMAL, standing.since_text, None, both("reason", None)
            if ranks and (ranks[-1].rank, ranks[-1].reason_en) == (rank, said["reason_en"]):
                continue
            if ranks:
                ranks[-1].until = day
            ranks.append(
                models.ClaimRank(
                    claim_id=claim.id, since=day, until=FOREVER, since_text=since, rank=rank, by_id=by, **said
                )
            )
        return ranks

    def _developments(self) -> Iterator[SQLModel]:
        for development in self.dossier.developments:
            when = IncompleteDate.parse(development.date)
            yield models.Development(
                id=development.id,
                kind=development.kind,
                **both("title", development.title),
                happened=development.date,
                happened_first=when.first,
                happened_last=when.last,
                visible_from=self.visible.development(development),
            )
            for n, claim_id in enumerate(development.claims):
                yield models.DevelopmentClaim(development_id=development.id, ordinal=n, claim_id=claim_id)
            for standing in development.standings:
                yield models.IssueStanding(
                    issue_id=standing.issue,
                    development_id=development.id,
                    status=standing.status,
                    **both("sentence", standing.sentence),
                )
            if development.overall:
                sentence = both("sentence", development.overall)
                yield models.OverallStanding(development_id=development.id, **sentence)

    def _positions(self) -> Iterator[SQLModel]:
        for position in self.dossier.positions:
            yield models.Position(
                id=position.id,
                issue_id=position.issue,
                party_id=position.party,
                kind=position.kind,
                **both("text", position.text),
                claim_id=position.claim,
                since_text=position.since,
                since=max(IncompleteDate.parse(position.since).first, self.visible.claim(position.claim)),
                until_text=position.until,
                until=IncompleteDate.parse(position.until).first if position.until else FOREVER,
            )

    def _expectations(self) -> Iterator[SQLModel]:
        for n, expectation in enumerate(self.dossier.expectations):
            yield models.Expectation(
                id=expectation.id,
                ordinal=n,
                **both("text", expectation.text),
                due=expectation.due,
                due_last=IncompleteDate.parse(expectation.due).last,
                announced_id=expectation.announced,
                met_id=expectation.met,
                visible_from=self.visible.claim(expectation.announced),
                met_from=self.visible.claim(expectation.met) if expectation.met else FOREVER,
            )
            for issue_id in expectation.issues:
                yield models.ExpectationIssue(expectation_id=expectation.id, issue_id=issue_id)

    def _figures(self) -> Iterator[SQLModel]:
        for measure in self.dossier.measures:
            definition = both("definition", measure.definition)
            yield models.Measure(id=measure.id, **both("name", measure.name), **definition)
        for condition in self.dossier.conditions:
            yield models.Condition(id=condition.id, scope=condition.scope, **both("name", condition.name))
        for n, figure in enumerate(self.dossier.figures):
            yield models.Figure(
                id=figure.id,
                ordinal=n,
                **both("name", figure.name),
                **both("description", figure.description),
                unit=figure.unit,
                currency=figure.currency,
            )
            for m, reading in enumerate(figure.readings):
                yield models.Reading(
                    figure_id=figure.id,
                    id=reading.id,
                    ordinal=m,
                    claim_id=reading.claim,
                    source_id=reading.source,
                    locator=reading.locator,
                    value=f"{reading.value:f}",
                    upper=None if reading.upper is None else f"{reading.upper:f}",
                    bound=reading.bound,
                    measure_id=reading.measure,
                    condition_id=reading.condition,
                    as_of=reading.as_of,
                    as_of_first=IncompleteDate.parse(reading.as_of).first,
                    as_of_last=IncompleteDate.parse(reading.as_of).last,
                    literal=reading.literal.text if reading.literal else None,
                    literal_language=reading.literal.language if reading.literal else None,
                    renders_id=reading.renders,
                    visible_from=self.visible.reading(reading),
                )

    def _scenarios(self) -> Iterator[SQLModel]:
        for n, scenario in enumerate(self.dossier.scenarios):
            yield models.Scenario(
                id=scenario.id,
                ordinal=n,
                **both("name", scenario.name),
                **both("definition", scenario.definition),
                **both("condition", scenario.condition),
                start=scenario.start,
                horizon=scenario.horizon,
            )
            for m, signpost in enumerate(scenario.signposts):
                yield self._signpost(scenario.id, m, signpost)
        for development in self.dossier.developments:
            for change in development.scenarios:
                yield models.ScenarioStanding(
                    scenario_id=change.scenario, development_id=development.id, status=change.status
                )
        for impact in self.dossier.impacts:
            yield from self._impact(impact)
        for n, entry in enumerate(self.dossier.consistency):
            visible = self.visible.rated_claim(entry)
            yield models.RatedClaim(id=entry.id, ordinal=n, claim_id=entry.claim, visible_from=visible)
            for rating in entry.ratings:
                reason = both("reason", rating.reason)
                yield models.Rating(rated_claim_id=entry.id, scenario_id=rating.scenario, value=rating.value, **reason)

    def _signpost(self, scenario_id: str, ordinal: int, signpost: Signpost) -> models.Signpost:
        return models.Signpost(
            scenario_id=scenario_id,
            id=signpost.id,
            ordinal=ordinal,
            **both("text", signpost.text),
            seen_claim_id=signpost.seen,
            seen_text=signpost.seen_on,
            visible_from=self.visible.claim(signpost.seen) if signpost.seen else FOREVER,
        )

    def _impact(self, impact: Impact) -> Iterator[SQLModel]:
        yield models.Impact(
            id=impact.id,
            scenario_id=impact.scenario,
            area_id=impact.area,
            direction=impact.direction,
            strength=impact.strength,
            horizon=impact.horizon,
            firmness=impact.firmness,
            **both("bearer", impact.bearer),
            **both("reasoning", impact.reasoning),
            visible_from=self.visible.reasoned(impact),
        )
        for n, claim_id in enumerate(impact.claims):
            yield models.ImpactClaim(impact_id=impact.id, ordinal=n, claim_id=claim_id)
        if likelihood := impact.likelihood:
            yield models.ImpactLikelihood(
                impact_id=impact.id,
                word=likelihood.word,
                **both("author", named(likelihood.author)),
                estimated=likelihood.date,
                **both("basis", likelihood.basis),
                visible_from=self.visible.likelihood(likelihood),
            )

    def _cross_impact(self) -> Iterator[SQLModel]:
        for n, descriptor in enumerate(self.dossier.descriptors):
            yield models.Descriptor(id=descriptor.id, ordinal=n, area_id=descriptor.area)
            for m, outcome in enumerate(descriptor.outcomes):
                name = both("name", outcome.name)
                yield models.Outcome(descriptor_id=descriptor.id, id=outcome.id, ordinal=m, **name)
        for n, influence in enumerate(self.dossier.influences):
            yield from self._influence(n, influence)

    def _influence(self, ordinal: int, influence: Influence) -> Iterator[SQLModel]:
        yield models.Influence(
            id=influence.id,
            ordinal=ordinal,
            cause_descriptor_id=influence.cause.descriptor,
            cause_outcome=influence.cause.outcome,
            effect_descriptor_id=influence.effect.descriptor,
            effect_outcome=influence.effect.outcome,
            value=influence.value,
            **both("reason", influence.reason),
            basis=influence.basis,
            visible_from=self.visible.reasoned(influence),
        )
        for n, claim_id in enumerate(influence.claims):
            yield models.InfluenceClaim(influence_id=influence.id, ordinal=n, claim_id=claim_id)

    def _exposure(self) -> Iterator[SQLModel]:
        for n, calculation in enumerate(self.dossier.exposure):
            yield models.Calculation(
                id=calculation.id,
                ordinal=n,
                **both("name", calculation.name),
                **both("question", calculation.question),
                formula=calculation.formula,
                unit=calculation.unit,
                **both("caution", calculation.caution),
                **both("not_computable", calculation.not_computable),
            )
            for m, given in enumerate(calculation.inputs):
                key = {"calculation_id": calculation.id}
                label, figure = both("label", given.label), given.figure
                yield models.CalculationInput(
                    **key, name=given.name, ordinal=m, **label, figure_id=figure, literal=given.literal
                )
                for k, reading in enumerate(given.readings):
                    yield models.CalculationReading(**key, input_name=given.name, ordinal=k, reading_id=reading)

    def _glossary(self) -> Iterator[SQLModel]:
        for n, term in enumerate(self.dossier.glossary):
            yield models.Term(
                id=term.id,
                ordinal=n,
                kind=term.kind,
                **both("term", term.term),
                **both("definition", term.definition),
                **both("caution", term.caution),
            )
            for language, forms in term.forms or ():
                for form in forms:
                    yield models.TermForm(term_id=term.id, language=language, form=form)
            for m, claim_id in enumerate(term.claims):
                yield models.TermClaim(term_id=term.id, ordinal=m, claim_id=claim_id)

    def _reviewed(self) -> Iterator[SQLModel]:
        """Each mention once: one that a source stands for is on file, whether or not it was dismissed before."""
        found: dict[str, str | None] = {each.id: None for each in self.dossier.dismissed}
        found.update({mention_id(each.url): each.id for each in self.dossier.sources if each.url})
        for identifier, source in sorted(found.items()):
            yield models.ReviewedMention(id=identifier, source_id=source)


def _relayed_first(sources: tuple[Source, ...]) -> Iterator[Source]:
    """Sources, each after the one it relays, so that a row never points to one not yet there."""
    by_id = {source.id: source for source in sources}
    done: set[str] = set()

    def visit(source: Source, above: tuple[str, ...] = ()) -> Iterator[Source]:
        if source.id in done or source.id in above:
            return
        if source.relays:
            yield from visit(by_id[source.relays], (*above, source.id))
        done.add(source.id)
        yield source

    for source in sources:
        yield from visit(source)
