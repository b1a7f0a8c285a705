"""Invents entries by the million, to see how a release grows: nothing of it is of the record, and all of it says so.

The entries stand on the dossier's own issues, parties, drivers and areas, so that every filter has something to filter,
and on sources of their own. They are made of a seed alone, in the order of their dates, a few thousand at a time, and
come as rows: no more than one batch is ever held. Values are skewed as records are: a few sources, parties and words
stand in most entries (G. K. Zipf, "Human Behavior and the Principle of Least Effort", 1949), most dates are recent,
one in nine is known by its month or year alone, and every fifth claim has changed its status.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct, field
from sqlmodel import SQLModel

from app import models
from app.dates import IncompleteDate
from app.dossier.schema import Dossier, Text
from app.models import FOREVER
from app.vocabulary import (
    FALLEN,
    Access,
    Attribution,
    Bound,
    ClaimKind,
    ClaimRelation,
    ClaimStatus,
    DevelopmentKind,
    Flag,
    Listing,
    Rank,
    Reliability,
    SourceKind,
    Stance,
    Unit,
)

VERSION = 1
"""Raised whenever the same seed would give other entries, so that no two releases share an id."""
SOURCES = 194
"""How many sources are invented, whatever the number of claims: a facet lists them all."""
BATCH = 5000
CLAIMS_A_DEVELOPMENT = 20
CLAIMS_A_FIGURE = 200
FIRST_DAY = date(2012, 1, 1)

ALWAYS = FOREVER.isoformat()

Row = tuple[object, ...]
Held = tuple[str, str, str, str]
"""A parameter, its value, and the days from which and before which it holds, as ISO 8601 has them."""
Own = Mapping[str, Sequence[str]]
"""For each parameter of which a thing has values of its own, those."""
Value = TypeVar("Value")


class Batch(Struct, frozen=True):
    """Rows by table, each a tuple in the order of the table's columns, and texts to be searched."""

    rows: dict[type[SQLModel], list[Row]] = field(default_factory=lambda: defaultdict(list))
    texts: list[tuple[Listing, str, Text]] = field(default_factory=list)


_NOUNS = (
    "agreement accord|audit audit|board conseil|budget budget|campaign campagne|capacity capacité|chip puce"
    "|clause clause|cloud nuage|committee comité|contract contrat|court tribunal|customer client|data données"
    "|deadline échéance|delay retard|draft brouillon|exemption exemption|factory usine|filing dépôt|fund fonds"
    "|grid réseau|hearing audience|inquiry enquête|invoice facture|lease bail|letter lettre|licence licence"
    "|loan prêt|market marché|model modèle|network réseau|notice avis|offer offre|office bureau"
    "|partner partenaire|patent brevet|permit permis|price prix|product produit|profit bénéfice"
    "|protocol protocole|record registre|report rapport|review révision|right droit|rule règle|sale vente"
    "|server serveur|share action|staff personnel|supply approvisionnement|tariff tarif|tender appel|term terme"
    "|theory théorie|timetable calendrier|transfer transfert|update mise|vote scrutin"
)
_VERBS = (
    "accepts accepte|announces annonce|approves approuve|blocks bloque|cancels annule|challenges conteste"
    "|confirms confirme|defends défend|delays retarde|denies dément|doubles double|drops abandonne"
    "|examines examine|extends prolonge|halves divise|limits limite|negotiates négocie|opens ouvre"
    "|postpones reporte|publishes publie|questions interroge|refuses refuse|renews renouvelle|signs signe"
    "|suspends suspend|withdraws retire"
)
_ADJECTIVES = (
    "annual annuel|binding contraignant|central central|disputed disputé|domestic national|early précoce"
    "|exclusive exclusif|final définitif|foreign étranger|hidden caché|internal interne|joint commun|late tardif"
    "|legal légal|local local|minor mineur|narrow étroit|open ouvert|partial partiel|pending pendant"
    "|private privé|public public|regional régional|secret secret|technical technique|urgent urgent|verbal verbal"
    "|written écrit"
)
_SYLLABLES = (
    "ba be bo da de do fa fe ka ke ko la le lo ma me mo na ne no pa pe ra re ro sa se so ta te to va ve vo za ze"
)


