"""When two addresses are the same document, and the id that a mention gets from its address. Pure functions."""

import hashlib
import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

TRACKING = re.compile(r"utm_\w+|mc_[ce]id|fbclid|gclid|igshid|cmpid|ocid|ref|ref_src|source|smid|sh", re.ASCII)
"""Parameters that say how a reader came, not what is read."""

_PORTS = {"http": 80, "https": 443}
_INDEX = re.compile(r"/(index\.(html?|php|aspx?)|default\.aspx?)$", re.IGNORECASE)


def is_web(address: str) -> bool:
    """Whether an address is one of the web, whole, and without a name or password in it."""
    try:
        parts = urlsplit(address)
        return parts.scheme in _PORTS and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def normalise(address: str) -> str:
    """One form for all addresses of a document: without scheme, "www.", tracking, fragment and trailing slash.

    It is for comparing and not for fetching; what is no address of the web is left as it is.
    """
    if not is_web(address.strip()):
        return address
    parts = urlsplit(address.strip())
    host = (parts.hostname or "").removeprefix("www.").removesuffix(".")
    port = f":{parts.port}" if parts.port and parts.port != _PORTS.get(parts.scheme) else ""
    path = quote(unquote(_INDEX.sub("/", parts.path)), safe="/~:@!$&'()*+,;=-._").rstrip("/")
    pairs = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.fullmatch(name.lower())
    )
    return f"{host}{port}{path}" + (f"?{urlencode(pairs)}" if pairs else "")


def mention_id(address: str) -> str:
    """Twelve hexadecimal digits that name a document by its address, however that is written."""
    return hashlib.sha256(normalise(address).encode(errors="surrogatepass")).hexdigest()[:12]
