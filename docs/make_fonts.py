"""Cut the typefaces of figures and printed reports out of Noto Sans, so that a fresh machine can draw Chinese.

The sources are npm packages (typefaces under the OFL 1.1), each unpacked into a folder of its own:

    npm pack @expo-google-fonts/noto-sans-sc@0.4.3 @expo-google-fonts/noto-sans@0.4.2
    mkdir sc latin && tar xzf expo-google-fonts-noto-sans-sc-0.4.3.tgz -C sc
    tar xzf expo-google-fonts-noto-sans-0.4.2.tgz -C latin
    python docs/make_fonts.py sc latin

Kept are all of GB 2312, Latin with its diacritics, Greek, Cyrillic, and the signs of texts, units and formulas; from
Noto Sans only what Noto Sans SC lacks.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[1] / "src" / "equipoise" / "report" / "fonts"
WEIGHTS = {"Regular": "400Regular", "SemiBold": "600SemiBold"}
RANGES = (
    (0x0020, 0x024F), (0x0370, 0x045F), (0x1E00, 0x1EFF), (0x2010, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20BF),
    (0x2100, 0x218F), (0x2190, 0x22FF), (0x2300, 0x23FF), (0x2460, 0x24FF), (0x25A0, 0x26FF), (0x2713, 0x2718),
    (0x3000, 0x303F), (0xFF00, 0xFFEF),
)  # fmt: skip


def wanted() -> set[int]:
    """Return the characters that are kept."""
    found = {number for first, last in RANGES for number in range(first, last + 1)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            found.update(map(ord, bytes((row, cell)).decode("gb2312", "ignore")))
    return found


def cut(source: Path, target: Path, characters: set[int]) -> set[int]:
    """Write the part of a typeface that has these characters; return those that it has."""
    options = Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "pwid"]
    options.drop_tables += ["vmtx", "vhea", "BASE", "DSIG"]
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.save(target)
    found = set(font.getBestCmap())
    print(f"{target.name}: {len(found)} characters, {target.stat().st_size:,} bytes")
    return found


def main() -> int:
    """Write both weights of both typefaces."""
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    chinese, latin = (Path(folder) / "package" for folder in sys.argv[1:])
    for weight, folder in WEIGHTS.items():
        source = chinese / folder / f"NotoSansSC_{folder}.ttf"
        found = cut(source, FONTS / f"NotoSansSC-{weight}.subset.ttf", wanted())
        cut(latin / folder / f"NotoSans_{folder}.ttf", FONTS / f"NotoSans-{weight}.subset.ttf", wanted() - found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