class Skewed(Generic[Value]):
    """Values of which the n-th is drawn 1/n as often as the first."""

    def __init__(self, values: Sequence[Value]) -> None:
        self._values = values
        self._weights = list(accumulate(1 / (n + 1) for n in range(len(values))))

    def draw(self, random: Random, count: int) -> list[Value]:
        return random.choices(self._values, cum_weights=self._weights, k=count)


def _pairs(words: str) -> tuple[tuple[str, str], ...]:
    """English and French words as they are listed above."""
    found = [pair.split(" ") for pair in words.split("|")]
    return tuple((english, french) for english, french in found)


def _weighted(random: Random, values: dict[Value, int], count: int) -> list[Value]:
    return random.choices(list(values), weights=list(values.values()), k=count)


MARK = "Synthetic test data"
"""How the name of such a release begins."""


def is_synthetic(name: str) -> bool:
    """Whether a release of this English name holds invented entries."""
    return name.startswith(MARK)


_STATUSES = {
    ClaimStatus.REPORTED: 45,
    ClaimStatus.CONFIRMED: 25,
    ClaimStatus.DISPUTED: 12,
    ClaimStatus.FORECAST: 8,
    ClaimStatus.CONTRADICTED: 5,
    ClaimStatus.SUPERSEDED: 5,
}
_ATTRIBUTIONS = {each: 40 // (n + 1) for n, each in enumerate((Attribution.REPORT, Attribution.UNNAMED, *Attribution))}
_PRECISIONS = {10: 89, 7: 8, 4: 3}
"""How many signs of a day are known: all ten, seven for a month, four for a year."""


class Interval(NamedTuple):
    """Days as ISO 8601 has them, from ``since`` until the day before ``until``; these compare as they stand."""

    since: str
    until: str


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same days as disjoint intervals, in order."""
    result: list[Interval] = []
    for since, until in sorted(intervals):
        if result and since <= result[-1].until:
            result[-1] = Interval(result[-1].since, max(result[-1].until, until))
        else:
            result.append(Interval(since, until))
    return result


class _Gathered:
    """What many claims say of the thing they have in common, as intervals that are joined whenever they are many."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], list[Interval]] = defaultdict(list)

    def add(self, held: Iterable[Held]) -> None:
        for parameter, value, since, until in held:
            found = self._held[parameter, value]
            if found and found[0].since <= since and until <= found[0].until:
                continue
            found.append(Interval(since, until))
            if len(found) > 50:
                found[:] = joined(found)

    def tags(self, listing: Listing, item: str, visible: str, own: Own) -> Iterator[Row]:
        """The rows of the thing's tags: its own values, and of other parameters those of its claims, once visible."""
        for parameter, values in own.items():
            yield from ((listing, item, parameter, visible, value, ALWAYS) for value in dict.fromkeys(values))
        for (parameter, value), intervals in sorted(self._held.items()):
            clipped = [Interval(max(visible, since), until) for since, until in intervals if until > visible]
            if parameter not in own:
                yield from ((listing, item, parameter, since, value, until) for since, until in joined(clipped))


class _Said(Struct, frozen=True):
    """A claim as far as what rests on it needs it."""

    id: str
    visible: str
    source: str
    held: Sequence[Held]

    def values(self, parameter: str) -> list[str]:
        return [value for name, value, _, _ in self.held if name == parameter]


def _ends(day: str) -> tuple[str, str]:
    """The first and the last day that a date may mean."""
    if len(day) == 10:
        return day, day
    when = IncompleteDate.parse(day)
    return when.first.isoformat(), when.last.isoformat()


class Synthetic:
    """``claims`` invented claims and what rests on them, beside a dossier; the same for the same seed."""

    def __init__(self, dossier: Dossier, claims: int, seed: int) -> None:
        self.claims, self.seed = claims, seed
        self._dossier = dossier
        self._last = IncompleteDate.parse(dossier.edition.compiled).last
        self._issues = Skewed([each.id for each in dossier.issues])
        self._parties = Skewed([each.id for each in dossier.parties])
        self._drivers = Skewed([each.id for each in dossier.drivers])
        self._areas = Skewed([each.id for each in dossier.areas])
        self._sources = Skewed([f"synthetic-source-{n:03}" for n in range(1, SOURCES + 1)])
        self._nouns, self._verbs, self._adjectives = (Skewed(_pairs(each)) for each in (_NOUNS, _VERBS, _ADJECTIVES))
        syllables = _SYLLABLES.split()
        self._names = Skewed([(a + b + c).capitalize() for a in syllables for b in syllables for c in syllables[:4]])
        self._of_sources: dict[str, _Gathered] = defaultdict(_Gathered)

    @property
    def name(self) -> Text:
        """What the release is called."""
        return Text(
            en=f"{MARK}, {self.claims} invented claims: no part of the record",
            fr=f"Données d’essai synthétiques, {self.claims} affirmations inventées\u00a0: hors du dossier",
        )

    def batches(self) -> Iterator[Batch]:
        """All rows, a few thousand claims at a time; the sources last, as they carry what their claims say."""
        random = Random(self.seed)  # noqa: S311  Nothing secret: the same seed has to give the same entries.
        for start in range(0, self.claims, BATCH):
            yield self._batch(random, start, min(BATCH, self.claims - start))
        yield self._source_batch()

    def _batch(self, random: Random, start: int, count: int) -> Batch:
        batch = Batch()
        tags = self._add_claims(batch, random, start, count)
        for n in range(start, start + count):
            if n % CLAIMS_A_DEVELOPMENT == CLAIMS_A_DEVELOPMENT - 1 or n == self.claims - 1:
                self._add_development(batch, random, n, tags)
            if n % CLAIMS_A_FIGURE == CLAIMS_A_FIGURE - 1 or n == self.claims - 1:
                self._add_figure(batch, random, n, tags)
        return batch

    def _add_claims(self, batch: Batch, random: Random, start: int, count: int) -> dict[int, _Said]:
        """Add claims and what belongs to each; give what can be said of each, for what rests on them."""
        said: dict[int, _Said] = {}
        rows, ordinal = batch.rows, len(self._dossier.claims)
        span = (self._last - FIRST_DAY).days
        drawn = zip(
            range(start, start + count),
            _weighted(random, _STATUSES, count),
            _weighted(random, dict.fromkeys(ClaimKind, 1), count),
            _weighted(random, _ATTRIBUTIONS, count),
            _weighted(random, _PRECISIONS, count),
            self._issues.draw(random, count),
            zip(self._parties.draw(random, count), self._parties.draw(random, count), strict=True),
            zip(self._sources.draw(random, count), self._sources.draw(random, count), strict=True),
            self._sentences(random, count),
            strict=True,
        )
        for n, status, kind, attribution, known, issue, parties, sources, words in drawn:
            claim = f"s{n:07}"
            # The square of a number grows slowly at first: as in a record, most of it is of the last few years.
            day = FIRST_DAY + timedelta(days=round(span * (n / self.claims) ** 0.4))
            happened = day.isoformat()[:known] if random.random() < 0.8 else None
            published = min(day + timedelta(days=random.choice((0, 1, 2, 5, 14, 45))), self._last)
            visible = published.isoformat()
            issues = {issue, *(self._issues.draw(random, 1) if random.random() < 0.2 else ())}
            flags = [random.choice(list(Flag))] if random.random() < 0.1 else []
            speakers = parties[:1] if attribution in (Attribution.PARTY, Attribution.JOINT, Attribution.FILING) else ()
            turned = published + timedelta(days=random.randint(30, 400))
            changed = turned.isoformat()
            history = [(ClaimStatus.REPORTED, visible, changed), (status, changed, ALWAYS)]
            if status is ClaimStatus.REPORTED or turned > self._last or random.random() < 0.6:
                history = [(status, visible, ALWAYS)]
            preferred = Rank.PREFERRED if random.random() < 0.02 else Rank.NORMAL
            ranks: list[tuple[Rank, str, str]] = []
            other = f"s{random.randrange(n):07}" if n else None
            for state, since, until in history:
                rank = Rank.DEPRECATED if state in FALLEN else preferred
                if ranks and ranks[-1][0] is rank:
                    ranks[-1] = (rank, ranks[-1][1], until)
                else:
                    ranks.append((rank, since, until))
                by = other if state in FALLEN else None
                rows[models.ClaimStanding].append((claim, since, until, since, state, by, None, None))
            for rank, since, until in ranks:
                by = other if rank is Rank.DEPRECATED else None
                rows[models.ClaimRank].append((claim, since, until, since, rank, by, None, None))
            text = Text.model_construct(
                en=f"Synthetic claim: {words[0]}.", fr=f"Affirmation synthétique\u00a0: {words[1]}."
            )
            rows[models.Claim].append((claim, kind, text.en, text.fr, attribution, happened, visible, visible))
            cited = dict.fromkeys(sources if random.random() < 0.3 else sources[:1])
            for place, source in enumerate(cited):
                grade = random.choice("123456")
                rows[models.Evidence].append((claim, place, source, "whole", Stance.SUPPORTS, grade, None, None))
            if other and random.random() < 0.1:
                relation = random.choice(list(ClaimRelation))
                rows[models.ClaimRelation].append((claim, relation, other))
            held = [
                *(("issue", each, visible, ALWAYS) for each in sorted(issues)),
                *(("party", each, visible, ALWAYS) for each in dict.fromkeys(parties)),
                *(("speaker", each, visible, ALWAYS) for each in speakers),
                *(("driver", each, visible, ALWAYS) for each in self._some(random, self._drivers, 0.3)),
                *(("impact", each, visible, ALWAYS) for each in self._some(random, self._areas, 0.4)),
                *(("flag", each, visible, ALWAYS) for each in flags),
                ("kind", kind, visible, ALWAYS),
                ("attribution", attribution, visible, ALWAYS),
                *(("source", each, visible, ALWAYS) for each in cited),
                *(("status", *each) for each in history),
                *(("rank", *each) for each in ranks),
            ]
            rows[models.ListingTag].extend(
                (Listing.CLAIMS, claim, parameter, since, value, until) for parameter, value, since, until in held
            )
            for source in cited:
                self._of_sources[source].add(held)
            first, last = _ends(happened or visible)
            rows[models.ListingItem].append((Listing.CLAIMS, claim, ordinal + n, first, last, visible, 0))
            batch.texts.append((Listing.CLAIMS, claim, text))
            said[n] = _Said(claim, visible, next(iter(cited)), held)
        return said

    def _some(self, random: Random, values: Skewed[str], share: float) -> list[str]:
        return values.draw(random, 1) if random.random() < share else []

    def _sentences(self, random: Random, count: int) -> Iterator[tuple[str, str]]:
        """Sentences in English and French, about invented names and never about a real party."""
        names, objects = self._names.draw(random, count), self._names.draw(random, count)
        nouns, matters = self._nouns.draw(random, count), self._nouns.draw(random, count)
        verbs, adjectives = self._verbs.draw(random, count), self._adjectives.draw(random, count)
        for who, of, noun, matter, verb, adjective in zip(
            names, objects, nouns, matters, verbs, adjectives, strict=True
        ):
            yield (
                f"{who} {verb[0]} the {adjective[0]} {noun[0]} of {of}, with a {matter[0]}",
                f"{who} {verb[1]} le {noun[1]} {adjective[1]} de {of}, avec un {matter[1]}",
            )

    def _add_development(self, batch: Batch, random: Random, n: int, said: Mapping[int, _Said]) -> None:
        behind = [said[each] for each in range(n, n - random.randint(1, 3), -1) if each in said]
        development, kind = f"d{n // CLAIMS_A_DEVELOPMENT:07}", random.choice(list(DevelopmentKind))
        happened = min(each.visible for each in behind)
        ((english, french),) = self._sentences(random, 1)
        title = Text.model_construct(en=f"Synthetic event: {english}", fr=f"Événement synthétique\u00a0: {french}")
        row = (development, kind, title.en, title.fr, happened, happened, happened, happened)
        batch.rows[models.Development].append(row)
        links = ((development, place, each.id) for place, each in enumerate(behind))
        batch.rows[models.DevelopmentClaim].extend(links)
        own: Own = {name: behind[0].values(name) for name in ("issue", "party")} | {"kind": [kind]}
        ordinal = len(self._dossier.developments) + n // CLAIMS_A_DEVELOPMENT
        self._list(
            batch, Listing.DEVELOPMENTS, development, ordinal, (happened, happened, happened), behind, own, title
        )

    def _add_figure(self, batch: Batch, random: Random, n: int, said: Mapping[int, _Said]) -> None:
        behind = [said[each] for each in range(n, n - random.randint(1, 4), -1) if each in said]
        figure, number = f"f{n // CLAIMS_A_FIGURE:07}", len(self._dossier.figures) + n // CLAIMS_A_FIGURE
        ((english, french),) = self._sentences(random, 1)
        name = Text.model_construct(en=f"Synthetic figure: {english}", fr=f"Chiffre synthétique\u00a0: {french}")
        row = (figure, number, name.en, name.fr, name.en, name.fr, Unit.COUNT, None)
        batch.rows[models.Figure].append(row)
        amount, days = random.randint(1, 10**6), []
        measure, condition = self._dossier.measures[0].id, self._dossier.conditions[0].id
        for place, each in enumerate(behind):
            day = each.visible
            days.append(day)
            value = amount * random.choice((1, 1, 1, 2, 10))
            batch.rows[models.Reading].append(
                (
                    *(figure, f"r{place}", place, each.id, each.source, "whole", str(value), None, Bound.EXACT),
                    *(measure, condition, day, day, day, None, None, None, day),
                )
            )
        own: Own = {name: behind[0].values(name) for name in ("issue", "party")} | {"kind": [Unit.COUNT]}
        self._list(batch, Listing.FIGURES, figure, number, (min(days), max(days), min(days)), behind, own, name)

    def _list(
        self,
        batch: Batch,
        listing: Listing,
        item: str,
        ordinal: int,
        days: tuple[str, str, str],
        behind: Sequence[_Said],
        own: Own,
        text: Text,
    ) -> None:
        """Add an entry to a list: ``days`` are its first, its last and the one from which it is visible."""
        gathered = _Gathered()
        for each in behind:
            gathered.add(each.held)
        batch.rows[models.ListingItem].append((listing, item, ordinal, *days, 0))
        batch.rows[models.ListingTag].extend(gathered.tags(listing, item, days[2], own))
        batch.texts.append((listing, item, text))

    def _source_batch(self) -> Batch:
        batch, random = Batch(), Random(self.seed)  # noqa: S311  As above.
        for n in range(SOURCES):
            source, kind = f"synthetic-source-{n + 1:03}", random.choice(list(SourceKind))
            day = (FIRST_DAY - timedelta(days=SOURCES - n)).isoformat()
            ((english, french),) = self._sentences(random, 1)
            title = Text.model_construct(en=f"Synthetic source: {english}", fr=f"Source synthétique\u00a0: {french}")
            publisher = f"Synthetic publisher {n + 1}"
            number = len(self._dossier.sources) + n
            batch.rows[models.Source].append(
                (
                    *(source, number, kind, title.en, title.fr, publisher, publisher, "en", day, day, day, None, None),
                    *(day, Access.NONE, None, None, random.choice(list(Reliability))),
                    *("It is invented.", "Elle est inventée.", None, None),
                )
            )
            batch.rows[models.ListingItem].append((Listing.SOURCES, source, number, day, day, day, 0))
            own: Own = {"kind": [kind], "source": [source]}
            batch.rows[models.ListingTag].extend(self._of_sources[source].tags(Listing.SOURCES, source, day, own))
            batch.texts.append((Listing.SOURCES, source, title))
        return batch
