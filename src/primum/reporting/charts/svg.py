"""A chart as an inline SVG: no style of its own, so the page's policy holds and its colours apply."""

from markupsafe import Markup, escape

from primum.reporting.charts.model import Box, Chart, Label, Line, Mark
from primum.visible import one_line, visible


def svg(chart: Chart) -> Markup:
    """Marks with classes, a title and a description. Every text is escaped and made visible."""
    title, words = escape(visible(chart.title)), escape(visible(chart.description))
    body = "\n".join(map(_mark, chart.marks))
    return Markup(
        f'<svg role="img" viewBox="0 0 {chart.width:g} {chart.height:g}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{title}</title><desc>{words}</desc>\n{body}\n</svg>"
    )


def _mark(mark: Mark) -> str:
    kind = f' class="{mark.kind}"' if mark.kind else ""
    if isinstance(mark, Line):
        return f'<line{kind} x1="{mark.x1:g}" y1="{mark.y1:g}" x2="{mark.x2:g}" y2="{mark.y2:g}"/>'
    if isinstance(mark, Box):
        return f'<rect{kind} x="{mark.x:g}" y="{mark.y:g}" width="{mark.width:g}" height="{mark.height:g}"/>'
    if isinstance(mark, Label):
        anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
        return f'<text{kind} x="{mark.x:g}" y="{mark.y:g}"{anchor}>{escape(one_line(mark.text, 80))}</text>'
    return f'<path{kind} d="{mark.d}"/>'
