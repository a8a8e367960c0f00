"""What every request must pass, and what every response must carry. Plain ASGI: it sees even what no route takes."""

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_LIMIT = 256_000
"""Bytes of one form."""
SAFE = ("GET", "HEAD", "OPTIONS")

# Nothing but our own two files; no third party, no inline script or style, no frame, no plug-in.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer: with it a browser says `Origin: null` of its own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Refuses foreign hosts, foreign origins and large bodies; adds the headers that keep a page to itself.

    `origins` are what the browser's address bar may show, for example ("http://127.0.0.1:8321",).
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origins)
        self._hosts = frozenset(origin.split("://", 1)[1] for origin in origins)
        self._secure = all(origin.startswith("https://") for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no web sockets here
            return
        refused = self._refusal(scope["method"], Headers(scope=scope))
        app = PlainTextResponse(refused[1], refused[0]) if refused else self._app
        await app(scope, _limited(receive), self._dressed(send))

    def _refusal(self, method: str, headers: Headers) -> tuple[int, str] | None:
        if headers.get("host", "") not in self._hosts:
            # DNS rebinding: a page of another name that was pointed at this address.
            return 400, "This review does not answer to that host name."
        if method not in SAFE and not same_origin(headers, self._origins):
            return 403, "This form was sent from another site, so it was not accepted."
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            return 413, "This form is too large."
        return None

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", "no-store")
                if self._secure:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return dressed


def same_origin(headers: Headers, origins: Collection[str]) -> bool:
    """Whether a form came from our own page: by Fetch Metadata, else by Origin; with neither it did not.

    >>> same_origin(Headers({"sec-fetch-site": "cross-site", "origin": "http://a"}), {"http://a"})
    False
    >>> same_origin(Headers({"origin": "http://a"}), {"http://a"}), same_origin(Headers({}), {"http://a"})
    (True, False)
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is not None:
        return origin in origins
    return site is not None


class TooLarge(Exception):
    """A body without a stated length went past the limit."""


def _limited(receive: Receive) -> Receive:
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > BODY_LIMIT:
            raise TooLarge
        return message

    return limited
