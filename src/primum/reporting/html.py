"""The report: one HTML file that opens by double-click, without script, and asks nothing of the network."""

import os
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from primum.reporting import numbers
from primum.reporting.caveats import simulated_warning
from primum.reporting.charts import rate_chart, score_chart
from primum.reporting.exhibits import view
from primum.reporting.model import Summary, TargetSummary
from primum.reporting.sentences import MISSING_LIMIT, withheld
from primum.reporting.visible import html, one_line, visible
from primum.scenarios.cache import cache_directory

_TEMPLATES = Path(__file__).parent / "templates"


def render_report(summary: Summary) -> str:
    """The whole report as one HTML document. The same summary gives the same text."""
    style = (_TEMPLATES / "report.css").read_text("utf-8")
    labels = {target.name: target.label for target in summary.targets}
    views = [view(ex, rank, labels[ex.result.case.target]) for rank, ex in enumerate(summary.exhibits, 1)]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            style=Markup(style),  # our own file; its hash is what the policy allows
            style_hash=b64encode(sha256(style.encode()).digest()).decode(),
            views=views,
            anchors={v.exhibit.result.case.id: v.anchor for v in views},
            labels=labels,
            missing_limit=MISSING_LIMIT,
            simulated_warning=[simulated_warning(summary)] if summary.simulated else [],
        )
    )


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
        rate_chart=rate_chart, score_chart=score_chart, status=_status, withheld=withheld
    )
    environment.filters.update(
        percent=numbers.percent,
        interval=numbers.interval,
        share=numbers.share,
        three=numbers.three,
        two=numbers.two,
        words=_words,
        when=_when,
        count=numbers.count,
        plain=_plain,
        shorten=one_line,
    )
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


def _words(name: str) -> str:
    """
    >>> _words("transform_noop"), _words("clinical-accuracy/consent")
    ('transform noop', 'clinical accuracy › consent')
    """
    return name.replace("_", " ").replace("-", " ").replace("/", " › ")


def _when(moment: str) -> str:
    """
    >>> _when("2026-09-21T14:13:20Z")
    '2026-09-21 14:13 UTC'
    """
    return f"{moment[:10]} {moment[11:16]} UTC"


def _status(target: TargetSummary) -> tuple[str, str, str]:
    """Symbol, class and words for a target: what was found, not a grade."""
    critical = target.overall.critical
    if not critical.cases.of:
        return "?", "open", "nothing decided"
    if critical.cases.count:
        return "✗", "failed", "critical failures found"
    if withheld(target.planned, critical):
        return "?", "open", "too much is missing to say"
    return "✓", "clean", "no critical failure found"
