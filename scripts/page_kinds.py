"""Every kind of page once, for whatever looks at all of them: the browser tests, the audit, the screenshots.

Long lists are shown in part: the same pieces, a pager besides, and axe's time grows with the square of the links.
"""

PAGES = {
    "overview": "/",
    "issue": "/issues/ownership?size=8",
    "briefing": "/issues/ownership/briefing",
    "scenarios": "/scenarios",
    "weighed scenarios": "/scenarios?w.new-terms=50&w.drift=30",
    "evidence against scenarios": "/scenarios/evidence?without=attribution:unnamed",
    "cross impact": "/scenarios/cross-impact",
    "exposure": "/scenarios/exposure",
    "one scenario": "/scenarios/complaint",
    "impact": "/impacts/regulation",
    "claims": "/claims?issue=ownership&from=2025&size=12",
    "claims, none found": "/claims?from=2025&q=zzzxqqq",
    "one claim": "/claims/u10",
    "contradictions": "/contradictions",
    "timeline": "/timeline",
    "figures": "/figures",
    "one figure": "/figures/microsoft-investment",
    "parties": "/parties",
    "one party": "/parties/openai",
    "sources": "/sources?size=30",
    "one source": "/sources/article-fr",
    "glossary": "/glossary",
    "search": "/search?q=exclusive+azure&size=8",
    "search, none found": "/search?q=-azure",
    "mentions": "/mentions",
    "about": "/about",
    "changes": "/changes",
    "accessibility": "/accessibility",
    "data and its addresses": "/docs",
    "chart of the timeline": "/charts/timeline",
    "chart of shares": "/charts/attribution-ownership",
    "chart of readings": "/charts/readings-microsoft-investment",
    "chart of scenarios": "/charts/scenarios",
    "chart of a ranking": "/charts/ranking?without=attribution:unnamed",
    "chart of swings": "/charts/swings-profits-to-recoup",
    "an earlier day": "/issues/windsurf?as_of=2025-12-31&size=8",
    "400": "/claims?from=banana",
    "404": "/claims/no-such-claim",
}
"""A kind's name and the address of a page of that kind, below a language."""

STATUS = {"400": 400, "404": 404}
"""What the pages that refuse answer with; all others answer 200."""

LANGUAGES = ("en", "fr")
