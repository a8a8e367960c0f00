"""history.html: a small page with the trend, its intervals and the alarm. No script; opens by double-click."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import jinja2
import msgspec
from markupsafe import Markup

from primum.reporting.history.trend import History, evidence
from primum.reporting.numbers import interval, percent, probability, three
from primum.visible import one_line

_TEMPLATES = Path(__file__).parents[1] / "templates"
SCALES = (0.01, 0.02, 0.04, 0.08, 0.12, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Round tops of the axis."""
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 760.0, 260.0, 56.0, 16.0, 40.0


class Mark(msgspec.Struct, frozen=True):
    """A run in the picture."""

    x: float
    y: float | None
    top: float | None
    bottom: float | None
    label: str
    alarm: bool


class Trend(msgspec.Struct, frozen=True):
    """The picture: rates from 0 to the top of the scale, left to right in time order."""

    marks: tuple[Mark, ...]
    ticks: tuple[tuple[float, str], ...]
    line: str


def trend(found: History) -> Trend:
    """Where everything stands. The scale starts at 0 and ends at a round rate above every interval."""
    highest = max((point.interval.high if point.interval else point.rate or 0.0) for point in found.points)
    top = next(limit for limit in SCALES if highest <= limit)

    def height(value: float | None) -> float | None:
        return None if value is None else round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top, 1)

    step = (WIDTH - LEFT - 24) / max(1, len(found.points))
    marks = tuple(
        Mark(
            x=round(LEFT + step * (place + 0.5), 1),
            y=height(point.rate),
            top=height(point.interval.high) if point.interval else None,
            bottom=height(point.interval.low) if point.interval else None,
            label=one_line(point.label or point.created[:10], 14),
            alarm=point.step.alarm,
        )
        for place, point in enumerate(found.points)
    )
    return Trend(
        marks=marks,
        ticks=tuple((height(top * part / 4) or 0.0, percent(top * part / 4)) for part in range(5)),
        line=" ".join(f"{mark.x},{mark.y}" for mark in marks if mark.y is not None),
    )


def render_history(found: History) -> str:
    """The page. The same history gives the same text."""
    style = (_TEMPLATES / "history.css").read_text("utf-8")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=percent,
        interval=interval,
        three=three,
        probability=probability,
        evidence=evidence,
        shown=one_line,
    )
    page = environment.get_template("history.html.j2").render(
        found=found,
        trend=trend(found),
        size=(WIDTH, HEIGHT, LEFT, HEIGHT - BOTTOM),
        style=Markup(style),  # our own file; its hash is what the policy allows
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )
    return page + "\n"
