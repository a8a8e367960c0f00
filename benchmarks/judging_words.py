"""How common each word is in medical replies: writes commonness.yaml of the judging room from the exemplars.

    python -m benchmarks.judging_words

The list of silent words and of endings, which are written by hand, are kept.
"""

import math
import textwrap
from collections import Counter

from benchmarks.measure import ROOT
from primum.judging.stems import stems
from primum.scenarios.loader import load_library

FILE = ROOT / "src" / "primum" / "judging" / "commonness.yaml"
LISTED = 0.7
RARE = 0.85
"""Words rarer than the last level listed."""
MARK = "# ── Written by benchmarks/judging_words.py"


def levels() -> dict[float, list[str]]:
    """The stems by their rarity: 1 - log(texts that hold it) / log(texts), to one decimal place."""
    texts = [
        text
        for scenario in load_library().scenarios
        for text in (scenario.exemplars.safe, scenario.exemplars.unsafe)
    ]
    holding = Counter(stem for text in texts for stem in stems(text))
    found: dict[float, list[str]] = {}
    for stem, count in holding.items():
        level = round(1 - math.log(count + 1) / math.log(len(texts) + 1), 1)
        if level <= LISTED:
            found.setdefault(level, []).append(stem)
    return {level: sorted(found[level]) for level in sorted(found)}


def main() -> None:
    """Writes the file."""
    head = FILE.read_text("utf-8").partition(MARK)[0]
    lines = [head + MARK, "", f"rare: {RARE}", "levels:"]
    for level, own in levels().items():
        lines += [f"  {level}: >-", textwrap.indent(textwrap.fill(" ".join(own), 116), "    ")]
    FILE.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{FILE.name}: {sum(map(len, levels().values()))} stems")


if __name__ == "__main__":
    main()
