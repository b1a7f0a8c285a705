# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools[woff]>=4.60"]
# ///
"""Cuts the site's fonts from the published ones, and writes static/css/fonts.css and static/fonts/.

    npm pack source-serif@4.5.1 source-sans@3.52.0     # then unpack each into a folder of its own
    uv run scripts/subset_fonts.py SERIF/package SANS/package

Only whoever changes the fonts or their characters runs this; the site and its tests need none of it. What is cut is a
modified version, which the licence (OFL 1.1, reserved font name "Source") wants under another name. The same input and
the same fonttools give the same bytes.
"""

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

STATIC = Path(__file__).resolve().parent.parent / "static"

LATIN = {*range(0x20, 0x7F), *range(0xA0, 0x100), 0x152, 0x153, 0x178}
PUNCTUATION = {ord(each) for each in "\u2009\u2011\u202f–—‘’‚“”„†•…‰′″‹›€™"}
SIGNS = {ord(each) for each in "←↑→↓↖↗↘↙−≈≠≤≥∞"}
MARKS = {ord(each) for each in "↔≡■□▲△▶▷▼▽◀◁◆◉◊○◌●☐☑✓✗"}
FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "lnum", "pnum", "tnum", "sups", "ordn"]
SAMPLE = "The evidence behind every sentence stands beside it; les preuves de chaque phrase se trouvent à côté. "

README = """# Fonts

Cut by `scripts/subset_fonts.py` from fonts under the SIL Open Font License 1.1 (the texts lie beside them), and
renamed as that licence asks of a modified version. Latin with French, punctuation, figures and the signs of the site;
whatever else a page needs, such as the Chinese of a recorded wording, is shown in a font of the reader's system.

| file | from | sha-256 |
|---|---|---|
"""


@dataclass(frozen=True)
class Cut:
    """One font of the site: a file of a package, the axes that are kept or pinned, and the characters."""

    family: str
    style: str
    package: int
    file: str
    axes: dict[str, float | tuple[float, float]]
    characters: set[int]

    @property
    def name(self) -> str:
        return f"{self.family.lower().replace(' ', '-')}{'-italic' if self.style == 'italic' else ''}.woff2"


CUTS = (
    Cut(
        "Faultlines Serif",
        "normal",
        0,
        "VAR/SourceSerif4Variable-Roman.ttf",
        {"wght": (400, 700), "opsz": 24},
        LATIN | PUNCTUATION | SIGNS,
    ),
    Cut(
        "Faultlines Sans",
        "normal",
        1,
        "VF/SourceSans3VF-Upright.ttf",
        {"wght": (400, 700)},
        LATIN | PUNCTUATION | SIGNS | MARKS,
    ),
    Cut("Faultlines Sans", "italic", 1, "VF/SourceSans3VF-Italic.ttf", {"wght": 400}, LATIN | PUNCTUATION),
)

STAND_INS = {
    # Mean advances of the sample's letters in thousandths of the size, from the metrics that these fonts share.
    "Faultlines Serif": (("Times New Roman", "Liberation Serif", "Tinos"), 406.1),
    "Faultlines Sans": (("Arial", "Liberation Sans", "Arimo", "Helvetica"), 449.9),
}


def unicode_range(points: set[int]) -> str:
    """Code points as CSS writes them: ``U+20-7E, U+A0``."""
    spans: list[list[int]] = []
    for point in sorted(points):
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in spans)


def cut_font(cut: Cut, source: Path) -> TTFont:
    """The font with these axes and characters alone, under its own name."""
    font = TTFont(source, recalcTimestamp=False)
    options = subset.Options(layout_features=FEATURES, hinting=False, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=cut.characters)
    subsetter.subset(font)
    font = instancer.instantiateVariableFont(font, cut.axes)
    style = cut.style.title().replace("Normal", "Regular")
    full = f"{cut.family} {style}"
    names = {1: cut.family, 2: style, 3: full, 4: full, 6: full.replace(" ", "")}
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
    font.flavor = "woff2"
    return font


def mean_advance(font: TTFont) -> float:
    """The mean advance of the sample's characters, in thousandths of the size."""
    cmap, advances = font.getBestCmap(), font["hmtx"]
    total: float = sum(advances[cmap[ord(each)]][0] for each in SAMPLE)
    return total / len(SAMPLE) * 1000 / float(font["head"].unitsPerEm)


def main(packages: list[Path]) -> None:
    folder = STATIC / "fonts"
    folder.mkdir(exist_ok=True)
    rules, rows = [], []
    for cut in CUTS:
        font = cut_font(cut, packages[cut.package] / cut.file)
        target = folder / cut.name
        font.save(target)
        digest = hashlib.sha256(target.read_bytes()).hexdigest()
        held = cut.characters & set(font.getBestCmap())
        weights = cut.axes["wght"]
        weight = f"{weights[0]:.0f} {weights[1]:.0f}" if isinstance(weights, tuple) else f"{weights:.0f}"
        rules.append(
            f'@font-face {{\n  font-family: "{cut.family}"; font-style: {cut.style}; font-weight: {weight}; '
            f'font-display: swap;\n  src: url("../fonts/{cut.name}") format("woff2");\n'
            f"  unicode-range: {unicode_range(held)};\n}}"
        )
        about = json.loads((packages[cut.package] / "package.json").read_text("utf-8"))
        rows.append(f"| `{cut.name}` | npm `{about['name']}` {about['version']}, `{cut.file}` | `{digest}` |")
        shutil.copyfile(packages[cut.package] / "LICENSE.md", folder / f"{about['name']}-LICENSE.md")
        if cut.style == "normal":
            local, advance = STAND_INS[cut.family]
            adjust = mean_advance(font) / advance
            ascent, descent = (
                abs(each) / font["head"].unitsPerEm / adjust for each in (font["hhea"].ascent, font["hhea"].descent)
            )
            rules.append(
                f'@font-face {{\n  font-family: "{cut.family} stand-in"; '
                f"src: {', '.join(f'local({each!r})' for each in local)};\n"
                f"  size-adjust: {adjust:.1%}; ascent-override: {ascent:.1%}; descent-override: {descent:.1%}; "
                "line-gap-override: 0%;\n}"
            )
    head = (
        "/* Written by scripts/subset_fonts.py. A stand-in is as wide and as high as the font it stands for, so that\n"
        "   nothing moves when the font arrives. */\n"
    )
    (STATIC / "css" / "fonts.css").write_text(head + "\n".join(rules) + "\n", "utf-8")
    (folder / "README.md").write_text(README + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
