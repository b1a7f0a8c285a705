"""The same list as a tutorial on FastAPI and SQLModel would write it, with everything that is shown loaded joined.

``BENCH_RELEASE`` names the release, ``BENCH_DAY`` the day of the view. The list is of one issue's claims.
"""

import os
from collections import defaultdict
from datetime import date
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from sqlalchemy.orm import joinedload
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, func, select

DAY = date.fromisoformat(os.environ["BENCH_DAY"])
FACETS = ("issue", "party", "status", "kind", "attribution", "source", "impact", "driver", "flag", "rank")


class Item(SQLModel, table=True):
    __tablename__ = "listing_item"
    listing: str = Field(primary_key=True)
    item: str = Field(primary_key=True, foreign_key="claim.id")
    ordinal: int
    first: date
    visible_from: date


class Tag(SQLModel, table=True):
    __tablename__ = "listing_tag"
    listing: str = Field(primary_key=True)
    item: str = Field(primary_key=True, foreign_key="claim.id")
    parameter: str = Field(primary_key=True)
    since: date = Field(primary_key=True)
    value: str = Field(primary_key=True)
    until: date


class Source(SQLModel, table=True):
    id: str = Field(primary_key=True)
    publisher_en: str
    title_en: str
    published: str
    reliability: str
    access: str
    url: str | None
    visible_from: date


class Evidence(SQLModel, table=True):
    claim_id: str = Field(primary_key=True, foreign_key="claim.id")
    ordinal: int = Field(primary_key=True)
    source_id: str = Field(foreign_key="source.id")
    locator: str
    stance: str
    credibility: str
    wording: str | None
    source: Source = Relationship()

    @property
    def publisher(self) -> str:
        return self.source.publisher_en

    def __getattr__(self, name: str) -> object:
        if name == "title":
            return self.source.title_en
        if name in ("published", "reliability", "access", "url"):
            return getattr(self.source, name)
        return super().__getattr__(name)


class Claim(SQLModel, table=True):
    id: str = Field(primary_key=True)
    kind: str
    text_en: str
    attribution: str
    happened: str | None
    reported: str
    lines: list[Evidence] = Relationship(sa_relationship_kwargs={"order_by": "Evidence.ordinal"})
    all_tags: list[Tag] = Relationship(sa_relationship_kwargs={"viewonly": True})

    @property
    def tags(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for tag in self.all_tags:
            if tag.listing == "claims" and tag.since <= DAY < tag.until:
                found[tag.parameter].append(tag.value)
        return found


engine = create_engine(f"sqlite:///{os.environ['BENCH_RELEASE']}", connect_args={"check_same_thread": False})
templates = Jinja2Templates(directory=str(Path(__file__).parent))
app = FastAPI()


def get_session():
    with Session(engine) as session:
        yield session


@app.get("/claims", response_class=HTMLResponse)
def claims(request: Request, issue: str, size: int, session: Session = Depends(get_session)):
    matching = (
        select(Item.item)
        .join(Tag, (Tag.listing == Item.listing) & (Tag.item == Item.item))
        .where(Item.listing == "claims", Item.visible_from <= DAY)
        .where(Tag.parameter == "issue", Tag.value == issue, Tag.since <= DAY, Tag.until > DAY)
    )
    count = session.exec(select(func.count()).select_from(matching.subquery())).one()
    ids = session.exec(matching.order_by(Item.first.desc(), Item.ordinal.desc()).limit(size)).all()
    loaded = joinedload(Claim.lines).joinedload(Evidence.source)
    rows = session.exec(select(Claim).where(Claim.id.in_(ids)).options(loaded, joinedload(Claim.all_tags))).unique()
    by_id = {row.id: row for row in rows}
    facets = {
        facet: session.exec(
            select(Tag.value, func.count())
            .where(Tag.listing == "claims", Tag.parameter == facet, Tag.since <= DAY, Tag.until > DAY)
            .where(
                Tag.item.in_(
                    select(Item.item).where(Item.listing == "claims", Item.visible_from <= DAY)
                    if facet == "issue"
                    else matching
                )
            )
            .group_by(Tag.value)
        ).all()
        for facet in FACETS
    }
    context = {"claims": [by_id[each] for each in ids], "facets": facets, "count": count}
    return templates.TemplateResponse(request, "claims.html", context)
