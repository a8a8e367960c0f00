"""Writes the simulation's tables into docs/statistics.md, between their markers.

`python -m benchmarks.reviewing_docs` writes them again from benchmarks/results/reviewing.json.
"""

from pathlib import Path
from typing import Any

import jinja2
import msgspec

from benchmarks.measure import RESULTS, ROOT

PAGE = ROOT / "docs" / "statistics.md"
BEGIN, END = "<!-- simulated: written by benchmarks/reviewing.py -->", "<!-- /simulated -->"


def write_docs(figures: dict[str, Any], page: Path = PAGE) -> None:
    """Replaces what stands between the markers."""
    text = page.read_text("utf-8")
    if BEGIN not in text or END not in text:
        raise SystemExit(f"{page} has no lines {BEGIN} and {END}")
    head, _, rest = text.partition(BEGIN)
    page.write_text(f"{head}{BEGIN}\n\n{render(figures).strip()}\n\n{END}{rest.partition(END)[2]}", "utf-8")


def render(figures: dict[str, Any]) -> str:
    """The tables as Markdown."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "benchmarks"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("reviewing.md.j2").render(figures)


if __name__ == "__main__":
    write_docs(msgspec.json.decode((RESULTS / "reviewing.json").read_bytes())["figures"])
