"""One HTTP exchange, as cheaply as aiohttp can do it, with every fault turned into a `WireError`."""

import asyncio
import io
import json
import re
import ssl
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

import aiohttp
import msgspec
from multidict import CIMultiDict
from yarl import URL

from primum.endpoints.model import FailureKind
from primum.endpoints.network import EgressRefused, Network
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires.base import OnHeaders, WireError, kind_of_status, retry_after
from primum.endpoints.wires.keys import Secrets, expand, read_key
from primum.errors import PrimumError

encode = msgspec.json.Encoder().encode
decode_any = msgspec.json.Decoder().decode

Answer = tuple[int, Mapping[str, str], bytes]
Decoded = TypeVar("Decoded")

LARGE_BODY = 1 << 20
ACCOUNT = ("api key not valid", "api key expired", "credit balance is too low")
"""What Google and Anthropic say with a 400 when they mean the key or the account, not the request."""
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")


class HttpWire:
    """Base of the wires that speak HTTP. URL, headers and timeout are built once; a call adds only its body."""

    def __init__(
        self, spec: EndpointSpec, network: Network, on_headers: OnHeaders | None, path: str = ""
    ) -> None:
        self.spec = spec
        self.method = "POST"
        self.secrets = Secrets()
        self._network = network
        self._on_headers = on_headers
        self._url = endpoint_url(spec, path)
        self._limit = spec.limits.max_reply_bytes
        self._timeout = aiohttp.ClientTimeout(total=spec.limits.timeout)
        self._headers: CIMultiDict[str] = CIMultiDict(
            {"Content-Type": "application/json", "User-Agent": "primum"}
        )
        key = read_key(spec)
        if key:
            self.secrets.add(key)
            self._headers.update(self.key_headers(key))
        self._headers.update(expand(spec.headers, spec, self.secrets))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.spec.name}>"

    def key_headers(self, key: str) -> dict[str, str]:
        """How this format carries the key."""
        return {"Authorization": f"Bearer {key}"}

    keeps_time = True

    async def close(self) -> None:
        """Nothing of its own to end: the session belongs to the network."""

    async def post(self, body: bytes) -> Answer:
        """Status, headers and the bounded body of the answer, whatever the status."""
        return await self.exchange(self.method, self._url, self._headers, body)

    async def exchange(self, method: str, url: URL, sent: CIMultiDict[str], body: bytes) -> Answer:
        """One request to any URL of this endpoint."""
        try:
            async with self._network.session.request(
                method,
                url,
                data=_payload(body),
                headers=sent,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                headers = response.headers
                if self._on_headers is not None:
                    self._on_headers(headers)
                length = response.content_length
                if length is not None and length <= self._limit and "Content-Encoding" not in headers:
                    raw = await response.read()
                else:
                    raw = await self._read_bounded(response)
                return response.status, headers, self.secrets.scrub_reply(raw)
        except (aiohttp.ClientError, OSError, ValueError, EgressRefused) as error:
            raise self._fault(error) from None

    async def _read_bounded(self, response: aiohttp.ClientResponse) -> bytes:
        """Reads no further than the limit: what is larger is not worth holding."""
        chunks = bytearray()
        async for chunk in response.content.iter_any():
            chunks += chunk
            if len(chunks) > self._limit:
                response.close()
                raise self.failed(
                    "too_large", f"the answer is larger than {self._limit:,} bytes", response.status
                )
        return bytes(chunks)

    def failed(self, kind: FailureKind, words: str, status: int = 0, after: float | None = None) -> WireError:
        """A `WireError` whose words hold no key."""
        return WireError(kind, self.secrets.scrub(words), status, after)

    def _fault(self, error: Exception) -> WireError:
        host = self._url.host
        if isinstance(error, asyncio.TimeoutError):
            return self.failed("timeout", f"no complete answer within {self.spec.limits.timeout:g} s")
        if isinstance(error, EgressRefused):
            return self.failed("offline", str(error))
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return self.failed("connection", f"the name {host} cannot be resolved")
        if isinstance(error, (aiohttp.ClientConnectorCertificateError, ssl.SSLError, aiohttp.ClientSSLError)):
            return self.failed("connection", f"no trusted TLS connection to {host}: {error}")
        if isinstance(error, aiohttp.ClientConnectorError):
            return self.failed("connection", f"cannot connect to {host}:{self._url.port}: {error.strerror}")
        if isinstance(error, aiohttp.ClientResponseError):  # its text holds no header, its request_info does
            return self.failed("malformed", f"the answer is not HTTP: {error.message}")
        if isinstance(error, aiohttp.ClientPayloadError):
            return self.failed("connection", "the connection closed before the answer was complete")
        return self.failed("connection", f"the connection was lost: {error or type(error).__name__}")

    def refuse(self, status: int, headers: Mapping[str, str], raw: bytes, prefix: str = "") -> NoReturn:
        """Raises what a status other than 2xx means, in the server's words."""
        kind = kind_of_status(status)
        if 300 <= status < 400:
            place = URL(headers.get("Location", "")).host or "another path"
            raise self.failed(kind, f"{prefix}HTTP {status}: redirects to {place}; correct base_url", status)
        words, code = server_words(raw)
        if code == "insufficient_quota":  # a 429 that no waiting mends
            kind = "unauthorised"
        if status == 400 and any(sign in words.lower() for sign in ACCOUNT):
            kind = "unauthorised"
        raise self.failed(kind, f"{prefix}HTTP {status}: {words}", status, retry_after(headers))

    def decode(
        self, decoder: msgspec.json.Decoder[Decoded], status: int, headers: Mapping[str, str], raw: bytes
    ) -> Decoded:
        """The typed answer; bad UTF-8 inside a text is replaced, anything else is `malformed`."""
        try:
            return decoder.decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass
        try:
            return decoder.decode(mended(raw))
        except (ValueError, RecursionError) as error:
            kind = headers.get("Content-Type", "no content type").partition(";")[0]
            if "json" in kind:
                reason = (
                    str(error)
                    if isinstance(error, msgspec.ValidationError)
                    else "the JSON is broken or cut off"
                )
                raise self.failed("malformed", f"{reason}: {_excerpt(raw)}", status) from None
            raise self.failed(
                "malformed", f"the answer is {kind}, not JSON: {_excerpt(raw)}", status
            ) from None

    def refuse_error_object(self, error: Any, status: int) -> NoReturn:
        """Raises for a 200 answer that carries an `error` object, by the code in it where there is one."""
        code = error.get("code") if isinstance(error, dict) else None
        kind = kind_of_status(code) if isinstance(code, int) and 400 <= code < 600 else "server_error"
        words, _ = server_words(encode({"error": error}))
        raise self.failed(kind, f"HTTP {status} with an error: {words}", status)


def _payload(body: bytes) -> aiohttp.payload.Payload | None:
    """The body in the form aiohttp would find for it by asking each of the types it knows."""
    if len(body) > LARGE_BODY:
        return aiohttp.payload.BytesIOPayload(io.BytesIO(body))
    return aiohttp.payload.BytesPayload(body) if body else None


def endpoint_url(spec: EndpointSpec, path: str = "") -> URL:
    """`base_url` with the format's path put before its query (Azure keeps its api-version there)."""
    try:
        url = URL(spec.base_url)
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise PrimumError(f"{spec.name}: base_url must be an http(s) address, not {spec.base_url!r}")
    return url.with_path(url.raw_path.rstrip("/") + path, encoded=True).with_query(url.query) if path else url


def server_words(raw: bytes) -> tuple[str, str]:
    """What the server says went wrong, and its error code.

    >>> server_words(b'{"error": {"message": "no such model", "code": "model_not_found"}}')
    ('no such model', 'model_not_found')
    """
    try:
        body = decode_any(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _excerpt(raw), ""
    found = body.get("error", body) if isinstance(body, dict) else body
    if not isinstance(found, dict):
        return str(found), ""
    words = found.get("message") or found.get("detail") or found.get("error")
    code = found.get("code") or found.get("type") or ""
    return words if isinstance(words, str) else _excerpt(raw), str(code)


def _excerpt(raw: bytes) -> str:
    """The start of an answer in readable form; of a web page, its title or its text."""
    text = raw[:20_000].decode("utf-8", "replace")
    if "<html" in text[:2_000].lower() or "<!doctype" in text[:200].lower():
        title = _TITLE.search(text)
        text = title[1] if title else _TAGS.sub(" ", text)
    return text.strip()[:200] or "(empty body)"


def mended(raw: bytes) -> bytes:
    """The same JSON with what is not valid Unicode replaced."""
    value = json.loads(raw.decode("utf-8", "replace"))
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
