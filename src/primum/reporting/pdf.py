"""The report as PDF, with WeasyPrint (the extra `pdf`): pages to sign and file. Runs no script, fetches nothing."""

import re
from importlib import import_module
from typing import Any

from primum.errors import PrimumError

_SHORTER = "details.data, details.long, details.further { display: none } .pdf { display: block }"
"""A PDF is for reading and signing: the long tables stay in the HTML report, and the PDF says so."""
_CHARTS, _AFTER = "/* pictures */", "/* end of pictures */"


def load_weasyprint() -> Any:
    """The library, or one line that says how to get it."""
    try:
        return import_module("weasyprint")
    except ImportError:
        raise PrimumError("the PDF needs WeasyPrint: pip install 'primum[pdf]'") from None
    except OSError as error:  # the package is there, the system's text layout library is not
        raise PrimumError(
            f"WeasyPrint cannot load Pango ({error}): install your system's Pango 1.44 or newer"
        ) from None


def pdf_of(source: str) -> bytes:
    """The HTML of a report as a tagged PDF. Only what the page itself carries is used: no address is fetched."""
    weasyprint = load_weasyprint()
    document = weasyprint.HTML(string=for_paper(source), url_fetcher=_nothing)
    pdf: bytes = document.write_pdf(
        pdf_variant="pdf/ua-1", stylesheets=[weasyprint.CSS(string=_SHORTER, url_fetcher=_nothing)]
    )
    return pdf


def for_paper(source: str) -> str:
    """The page with its print colours written out and its pictures carrying their own style.

    WeasyPrint knows neither variables nor the page's style inside a picture, nor an outline behind its letters.
    """
    start, end = source.index("<style>"), source.index("</style>")
    style = source[start:end]
    colours = dict(re.findall(r"--([a-z-]+): *([^;]+);", style))  # the print palette comes last, so it wins
    plain = re.sub(r"var\(--([a-z-]+)\)", lambda found: colours[found[1]], style)
    charts = plain[plain.index(_CHARTS) : plain.index(_AFTER)]
    picture = f"<style>{charts} svg text {{ stroke: none; stroke-width: 0 }}</style>"
    body = re.sub(r'(<svg role="img"[^>]*>)', lambda found: found[1] + picture, source[end:])
    return source[:start] + plain + body


def _nothing(url: str, *args: object, **kwargs: object) -> dict[str, Any]:
    if url.startswith("data:"):
        return {"string": b"", "mime_type": "text/plain"}
    raise ValueError(f"the report asks for nothing outside itself, and got {url[:80]}")
