"""A mention as the beginning of a claim: everything but the judgement, in YAML that ``app check`` refuses as it is."""

import json
import re
import unicodedata

from app.dossier.schema import VERBATIM_WORDS
from app.watch.mentions import Mention


def draft(mention: Mention, taken: frozenset[str]) -> str:
    """The entries of a source and a claim for a mention. What only a person can say is left blank, and so refused.

    ``taken`` are the ids of the dossier. The publisher's title is given as a remark, and at most its first words.
    """
    day = mention.day.isoformat()
    source = _free(_slug(f"{mention.publisher}-{day}"), taken)
    claim = _free(_slug(f"{mention.publisher}-{day}-claim"), taken)
    words = mention.title.split()
    title = " ".join(words[:VERBATIM_WORDS]) + (" …" if len(words) > VERBATIM_WORDS else "")
    return f"""\
# Mention {mention.id}: {title}
# Read the document first. Fill in every "" below; `python -m app check` refuses the rest until that is done.
# 1. Into a file in sources/:
- id: {source}
  kind: ""
  title: {{en: "", fr: ""}}
  publisher: {_text(mention.publisher)}
  language: {mention.language}
  published: {day}
  access: ""
  url: {_text(mention.address)}
  reliability: ""
  basis: {{en: "", fr: ""}}
# 2. Into a file in claims/:
- id: {claim}
  text: {{en: "", fr: ""}}
  kind: ""
  issues: {_list(mention.issues)}
  parties: {_list(mention.parties)}
  attribution: ""
  status:
    - value: ""
      since: {day}
  evidence:
    - source: {source}
      credibility: ""
"""


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:56].strip("-")


def _free(wanted: str, taken: frozenset[str]) -> str:
    """The id, or with the first number that makes it one of its own."""
    numbered = (wanted, *(f"{wanted}-{n}" for n in range(2, 1000)))
    return next(each for each in numbered if each not in taken)


def _text(text: str) -> str:
    """A text in YAML: a string of JSON is one."""
    return json.dumps(text, ensure_ascii=False)


def _list(ids: tuple[str, ...]) -> str:
    """The ids in YAML; a list without any is refused, which is right: a person has to say."""
    return f"[{', '.join(ids)}]"
