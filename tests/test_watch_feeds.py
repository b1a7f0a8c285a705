"""What feeds say and mean: each kind's shape, hostile bytes, issues and parties, and the same news told twice."""

import contextlib
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dossier.faults import FaultyDossier
from app.dossier.loading import load_dossier
from app.dossier.schema import Dossier, Feed
from app.vocabulary import FeedKind
from app.watch.addresses import mention_id, normalise
from app.watch.drafting import draft
from app.watch.feeds import MAX_TITLE, BadFeed, Entry, decode, read_feed, words_of
from app.watch.matching import alike, match
from app.watch.mentions import Mention
from tests.test_dossier import deterministic, write_small

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>News</title><link>https://news.example.org/</link>
<item><title>Alpha &amp; Beta: &lt;b&gt;une participation&lt;/b&gt; débattue</title>
<link>https://news.example.org/a?utm_source=rss</link><pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate>
<description>&lt;script&gt;evil()&lt;/script&gt;&lt;p&gt;A stake is discussed.&lt;/p&gt;</description></item>
<item><title>Relative</title><link>/b</link></item>
<item><title></title><link>https://news.example.org/untitled</link></item>
<item><title>No web address</title><link>javascript:alert(1)</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Blog</title>
<id>urn:x</id><updated>2026-11-22T10:00:00Z</updated>
<entry><title type="html">Terms &amp;amp; conditions</title><id>urn:1</id><link href="https://blog.example.org/1"/>
<updated>2026-11-21T23:30:00-05:00</updated><summary>An exclusive licence.</summary></entry></feed>"""


def feed(kind: FeedKind = FeedKind.FEED, address: str = "https://news.example.org/feed.xml", **fields: object) -> Feed:
    given: dict[str, object] = {"id": "one", "kind": kind, "publisher": "News", "address": address, **fields}
    return Feed.model_validate(given)


def test_rss_is_read() -> None:
    """RSS gives title, address, day and words; markup, and what has no title or address, is left out."""
    entries = read_feed(RSS.format(encoding="utf-8").encode(), feed=feed())
    assert entries == (
        Entry(
            "Alpha & Beta: une participation débattue",
            "https://news.example.org/a?utm_source=rss",
            date(2026, 11, 23),
            "A stake is discussed.",
        ),
        Entry("Relative", "https://news.example.org/b", None, ""),
    )


def test_atom_is_read() -> None:
    """Atom gives the same; a day is that of UTC."""
    (entry,) = read_feed(ATOM.encode(), feed=feed())
    assert entry == Entry(
        "Terms & conditions", "https://blog.example.org/1", date(2026, 11, 22), "An exclusive licence."
    )


def test_edgar_submissions_are_read() -> None:
    """The columns of EDGAR become filings, of the forms that count, at their address in the archive."""
    recent = {
        "accessionNumber": ["0000789019-26-000042", "0000789019-26-000041"],
        "filingDate": ["2026-11-20", "2026-11-19"],
        "form": ["8-K", "4"],
        "primaryDocument": ["msft-20261120.htm", "xslF345X05/form4.xml"],
        "primaryDocDescription": ["8-K", "FORM 4"],
    }
    body = {"cik": "0000789019", "name": "MICROSOFT CORP", "filings": {"recent": recent, "files": []}}
    address = "https://data.sec.gov/submissions/CIK0000789019.json"
    (entry,) = read_feed(json.dumps(body).encode(), feed=feed(FeedKind.EDGAR, address, forms=("8-K",)))
    assert entry.title == "MICROSOFT CORP: 8-K"
    assert entry.address == "https://www.sec.gov/Archives/edgar/data/789019/000078901926000042/msft-20261120.htm"
    assert entry.day == date(2026, 11, 20)


def test_a_docket_is_read() -> None:
    """Entries of a CourtListener docket have their number, and an address each, with or without a document."""
    document = {"absolute_url": "/docket/7/12/alpha-v-beta/", "description": "ORDER"}
    results = [
        {"id": 901, "entry_number": 12, "date_filed": "2026-11-20", "description": "", "recap_documents": [document]},
        {"id": 902, "entry_number": None, "date_filed": "2026-11-19", "description": "MINUTES", "recap_documents": []},
    ]
    address = "https://www.courtlistener.com/api/rest/v4/docket-entries/?docket=7"
    body = {"count": "https://…", "next": None, "previous": None, "results": results}
    entries = read_feed(json.dumps(body).encode(), feed=feed(FeedKind.DOCKET, address))
    assert [(each.title, each.address) for each in entries] == [
        ("No. 12: ORDER", "https://www.courtlistener.com/docket/7/12/alpha-v-beta/"),
        ("MINUTES", "https://www.courtlistener.com/docket/7/?entry=902"),
    ]


def test_the_federal_register_is_read() -> None:
    """Documents of the Federal Register have title, page, day and abstract; a search that finds nothing is empty."""
    found = {
        "title": "Notice of Inquiry",
        "html_url": "https://www.federalregister.gov/documents/2026/11/20/2026-1/notice",
        "publication_date": "2026-11-20",
        "abstract": None,
    }
    one = feed(FeedKind.FEDERAL_REGISTER, "https://www.federalregister.gov/api/v1/documents.json?conditions[term]=x")
    (entry,) = read_feed(json.dumps({"count": 1, "results": [found]}).encode(), feed=one)
    assert (entry.title, entry.day) == ("Notice of Inquiry", date(2026, 11, 20))
    assert read_feed(b'{"count": 0, "description": "Documents"}', feed=one) == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"<rss><channel><item></rss>", "not well-formed"),
        (b"", "not well-formed"),
        (b"<html><body/></html>", "neither RSS nor Atom"),
        (b'<!DOCTYPE r [<!ENTITY a "aa">]><rss version="2.0"><channel><title>&a;</title></channel></rss>', "entities"),
        ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY a "b">]><rss/>'.encode("utf-16"), "entities"),
        (b'<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-ENTITY', "not well-formed"),
    ],
)
def test_hostile_xml_is_refused(raw: bytes, reason: str) -> None:
    """Broken XML, other documents, and declared entities in whatever encoding are refused with the reason."""
    with pytest.raises(BadFeed, match=reason):
        read_feed(raw, feed=feed())


@pytest.mark.parametrize("kind", [FeedKind.EDGAR, FeedKind.DOCKET, FeedKind.FEDERAL_REGISTER])
@pytest.mark.parametrize("raw", [b"<html>", b"[]", b"null", b'{"results": 7, "count": null}', b"[" * 100_000, b"\xff"])
def test_other_json_is_refused(kind: FeedKind, raw: bytes) -> None:
    """A reply that is not JSON, or not of its shape, is refused and never crashes the round."""
    with pytest.raises(BadFeed):
        read_feed(raw, feed=feed(kind, "https://x.example.org/api/rest/v4/docket-entries/?docket=7"))


@pytest.mark.parametrize(
    ("declared", "actual", "header"),
    [
        ("utf-8", "windows-1252", None),
        ("iso-8859-1", "iso-8859-1", None),
        ("us-ascii", "utf-8", None),
        ("utf-16", "utf-16", None),
        ("klingon", "utf-8", "klingon"),
    ],
)
def test_a_wrong_charset_is_survived(declared: str, actual: str, header: str | None) -> None:
    """A feed that claims another encoding than it has is read all the same, accents included."""
    entries = read_feed(RSS.format(encoding=declared).encode(actual), feed=feed(), charset=header)
    assert entries[0].title.endswith("débattue")


@deterministic
@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(raw: bytes) -> None:
    """Whatever comes is decoded, and read or refused, never anything else."""
    assert isinstance(decode(raw, None), str)
    with contextlib.suppress(BadFeed):
        read_feed(raw, feed=feed())


@deterministic
@given(st.text(max_size=200))
def test_words_have_no_markup_and_no_control_signs(text: str) -> None:
    """A title is one line of printable signs, whatever it was."""
    found = words_of(text)
    assert found == " ".join(found.split())
    assert all(sign.isprintable() for sign in found)


def test_a_title_is_bounded() -> None:
    """No publisher can make a page long by its titles."""
    long = f'<rss version="2.0"><channel><item><title>{"x" * 9_999}</title><link>https://a.example/</link></item></channel></rss>'
    assert len(read_feed(long.encode(), feed=feed())[0].title) == MAX_TITLE


@pytest.mark.parametrize(
    ("address", "other"),
    [
        ("https://www.example.org/a/", "http://example.org/a"),
        ("https://example.org/a?utm_source=x&b=1&utm_medium=y", "https://example.org/a?b=1"),
        ("https://example.org/a?b=1&a=2#part", "https://EXAMPLE.org:443/a?a=2&b=1"),
        ("https://example.org/index.html", "https://example.org"),
        ("https://example.org/%7Ea/caf%C3%A9", "https://example.org/~a/café"),
    ],
)
def test_one_document_has_one_id(address: str, other: str) -> None:
    """However its address is written, a document is one mention."""
    assert normalise(address) == normalise(other)
    assert mention_id(address) == mention_id(other)


def test_other_documents_have_other_ids() -> None:
    """What tells documents apart is kept: paths, capitals in them, and parameters that mean something."""
    addresses = [
        "https://e.org/a",
        "https://e.org/A",
        "https://e.org/a?id=1",
        "https://e.org/a?id=2",
        "https://f.org/a",
    ]
    assert len({mention_id(each) for each in addresses}) == len(addresses)


@deterministic
@given(st.text(max_size=80))
def test_any_address_has_an_id(text: str) -> None:
    """Normalising never fails, and normalising twice changes nothing more."""
    assert len(mention_id(text)) == 12
    once = normalise(f"https://example.org/{text.split('#')[0].split('?')[0]}") if "@" not in text else "example.org"
    assert normalise(f"https://{once}") == once


def test_titles_that_are_the_same_news() -> None:
    """Syndicated titles are alike whoever signs them; other numbers or few words make another news."""
    title = "OpenAI and Microsoft sign new terms for their partnership"
    assert alike(title, "OpenAI and Microsoft sign new terms for their partnership | Reuters")
    assert alike(title, "OpenAI, Microsoft sign new terms for their partnership")
    assert not alike(title, "OpenAI and Oracle break off talks on a data centre")
    assert not alike("Microsoft results for quarter 1 of 2026", "Microsoft results for quarter 2 of 2026")
    assert not alike("Form 8-K", "Form 8-K")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    return load_dossier(write_small(tmp_path_factory.mktemp("small")))


def test_an_entry_bears_on_issues_by_its_words(small: Dossier) -> None:
    """A topic needs one of its terms and one of its parties by name, as whole words; the words found are kept."""
    news, filings = small.watch
    found = match(Entry("Alpha sells a stake", "https://a.example/", None), news, small)
    assert found
    assert (found.issues, found.parties, found.terms) == (("control",), ("alpha",), ("stake", "Alpha"))
    assert match(Entry("A STAKE, says ALPHA", "https://a.example/", None), news, small)
    assert match(Entry("Mistakes of Alpha", "https://a.example/", None), news, small) is None
    assert match(Entry("Gamma sells a stake", "https://a.example/", None), news, small) is None
    filed = match(Entry("BETA: 8-K", "https://a.example/", None), filings, small)
    assert filed
    assert (filed.issues, filed.parties) == (("control",), ("beta",))


def test_the_shipped_feeds_are_public_addresses(dossier: Dossier) -> None:
    """Every kind of feed is declared, on https, and each issue has a topic or a feed that leads to it."""
    assert {each.kind for each in dossier.watch} == set(FeedKind)
    assert all(each.address.startswith("https://") for each in dossier.watch)
    tied = {each.issue for each in dossier.topics} | {issue for each in dossier.watch for issue in each.issues}
    assert tied == {each.id for each in dossier.issues}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("address: https://news", "address: ftp://news"), "expected an https:// address"),
        (("  topics: [power]\n", ""), "expected `topics:` or `issues:`"),
        (("[power]", "[powers]"), "did you mean 'power'?"),
        (("/submissions/CIK", "/other/"), "expected one with /submissions/CIK"),
        (("kind: edgar", "kind: docket"), "no forms"),
        (
            ("https://data.example.org/submissions/CIK0000000042.json", "https://news.example.org/feed.xml"),
            "'beta-news'",
        ),
    ],
)
def test_a_faulty_feed_is_named_with_its_line(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    """A feed that cannot work is a fault of the dossier, with file, line and what is expected."""
    folder = write_small(tmp_path)
    path = folder / "watch.yaml"
    path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(FaultyDossier) as raised:
        load_dossier(folder)
    assert any("watch.yaml:" in str(each) and complaint in str(each) for each in raised.value.faults), [
        str(each) for each in raised.value.faults
    ]


MENTION = Mention(
    id=mention_id("https://news.example.org/a"),
    title='Alpha: "a stake" with many more words than any dossier may hold in a row',
    publisher="The Näws: Daily",
    address="https://news.example.org/a",
    published=date(2026, 11, 20),
    seen=date(2026, 11, 21),
    language="en",
    feed="beta-news",
    kind="feed",
    issues=("control",),
    parties=("alpha",),
    terms=("stake",),
)


def test_a_draft_is_refused_until_a_person_completes_it(tmp_path: Path) -> None:
    """Pasted as it is, every blank is a fault with its line; filled in, the dossier is whole."""
    folder = write_small(tmp_path)
    stub = draft(MENTION, frozenset())
    assert stub == draft(MENTION, frozenset({"other"}))
    assert "naws-daily-2026-11-20-2" in draft(MENTION, frozenset({"the-naws-daily-2026-11-20"}))
    head, _, claim = stub.partition("# 2. Into a file in claims/:\n")
    source = head.partition("# 1. Into a file in sources/:\n")[2]
    files = {"sources.yaml": source, "claims.yaml": claim}
    originals = {name: (folder / name).read_text("utf-8") for name in files}
    for name, text in files.items():
        (folder / name).write_text(originals[name] + text, "utf-8")
    with pytest.raises(FaultyDossier) as raised:
        load_dossier(folder)
    fields = {each.field for each in raised.value.faults}
    assert {"kind", "access", "reliability", "title.en", "basis.fr", "text.en", "attribution"} <= fields
    assert {"status[1].value", "evidence[1].credibility"} <= fields
    assert len(raised.value.faults) == (source + claim).count('""')
    filled = [
        ('kind: ""\n  title', "kind: press\n  title"),
        ('access: ""', "access: page"),
        ('reliability: ""', "reliability: C"),
        ('kind: ""\n  issues', "kind: event\n  issues"),
        ('attribution: ""', "attribution: report"),
        ('value: ""', "value: reported"),
        ('credibility: ""', "credibility: 3"),
        ('""', "Words of our own."),
    ]
    for name, text in files.items():
        done = text
        for blank, words in filled:
            done = done.replace(blank, words)
        (folder / name).write_text(originals[name] + done, "utf-8")
    loaded = load_dossier(folder)
    (added,) = [each for each in loaded.sources if each.url == MENTION.address]
    assert added.publisher == MENTION.publisher
