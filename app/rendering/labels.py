"""What a reader sees for each word of the closed vocabularies, and what it means."""

from typing import NamedTuple

from app.dates import IncompleteDate
from app.filters import Fault
from app.rendering.formats import format_incomplete_date
from app.rendering.translations import N_, translations


class Label(NamedTuple):
    name: str
    meaning: str = ""


TERM_KINDS = {
    "legal": Label(N_("Law")),
    "financial": Label(N_("Finance")),
    "corporate": Label(N_("Company form")),
    "technical": Label(N_("Technology")),
    "method": Label(N_("Method of this site")),
}

LABELS: dict[str, dict[str, Label]] = {
    "status": {
        "confirmed": Label(
            N_("Confirmed"), N_("Shown by a filing, an authority, the parties or independent documents.")
        ),
        "reported": Label(N_("Reported"), N_("Said by a source, and not shown.")),
        "disputed": Label(N_("Disputed"), N_("Denied by a party, or told differently by good sources.")),
        "contradicted": Label(N_("Contradicted"), N_("Better evidence says otherwise.")),
        "superseded": Label(N_("Superseded"), N_("Was so, and has changed since.")),
        "forecast": Label(N_("Forecast"), N_("About the future when it was said.")),
    },
    "rank": {
        "preferred": Label(N_("Preferred"), N_("The claim to go by today among those that speak of the same thing.")),
        "normal": Label(N_("Normal"), N_("On file, and neither preferred nor deprecated.")),
        "deprecated": Label(N_("Deprecated"), N_("Stays on file and no longer counts as current.")),
    },
    "kind": {
        "event": Label(N_("Event"), N_("Something that happened.")),
        "term": Label(N_("Contract term"), N_("What an agreement or a rule provides.")),
        "position": Label(N_("Position"), N_("What a party asks, offers, refuses or holds.")),
        "amount": Label(N_("Amount"), N_("A number with its measure and condition.")),
        "assessment": Label(N_("Assessment"), N_("A judgement about how things are.")),
        "prediction": Label(N_("Prediction"), N_("A judgement about what may follow.")),
        "deal": Label(N_("Deal")),
        "announcement": Label(N_("Announcement")),
        "statement": Label(N_("Statement")),
        "filing": Label(N_("Filing")),
        "regulation": Label(N_("Act of a regulator")),
        "legislation": Label(N_("Legislation")),
        "litigation": Label(N_("Litigation")),
        "report": Label(N_("Press report")),
        "lapse": Label(N_("Lapse")),
        "currency": Label(N_("Amount of money")),
        "percent": Label(N_("Percentage")),
        "multiple": Label(N_("Multiple")),
        "count": Label(N_("Number")),
        "regulator": Label(N_("Publication of an authority")),
        "company": Label(N_("Publication of a company")),
        "copy": Label(N_("Copy of a company’s publication")),
        "law-firm": Label(N_("Note of a law firm")),
        "press": Label(N_("Press")),
        "relay": Label(N_("Relay of another’s report")),
        **TERM_KINDS,
    },
    "attribution": {
        "filing": Label(N_("Filing"), N_("A company says it in a filing with an authority or a court.")),
        "regulator": Label(N_("Authority"), N_("An authority or a court says it of its own act.")),
        "joint": Label(N_("Both parties"), N_("The parties say it together.")),
        "party": Label(N_("Named party"), N_("One party says it by name.")),
        "report": Label(N_("Named report"), N_("A named publication says it on its own authority.")),
        "unnamed": Label(N_("Unnamed people"), N_("People who are not named say it to a publication.")),
        "analysts": Label(N_("Analysts"), N_("Analysts or commentators say it.")),
        "nobody": Label(N_("Nobody named"), N_("The text says it and gives nobody.")),
    },
    "voice": {
        "filing": Label(N_("a filing")),
        "regulator": Label(N_("an authority")),
        "joint": Label(N_("both parties")),
        "party": Label(N_("one party")),
        "report": Label(N_("the publication itself")),
        "unnamed": Label(N_("unnamed people")),
        "analysts": Label(N_("analysts")),
        "nobody": Label(N_("nobody named")),
    },
    "voice-of": {
        "filing": Label(N_("in a filing")),
        "regulator": Label(N_("as the authority")),
        "joint": Label(N_("together")),
        "party": Label(N_("by name")),
        "report": Label(N_("as the publication has it")),
        "unnamed": Label(N_("not by name")),
        "analysts": Label(N_("as analysts")),
        "nobody": Label(N_("as the text has it")),
    },
    "flag": {
        "translation": Label(N_("Misleading translation"), N_("It rests on a term that misleads in translation.")),
        "magnitude": Label(N_("Order of magnitude"), N_("The amount is off by a power of ten.")),
        "condition": Label(N_("Other condition"), N_("The record ties it to another condition.")),
        "measure": Label(N_("Other measure"), N_("The record measures another quantity.")),
        "date": Label(N_("Date"), N_("The record gives another date.")),
    },
    "issue-status": {
        "aligned": Label(N_("Aligned"), N_("The parties say the same; no difference is on file.")),
        "contested": Label(N_("Contested"), N_("The parties are reported to differ.")),
        "negotiating": Label(N_("Negotiating"), N_("Talks on it are acknowledged.")),
        "settled": Label(N_("Settled"), N_("An agreement in force covers it.")),
        "lapsed": Label(N_("Lapsed"), N_("What was disputed is gone.")),
    },
    "relation": {
        "contradicts": Label(N_("contradicts")),
        "supports": Label(N_("supports")),
        "repeats": Label(N_("repeats")),
        "corrects": Label(N_("corrects")),
        "refines": Label(N_("makes more precise")),
        "supersedes": Label(N_("supersedes")),
    },
    "inverse-relation": {
        "contradicts": Label(N_("is contradicted by")),
        "supports": Label(N_("is supported by")),
        "repeats": Label(N_("is repeated by")),
        "corrects": Label(N_("is corrected by")),
        "refines": Label(N_("is made more precise by")),
        "supersedes": Label(N_("is superseded by")),
    },
    "stance": {"supports": Label(N_("supports")), "contradicts": Label(N_("contradicts"))},
    "access": {
        "page": Label(N_("Read"), N_("The editors read the document.")),
        "copy": Label(N_("Read in a copy"), N_("A copy was read; the address itself was not opened.")),
        "headline": Label(N_("Headline only"), N_("Only the headline was read.")),
        "none": Label(N_("Not read"), N_("Known only through other documents.")),
    },
    "reliability": {
        "A": Label(N_("A: completely reliable")),
        "B": Label(N_("B: usually reliable")),
        "C": Label(N_("C: fairly reliable")),
        "D": Label(N_("D: not usually reliable")),
        "E": Label(N_("E: unreliable")),
        "F": Label(N_("F: cannot be judged")),
    },
    "credibility": {
        "1": Label(N_("1: confirmed by other sources")),
        "2": Label(N_("2: probably true")),
        "3": Label(N_("3: possibly true")),
        "4": Label(N_("4: doubtful")),
        "5": Label(N_("5: improbable")),
        "6": Label(N_("6: cannot be judged")),
    },
    "position": {
        "asks": Label(N_("Asks")),
        "offers": Label(N_("Offers")),
        "refuses": Label(N_("Refuses")),
        "leverage": Label(N_("Holds as leverage")),
    },
    "party-kind": {
        "company": Label(N_("Company")),
        "foundation": Label(N_("Foundation")),
        "investor": Label(N_("Investor")),
        "regulator": Label(N_("Authority")),
        "legislator": Label(N_("Legislator")),
        "person": Label(N_("Person")),
        "public": Label(N_("Members of the public")),
    },
    "bound": {
        "exact": Label(N_("exactly")),
        "at-least": Label(N_("at least")),
        "at-most": Label(N_("at most")),
        "about": Label(N_("about")),
    },
    "conflict": {
        "factor-ten": Label(
            N_("Power of ten"),
            N_("The two differ by a power of ten, as when yi, milliard and billion are taken for one another."),
        ),
        "measure": Label(N_("Other measure"), N_("The two give one statement, but measure different things.")),
        "condition": Label(N_("Other condition"), N_("The two give one statement, under different conditions.")),
        "value": Label(N_("Other value"), N_("The two measure the same and cannot both be right.")),
    },
    "expectation": {
        "met": Label(N_("Met"), N_("A claim on file shows that it happened.")),
        "lapsed": Label(N_("Lapsed, nothing on file"), N_("Its date has passed and nothing on file shows it met.")),
        "open": Label(N_("Awaited"), N_("Its date has not come yet.")),
    },
    "scenario-status": {
        "open": Label(N_("Open"), N_("It may still come about.")),
        "occurred": Label(N_("Occurred"), N_("It has come about.")),
        "overtaken": Label(N_("Overtaken"), N_("Events have made it impossible.")),
    },
    "direction": {
        "increases": Label(N_("Increases")),
        "decreases": Label(N_("Decreases")),
        "mixed": Label(N_("Mixed")),
        "not-stated": Label(N_("Not stated")),
    },
    "strength": {
        "strong": Label(N_("strong")),
        "moderate": Label(N_("moderate")),
        "weak": Label(N_("weak")),
        "not-stated": Label(N_("strength not stated")),
    },
    "horizon": {
        "immediate": Label(N_("at once")),
        "months": Label(N_("within months")),
        "years": Label(N_("over years")),
        "not-stated": Label(N_("time not stated")),
    },
    "firmness": {
        "observed": Label(N_("Observed"), N_("The record shows it since.")),
        "reasoned": Label(N_("Reasoned"), N_("A source argues it.")),
        "nothing": Label(N_("Nothing on file"), N_("No source on file speaks of it.")),
    },
    "likelihood": {
        "almost-no-chance": Label(N_("almost no chance")),
        "very-unlikely": Label(N_("very unlikely")),
        "unlikely": Label(N_("unlikely")),
        "roughly-even-chance": Label(N_("roughly even chance")),
        "likely": Label(N_("likely")),
        "very-likely": Label(N_("very likely")),
        "almost-certain": Label(N_("almost certain")),
    },
    "consistency": {
        "consistent": Label(N_("Consistent"), N_("It would be expected if the scenario came about.")),
        "inconsistent": Label(
            N_("Inconsistent"), N_("It would surprise if the scenario came about, or is ruled out by its definition.")
        ),
        "neutral": Label(N_("Neutral"), N_("It would be expected as much if the scenario did not come about.")),
        "not-applicable": Label(N_("Not applicable"), N_("It has nothing to say of the scenario.")),
    },
    "term-kind": TERM_KINDS,
    "in": {
        "claims": Label(N_("Claims")),
        "developments": Label(N_("Developments")),
        "figures": Label(N_("Figures")),
        "sources": Label(N_("Sources")),
        "glossary": Label(N_("Glossary")),
    },
    "entry": {
        "claims": Label(N_("Claim")),
        "developments": Label(N_("Development")),
        "figures": Label(N_("Figure")),
        "sources": Label(N_("Source")),
        "glossary": Label(N_("Term")),
    },
    "use": {
        "development": Label(N_("Development")),
        "figure": Label(N_("Figure")),
        "position": Label(N_("Position")),
        "impact": Label(N_("Impact")),
        "term": Label(N_("Glossary")),
        "consistency": Label(N_("Bears on scenarios")),
    },
    "language": {
        "en": Label(N_("English")),
        "fr": Label(N_("French")),
        "zh": Label(N_("Chinese")),
        "pl": Label(N_("Polish")),
        "de": Label(N_("German")),
        "ja": Label(N_("Japanese")),
    },
    "sort": {
        "newest": Label(N_("Newest first")),
        "oldest": Label(N_("Oldest first")),
        "listed": Label(N_("As listed")),
        "relevance": Label(N_("Most relevant first")),
    },
    "parameter": {
        "in": Label(N_("Kind of entry")),
        "issue": Label(N_("Issue")),
        "party": Label(N_("Party")),
        "status": Label(N_("Status")),
        "kind": Label(N_("Kind")),
        "attribution": Label(N_("Who says it")),
        "source": Label(N_("Source")),
        "impact": Label(N_("Impact area")),
        "driver": Label(N_("Driver")),
        "flag": Label(N_("Warning")),
        "rank": Label(N_("Rank")),
        "from": Label(N_("From")),
        "to": Label(N_("To")),
        "q": Label(N_("Words")),
        "as_of": Label(N_("As of")),
        "sort": Label(N_("Order")),
        "page": Label(N_("Page")),
        "size": Label(N_("Page size")),
        "scenario": Label(N_("Scenario")),
        "cell": Label(N_("Cell")),
        "without": Label(N_("Without")),
        "publisher": Label(N_("Publisher")),
    },
    "check": {
        "alive": Label(N_("still there"), N_("The address answered with the document.")),
        "moved": Label(N_("moved"), N_("The address leads to another one.")),
        "changed": Label(N_("changed"), N_("What is there is no longer what was there at the first check.")),
        "gone": Label(N_("gone"), N_("The server says that there is nothing at this address.")),
        "unknown": Label(N_("not known"), N_("The address gave no answer that says what became of the document.")),
    },
    "feed": {"changes": Label(N_("What changed"))},
    "change": {
        "added": Label(N_("Added")),
        "corrected": Label(N_("Corrected")),
        "superseded": Label(N_("Overtaken"), N_("On file as before, and no longer counted as current.")),
        "withdrawn": Label(N_("Withdrawn")),
    },
    "changed": {
        "claim": Label(N_("Claim")),
        "development": Label(N_("Development")),
        "figure": Label(N_("Figure")),
        "reading": Label(N_("Reading of a figure")),
        "source": Label(N_("Source")),
        "term": Label(N_("Glossary term")),
        "position": Label(N_("Position of a party")),
        "issue-standing": Label(N_("Status of an issue")),
        "scenario-standing": Label(N_("Status of a scenario")),
        "overall-standing": Label(N_("Sentence on the whole dispute")),
        "expectation": Label(N_("Announced for a date")),
        "signpost": Label(N_("Signpost of a scenario")),
        "impact": Label(N_("Impact of a scenario")),
        "party": Label(N_("Party")),
    },
    "field": {
        "about": Label(N_("What it is about")),
        "access": Label(N_("How it was read")),
        "announced_id": Label(N_("Announced by")),
        "as_of": Label(N_("Date of the value")),
        "attribution": Label(N_("Who says it")),
        "basis": Label(N_("Basis of the grade")),
        "bearer": Label(N_("Who bears it")),
        "bound": Label(N_("Kind of value")),
        "caution": Label(N_("Caution")),
        "claim_id": Label(N_("Claim behind it")),
        "claims": Label(N_("Claims behind it")),
        "condition_id": Label(N_("Condition")),
        "currency": Label(N_("Currency")),
        "definition": Label(N_("Definition")),
        "description": Label(N_("Description")),
        "direction": Label(N_("Direction")),
        "due": Label(N_("Due")),
        "evidence": Label(N_("Evidence")),
        "firmness": Label(N_("Firmness")),
        "forms": Label(N_("Words that are marked")),
        "happened": Label(N_("Happened")),
        "horizon": Label(N_("Horizon")),
        "kind": Label(N_("Kind")),
        "language": Label(N_("Language")),
        "likelihood": Label(N_("Likelihood")),
        "literal": Label(N_("As written")),
        "locator": Label(N_("Place in the source")),
        "measure_id": Label(N_("Measure")),
        "met_id": Label(N_("Met by")),
        "name": Label(N_("Name")),
        "note": Label(N_("Note")),
        "party_id": Label(N_("Party")),
        "passages": Label(N_("Passages")),
        "published": Label(N_("Published")),
        "publisher": Label(N_("Publisher")),
        "rank": Label(N_("Rank")),
        "reasoning": Label(N_("Reasoning")),
        "relation": Label(N_("Relations to other claims")),
        "relays_id": Label(N_("Passes on")),
        "reliability": Label(N_("Reliability")),
        "reported": Label(N_("Reported")),
        "role": Label(N_("Role")),
        "seen_claim_id": Label(N_("Seen in")),
        "seen_text": Label(N_("Seen on")),
        "sentence": Label(N_("Sentence")),
        "since_text": Label(N_("Since")),
        "source_id": Label(N_("Source")),
        "status": Label(N_("Status")),
        "strength": Label(N_("Strength")),
        "term": Label(N_("Term")),
        "text": Label(N_("Wording")),
        "title": Label(N_("Title")),
        "unit": Label(N_("Unit")),
        "until_text": Label(N_("Until")),
        "upper": Label(N_("Upper value")),
        "url": Label(N_("Address")),
        "value": Label(N_("Value")),
    },
    "error": {
        "bad-parameter": Label(
            N_("This address asks for something that cannot be shown"),
            N_("One parameter of the address was refused, and nothing is shown rather than something else."),
        ),
        "bad-request": Label(
            N_("This request cannot be understood"), N_("The server did not understand what was asked.")
        ),
        "not-found": Label(
            N_("There is nothing at this address"),
            N_("The page may have been mistyped, or what it showed was not yet known on the day of the view."),
        ),
        "method": Label(N_("This site can only be read"), N_("Only GET and HEAD are answered.")),
        "no-release": Label(
            N_("No release can be served right now"),
            N_("The site has nothing published to show. It will try again by itself."),
        ),
        "release-gone": Label(
            N_("This release is not held here"),
            N_("It was removed to make room, or there never was one of this name. What is held is named below."),
        ),
        "release-unreadable": Label(
            N_("This release cannot be shown any more"),
            N_("Its pages need an older version of the program. What else is held is named below."),
        ),
        "too-slow": Label(
            N_("This view takes too long to put together"),
            N_("It was given up so that others are not kept waiting. Try again later, or ask for less."),
        ),
        "failed": Label(
            N_("Something went wrong on our side"),
            N_("The fault has been logged. Nothing was lost: this site only reads."),
        ),
    },
    "fault": {
        Fault.UNKNOWN_PARAMETER: Label(N_("This page has no such parameter.")),
        Fault.UNKNOWN_VALUE: Label(N_("This is not one of its values.")),
        Fault.NOT_A_DATE: Label(N_("This is not a date.")),
        Fault.NOT_A_DAY: Label(N_("This is not a day.")),
        Fault.FUTURE: Label(N_("This day has not come yet.")),
        Fault.BACKWARDS: Label(N_("The first day comes after the last.")),
        Fault.NOT_A_NUMBER: Label(N_("This is not a whole number within its limits.")),
        Fault.TOO_LONG: Label(N_("This is too long.")),
        Fault.NOT_TEXT: Label(N_("This holds signs that are not text.")),
        Fault.NOT_A_WEIGHT: Label(N_("This is not a weight: digits, with a point and up to three decimals.")),
        Fault.ALL_ZERO: Label(N_("All weights are zero, so there is nothing to weigh: give one of them more.")),
        Fault.REPEATED: Label(N_("This parameter stands more than once.")),
        Fault.PAST_THE_END: Label(N_("There are not that many pages.")),
    },
}


DATE_BOUNDS = {
    ("from", True): N_("From %(day)s"),
    ("from", False): N_("From %(period)s"),
    ("to", True): N_("To %(day)s"),
    ("to", False): N_("To %(period)s"),
    ("as_of", True): N_("As of %(day)s"),
}
"""How a chip names a bound: a day may take an article that a month or a year does not."""


def date_bound(parameter: str, text: str, language: str) -> str:
    """What a chip says of a date that the reader chose: "From 16 June 2025"."""
    when = IncompleteDate.parse(text)
    is_day = when.first == when.last
    message = translations(language).gettext(DATE_BOUNDS[parameter, is_day])
    return message % {"day" if is_day else "period": format_incomplete_date(text, language)}


def label(kind: str, value: str, language: str) -> str:
    """The name of a word of a vocabulary, in a language."""
    return translations(language).gettext(LABELS[kind][value].name)


def meaning(kind: str, value: str, language: str) -> str:
    """What the word means, in one sentence; empty where its name says it all."""
    message = LABELS[kind][value].meaning
    return translations(language).gettext(message) if message else ""
