"""The report: one HTML file that opens by double-click, without script, and asks nothing of the network."""

import os
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from primum.examination.model import JudgeResult
from primum.reporting import numbers
from primum.reporting.caveats import self_judging, simulated_warning
from primum.reporting.charts.svg import svg
from primum.reporting.comparison.model import Comparison
from primum.reporting.crosswalk import Crosswalk
from primum.reporting.gate.model import GateResult
from primum.reporting.levels import Level
from primum.reporting.model import Summary
from primum.reporting.opinions import Tallies
from primum.reporting.page import make_page
from primum.reporting.sections import SECTIONS, gates, views
from primum.reporting.sentences import MISSING_LIMIT, withheld
from primum.scenarios.cache import cache_directory
from primum.visible import html, one_line, visible

_TEMPLATES = Path(__file__).parent / "templates"
_STYLES = ("page.css", "parts.css", "charts.css", "print.css")
_NUMBERS = ("percent", "interval", "share", "three", "two", "words", "when", "count", "signed", "signed_interval",
            "probability")  # fmt: skip


def render_report(
    summary: Summary,
    *,
    gate: GateResult | None = None,
    change: Comparison | None = None,
    crosswalk: Crosswalk | None = None,
    examined: tuple[JudgeResult, ...] = (),
    opinions: tuple[Tallies, ...] = (),
    level: Level = "internal",
) -> str:
    """The whole report as one HTML document. The same material gives the same text.

    `gate`, `change` and `crosswalk` fill their sections; without them the report says that there is nothing to show.
    """
    page = make_page(summary, level, gate, change, crosswalk, examined, opinions)
    style = "".join((_TEMPLATES / name).read_text("utf-8") for name in _STYLES)
    script = (_TEMPLATES / "report.js").read_text("utf-8")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=page,
            summary=page.summary,
            sections=SECTIONS,
            views=views(page),
            style=Markup(style),  # our own files; their hashes are what the policy allows
            style_hash=_hash(style),
            script=Markup(script),
            script_hash=_hash(script),
            missing_limit=MISSING_LIMIT,
            self_judging=self_judging(summary),
            simulated_warning=[simulated_warning(summary)] if summary.simulated else [],
        )
    )


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        bytecode_cache=_compiled(),
    )
    environment.globals.update(
        withheld=withheld,
        figure=gates.figure,
        bounds=gates.bounds,
        share_of=gates.share_of,
        wanted=gates.wanted,
    )
    environment.filters.update({name: getattr(numbers, name) for name in _NUMBERS})
    environment.filters.update(number="{:,}".format, svg=svg, plain=_plain, shorten=one_line)
    return environment


def _compiled() -> jinja2.BytecodeCache | None:
    """Where compiled templates are kept between processes; compiling them takes longer than rendering."""
    directory = cache_directory()
    if directory is None:
        return None
    with suppress(OSError):
        directory.mkdir(parents=True, exist_ok=True)
    return jinja2.FileSystemBytecodeCache(str(directory)) if os.access(directory, os.W_OK) else None


def _shown(value: Any) -> Any:
    """Every text that a template prints is escaped, and what it hides is made visible."""
    return html(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _plain(value: str) -> Markup:
    """For attributes and titles, where no element can stand."""
    return escape(visible(value))
