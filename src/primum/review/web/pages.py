"""Templates to pages. Every text is escaped, and what it hides is made visible."""

import json
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

from primum.review.web.ways import ways
from primum.visible import html, one_line, visible

if TYPE_CHECKING:
    from primum.review.web.visit import Visit

_HERE = Path(__file__).parent
ASSETS = {"review.css": "text/css; charset=utf-8", "review.js": "text/javascript; charset=utf-8"}


def page(visit: "Visit", template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """One page for one person, with their keys and the ways that their roles open."""
    person = visit.person
    keys = visit.keys
    text = (
        _environment()
        .get_template(template)
        .render(
            person=person,
            roles=person.roles if person else (),
            local=visit.site.local,
            keys=keys,
            keys_json=json.dumps({one.key: one.id for one in keys.shortcuts if one.key and keys.on}),
            now=visit.now,
            asset=_address,
            ways=ways,
            **context,
        )
    )
    return HTMLResponse(text, status)


def asset(visit: "Visit") -> Response:
    """The style sheet or the script: the only two files there are."""
    name = visit.path["name"]
    if name not in ASSETS:
        return Response("", 404)
    # The address changes with the content, so that a browser may keep it.
    return Response(_content(name), media_type=ASSETS[name], headers={"Cache-Control": "max-age=31536000"})


@cache
def _content(name: str) -> bytes:
    return (_HERE / "static" / name).read_bytes()


@cache
def _address(name: str) -> str:
    return f"/static/{name}?{sha256(_content(name)).hexdigest()[:12]}"


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        auto_reload=False,
    )
    environment.filters.update(
        number="{:,}".format,
        plain=_plain,
        shorten=one_line,
        words=_words,
        when=_when,
        clock=_clock,
        role=_role,
        begun=_begun,
        sentence=_sentence,
        minutes=_minutes,
        percent=_percent,
        two=_two,
    )
    return environment


def _shown(value: Any) -> Any:
    return html(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _plain(value: str) -> Markup:
    """For attributes, titles and text fields, where no element can stand."""
    return escape(visible(value))


def _words(name: str) -> str:
    """A name of the model as a reader says it.

    >>> _words("not_applicable")
    'not applicable'
    """
    return name.replace("_", " ").replace("-", " ")


def _when(seconds: float) -> str:
    """
    >>> _when(0)
    '1970-01-01 00:00 UTC'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC")


def _role(name: str) -> str:
    """
    >>> _role("patient")
    'patient representative'
    """
    return "patient representative" if name == "patient" else name


def _begun(text: str) -> str:
    """
    >>> _begun("instructions to the AI system")
    'Instructions to the AI system'
    """
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    """
    >>> _sentence("choose a decision"), _sentence("Nobody is here.")
    ('Choose a decision.', 'Nobody is here.')
    """
    return _begun(text) + ("" if text.endswith((".", "?", "!")) else ".")


def _minutes(seconds: float) -> str:
    """
    >>> _minutes(20), _minutes(1500), _minutes(9000)
    ('under 1 min', 'about 25 min', 'about 2 h 30 min')
    """
    whole = round(seconds / 60)
    if whole < 1:
        return "under 1 min"
    return f"about {whole} min" if whole < 60 else f"about {whole // 60} h {whole % 60} min"


def _percent(share: float | None) -> str:
    """
    >>> _percent(0.1234), _percent(None)
    ('12.3%', '–')
    """
    return "–" if share is None else f"{100 * share:.1f}%"


def _two(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace("-", "−")
