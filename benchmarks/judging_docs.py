"""Writes the section *Measured* of docs/judging.md, between its markers, from the figures of benchmarks/judging.py.

`python -m benchmarks.judging_docs` writes it again from benchmarks/results/judging.json.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jinja2
import msgspec

from benchmarks.measure import RESULTS, ROOT

PAGE = ROOT / "docs" / "judging.md"
BEGIN, END = "<!-- measured: written by benchmarks/judging.py -->", "<!-- /measured -->"
Figure = dict[str, Any]


def write_docs(figures: dict[str, Any], page: Path = PAGE) -> Path:
    """Replaces what stands between the markers; a page without them gets the section at its end."""
    before = page.read_text("utf-8") if page.exists() else "# Judging\n"
    page.write_text(placed(before, render(figures)), "utf-8")
    return page


def placed(page: str, section: str) -> str:
    """
    >>> placed(f"a\\n{BEGIN}\\nold\\n{END}\\nb", "new\\n") == f"a\\n{BEGIN}\\n\\nnew\\n\\n{END}\\nb"
    True
    """
    inner = f"{BEGIN}\n\n{section.strip()}\n\n{END}"
    if BEGIN in page and END in page:
        head, _, rest = page.partition(BEGIN)
        return head + inner + rest.partition(END)[2]
    return f"{page.rstrip()}\n\n## Measured\n\n{inner}\n"


def render(figures: dict[str, Any]) -> str:
    """The section as Markdown."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(ROOT / "benchmarks"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        date=lambda at: datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d"),
        groups=_groups, title_of=_title, around=_around, count=_count, value=_value, signed=_signed,
    )  # fmt: skip
    return environment.get_template("judging.md.j2").render(figures=figures)


def _groups(figures: dict[str, Figure]) -> list[str]:
    """All, critical and the dimensions; the domains are in the results file."""
    names = [name.partition("/")[2] for name in figures if name.startswith("coverage/")]
    return [name for name in names if not name.startswith("domain:")]


def _title(group: str) -> str:
    return {"all": "all", "critical": "**critical**"}.get(group, group)


def _value(figure: Figure) -> str:
    return "–" if figure["value"] is None else _share(figure["value"])


def _share(value: float) -> str:
    """A share that is not whole never reads 0 or 1.

    >>> _share(0.9999), _share(1.0), _share(0.0004)
    ('>.999', '1.000', '<.001')
    """
    text = f"{value:.3f}"
    return "<.001" if value and text == "0.000" else ">.999" if value < 1 and text == "1.000" else text


def _around(figure: Figure) -> str:
    if figure.get("low") is None:
        return _value(figure)
    return f"{_value(figure)} ({_share(figure['low'])}–{_share(figure['high'])})"


def _count(figure: Figure) -> str:
    return f"{figure['k']}/{figure['n']}"


def _signed(figure: Figure) -> str:
    if figure["value"] is None:
        return "–"
    around = "" if figure.get("low") is None else f" ({figure['low']:+.3f} to {figure['high']:+.3f})"
    return f"{figure['value']:+.3f}{around}"


if __name__ == "__main__":
    print(f"{write_docs(msgspec.json.decode((RESULTS / 'judging.json').read_bytes())['figures'])} written")
