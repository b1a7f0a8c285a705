"""The design system: what the token file and the fonts promise, computed from the files themselves."""

import hashlib
import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from app.rendering.static_files import STATIC, static_address, static_file
from app.settings import PROJECT
from tests.page import Page
from tests.test_pages import LANGUAGES, PAGES

TOKENS = (STATIC / "css" / "tokens.css").read_text("utf-8")
FONTS = static_file("css/fonts.css").body.decode()
"""As browsers get it: each font at its lasting address."""
KEPT_BYTES = 120 * 1024
FALLING_BACK = set("亿元美")
"""Characters of recorded wordings that are left to the reader's system."""

WORDS = ("ink", "ink-soft", "accent", "focus", "openai", "microsoft", "warning", "term")
STATUSES = ("confirmed", "reported", "disputed", "contradicted", "superseded", "forecast")
GROUNDS = ("paper", "panel", "mark")

Colour = tuple[float, float, float]


def tokens(theme: str) -> dict[str, str]:
    """The custom properties of a theme: the dark one changes some of the light one's."""
    light, _, dark = TOKENS.partition("@media")
    found = dict(re.findall(r"--([\w-]+):\s*([^;]+);", light))
    return found | (dict(re.findall(r"--([\w-]+):\s*([^;]+);", dark)) if theme == "dark" else {})


def linear(colour: str) -> Colour:
    """``#rrggbb`` as linear light, from 0 to 1 (sRGB, IEC 61966-2-1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2 between two colours."""
    light, dark = sorted(
        (0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(linear, (one, other))), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


# How a dichromat sees linear light: G. Machado, M. Oliveira, L. Fernandes, "A physiologically-based model for
# simulation of color vision deficiency", 2009, severity 1.
SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}


def lab(light: Colour) -> Colour:
    """Linear light as CIE L*a*b*, for D65."""
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    scaled = [sum(m * max(c, 0) for m, c in zip(row, light, strict=True)) for row in matrix]
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (each / most for each, most in zip(scaled, white, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: str, other: str, sight: str) -> float:
    """How far apart two colours look: the distance in L*a*b* (CIE 1976); about 2 is just to be seen."""
    first, second = (
        lab(tuple(sum(m * c for m, c in zip(row, linear(each), strict=True)) for row in SIGHT[sight]))  # type: ignore[arg-type]
        for each in (one, other)
    )
    return float(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_colour_can_be_read_on_every_ground(theme: str) -> None:
    """Each colour of words, parties and statuses has 4.5:1 on paper, panel and mark of its theme."""
    found = tokens(theme)
    for word in (*WORDS, *STATUSES):
        for ground in GROUNDS:
            ratio = contrast(found[word], found[ground])
            assert ratio >= 4.5, f"{theme}: --{word} on --{ground} has {ratio:.2f}:1; it takes 4.5:1"
    for ground in GROUNDS:
        ratio = contrast(found["rule-strong"], found[ground])
        assert ratio >= 3 or ground == "mark", (
            f"{theme}: a field's border has {ratio:.2f}:1 on --{ground}; it takes 3:1"
        )


def test_the_contrast_is_computed_as_wcag_does() -> None:
    """Black on white is 21:1, and a grey that WCAG's own tools put at 4.54:1 comes out so."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", SIGHT)
def test_the_parties_are_told_apart_by_every_eye(theme: str, sight: str) -> None:
    """The two party colours stay far apart for readers with either of the three kinds of dichromacy."""
    found = tokens(theme)
    apart = difference(found["openai"], found["microsoft"], sight)
    assert apart >= 20, f"{theme}, {sight}: the parties are {apart:.0f} apart; 20 is told at a glance"


def test_party_colours_mean_parties() -> None:
    """No rule uses a party's colour for anything but that party."""
    for path in sorted((STATIC / "css").glob("*.css")):
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", path.read_text("utf-8")):
            for party in re.findall(r"var\(--(openai|microsoft)\)", body):
                assert party in selector, f"{path.name}: {selector.strip()} uses the colour of {party}"


def test_sizes_and_spaces_keep_to_their_scales() -> None:
    """Six sizes, each 1.2 times the one before; every space is a multiple of 4 pixels."""
    found = tokens("light")
    sizes = [float(found[f"size-{step}"].removesuffix("rem")) for step in range(1, 7)]
    assert "size-7" not in found
    for small, large in pairwise(sizes):
        assert large / small == pytest.approx(1.2, abs=0.001)
    for name, value in found.items():
        if name.startswith("space-"):
            assert float(value.removesuffix("rem")) * 16 == 4 * int(name.removeprefix("space-"))


def test_every_token_that_is_used_exists() -> None:
    """No stylesheet names a custom property that the token file does not define."""
    for path in sorted((STATIC / "css").glob("*.css")):
        text = path.read_text("utf-8")
        missing = (
            set(re.findall(r"var\(--([\w-]+)", text)) - set(tokens("light")) - set(re.findall(r"--([\w-]+):", text))
        )
        assert not missing, f"{path.name} uses {sorted(missing)}, which tokens.css does not define"


def test_the_fonts_are_few_bytes_and_on_record() -> None:
    """All fonts together stay within 120 KB; each is the file on record, at the address the styles use."""
    files = sorted((STATIC / "fonts").glob("*.woff2"))
    assert sum(path.stat().st_size for path in files) <= KEPT_BYTES
    noted = (STATIC / "fonts" / "README.md").read_text("utf-8")
    for path in files:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert digest in noted, f"{path.name}: the digest {digest} is not in static/fonts/README.md"
        address = static_address(f"fonts/{path.name}").removeprefix("/static")
        assert f'url("..{address}")' in FONTS, f"fonts.css does not load {address}: run scripts/subset_fonts.py"
    assert len(re.findall(r"url\(", FONTS)) == len(files), "fonts.css loads a font that is not there"
    for licence in (STATIC / "fonts").glob("*LICENSE*"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text("utf-8")


def held_characters() -> set[int]:
    """The code points that the upright sans, the font of data, declares."""
    sans = next(each for each in FONTS.split("@font-face") if "faultlines-sans." in each)
    spans = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", sans)
    return {point for first, last in spans for point in range(int(first, 16), int(last or first, 16) + 1)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_character_of_every_page_has_its_font(page: Callable[..., Page], language: str) -> None:
    """What pages show is in the fonts, or stands on the short list of what is left to the reader's system."""
    wanted = {each for path in PAGES for each in page(f"/{language}{path}").text}
    wanted |= {each for path in (PROJECT / "dossier").rglob("*.yaml") for each in path.read_text("utf-8")}
    wanted |= set("".join(re.findall(r'content: "([^"\\]*)"', (STATIC / "css" / "site.css").read_text("utf-8"))))
    missing = {each for each in wanted if ord(each) not in held_characters() and each != "\n"}
    assert missing <= FALLING_BACK, f"not in the fonts: {sorted(missing - FALLING_BACK)}; see scripts/subset_fonts.py"


def test_fonts_that_are_fetched_early_are_those_that_are_used(page: Callable[..., Page]) -> None:
    """The two upright fonts are asked for with the page, at the very address that the styles use later."""
    early = [each.get("href") or "" for each in page("/en/").all("link", rel="preload")]
    assert len(early) == 2
    for address in early:
        assert address.removeprefix("/static") in FONTS
