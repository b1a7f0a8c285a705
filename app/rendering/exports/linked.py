"""A claim as linked data in the words of schema.org, with a review of it where the record gives a verdict.

The context stands in the document, so that it is understood without a network.
"""

from typing import Any

from app.queries.claims import ClaimDetail
from app.rendering.exports.entries import urn
from app.rendering.exports.references import PUBLISHER
from app.rendering.labels import label, meaning
from app.vocabulary import ClaimStatus

CONTEXT = {"@vocab": "https://schema.org/"}
PUBLISHING = {"@type": "Organization", "name": PUBLISHER}


def claim_graph(detail: ClaimDetail, *, language: str, address: str) -> dict[str, Any]:
    """A ``Claim``; where it is contradicted, also a ``ClaimReview``.

    Other statuses say how well a claim is attested and not whether it is right, so they are no verdict.
    """
    card = detail.card
    name = urn("claim", card.id)
    claim: dict[str, Any] = {
        "@type": "Claim",
        "@id": name,
        "identifier": card.id,
        "url": address,
        "text": card.text,
        "inLanguage": language,
        "datePublished": card.reported,
        "creativeWorkStatus": label("status", card.status, language),
        "appearance": [
            {
                "@type": "CreativeWork",
                "@id": urn("source", line.source),
                "name": line.title,
                "publisher": {"@type": "Organization", "name": line.publisher},
                "datePublished": line.published,
                **({"url": line.url} if line.url else {}),
            }
            for line in card.evidence
        ],
    }
    if card.status != ClaimStatus.CONTRADICTED:
        return {"@context": CONTEXT, "@graph": [claim]}
    review = {
        "@type": "ClaimReview",
        "@id": urn("review", card.id),
        "url": address,
        "inLanguage": language,
        "claimReviewed": card.text,
        "itemReviewed": {"@id": name},
        "author": PUBLISHING,
        "datePublished": detail.history[-1].since,
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": 1,
            "worstRating": 1,
            "bestRating": 5,
            "alternateName": label("status", card.status, language),
            "ratingExplanation": detail.history[-1].reason or meaning("status", card.status, language),
        },
    }
    return {"@context": CONTEXT, "@graph": [claim, review]}
