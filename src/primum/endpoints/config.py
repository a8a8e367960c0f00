"""`primum.toml`: endpoints in full.

[endpoints.ward]
base_url = "https://chat.example.org/api/ask"
headers = { Authorization = "Bearer ${WARD_TOKEN}" }

[endpoints.ward.http]
body = { question = "{{prompt}}" }
reply = "data.answer"
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from primum.endpoints.providers import HOSTS, complete
from primum.endpoints.spec import EndpointSpec, HttpTemplate, Kind, Limits, Price
from primum.errors import PrimumError, did_you_mean

FILE = "primum.toml"
SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "cookie", "api-key", "apikey", "x-api-key", "x-goog-api-key"}
)
KEY_FIELDS = frozenset({"key", "api_key", "apikey", "token", "password", "secret"})
_TABLES: dict[str, type[msgspec.Struct]] = {
    "": EndpointSpec,
    "http": HttpTemplate,
    "limits": Limits,
    "price": Price,
}


class Config(msgspec.Struct, frozen=True):
    """What the file says; empty when there is none."""

    endpoints: dict[str, EndpointSpec] = {}
    path: str = FILE


def load_config(path: str | Path | None = None) -> Config:
    """Reads the file. Without a path: `primum.toml` of the working directory, if there is one."""
    file = Path(path or FILE)
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path is None:
            return Config()
        raise PrimumError(f"there is no file {file}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PrimumError(f"cannot read {file}: {error}") from None
    return parse_config(text, file)


def parse_config(text: str, file: Path) -> Config:
    """The configuration in a text; `file` names it in errors, and its folder is where relative paths start."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PrimumError(f"{file}: {error}") from None
    reader = _Reader(text, file)
    for name in tables:
        if name != "endpoints":
            raise reader.error((), name, f"unknown table [{name}].{did_you_mean(name, ['endpoints'])}")
    found = tables.get("endpoints", {})
    if not isinstance(found, dict):
        raise reader.error((), "endpoints", "write [endpoints.NAME] tables")
    return Config({name: reader.endpoint(name, table) for name, table in found.items()}, str(file))


class _Reader:
    """Turns tables into specs, and says where in the file an error is."""

    def __init__(self, text: str, file: Path) -> None:
        self._lines = text.splitlines()
        self._file = file

    def endpoint(self, name: str, table: Any) -> EndpointSpec:
        place = ("endpoints", name)
        if not isinstance(table, dict):
            raise self.error(place[:1], name, f"write it as a table [endpoints.{name}]")
        for part, struct in _TABLES.items():
            inner = table.get(part, {}) if part else table
            if isinstance(inner, dict):
                self._check_fields((*place, part) if part else place, inner, struct)
        self._check_headers(place, table.get("headers", {}))
        given = {"kind": kind_of(table), **table, "name": name}
        if given["kind"] is None:
            raise self.error(place, "", f"[endpoints.{name}] needs kind, or base_url")
        try:
            spec = msgspec.convert(given, EndpointSpec)
        except msgspec.ValidationError as error:
            words, _, where = str(error).partition(" - at `$.")
            field = where.rstrip("`").partition("[")[0]
            *inside, last = field.split(".")
            raise self.error((*place, *inside), last, f"[endpoints.{name}] {field}: {words}") from None
        return complete(self._from_here(spec))

    def _check_fields(
        self, place: tuple[str, ...], table: dict[str, Any], struct: type[msgspec.Struct]
    ) -> None:
        known = [field for field in struct.__struct_fields__ if field != "name" or struct is not EndpointSpec]
        for field in table:
            if field in known:
                continue
            if field.lower() in KEY_FIELDS:
                words = "keys do not belong in this file: name the variable that holds it with key_env"
            else:
                words = f"unknown field {field!r}.{did_you_mean(field, known)}"
            raise self.error(place, field, f"[{'.'.join(place)}] {words}")

    def _check_headers(self, place: tuple[str, ...], headers: Any) -> None:
        for header, value in headers.items() if isinstance(headers, dict) else ():
            if header.lower() in SECRET_HEADERS and "${" not in str(value):
                words = (
                    f'keys do not belong in this file: write {header} = "${{VARIABLE}}" and set the variable'
                )
                raise self.error((*place, "headers"), header, f"[{'.'.join(place)}] {words}")

    def _from_here(self, spec: EndpointSpec) -> EndpointSpec:
        """Relative files start at the folder of this file."""
        folder = self._file.parent
        changed = {}
        if spec.key_file:
            changed["key_file"] = str(folder / Path(spec.key_file).expanduser())
        if spec.kind == "replay" and spec.path:
            changed["path"] = str(folder / spec.path)
        return msgspec.structs.replace(spec, **changed) if changed else spec

    def error(self, place: tuple[str, ...], field: str, words: str) -> PrimumError:
        return PrimumError(f"{self._file}:{self._line(place, field)}: {words}")

    def _line(self, place: tuple[str, ...], field: str) -> int:
        """The line of a field of a table, or of the table, or of the nearest table around it."""
        for depth in range(len(place), -1, -1):
            head = rf"\s*\[{_dotted(place[:depth])}\]" if depth else r"(?!)"
            start = next((at for at, line in enumerate(self._lines, 1) if re.match(head, line)), 0)
            if depth and not start:
                continue
            wanted = field if depth == len(place) else place[depth]
            if wanted:
                line = self._field_line(start, wanted)
                if line:
                    return line
            if start:
                return start
        return 1

    def _field_line(self, start: int, field: str) -> int:
        named = re.compile(rf"\s*(\[\s*)?[\"']?{re.escape(field)}[\"']?\s*[=.\]]")
        for at in range(start + 1, len(self._lines) + 1):
            line = self._lines[at - 1]
            if named.match(line):
                return at
            if start and line.lstrip().startswith("["):
                break
        return 0


def _dotted(names: tuple[str, ...]) -> str:
    return r"\s*\.\s*".join(rf"[\"']?{re.escape(name)}[\"']?" for name in names)


def kind_of(table: dict[str, Any]) -> Kind | None:
    """The kind a table means when it does not say: by its host, or plain HTTP when it has a template.

    >>> kind_of({"base_url": "http://localhost:8000/v1"}), kind_of({"base_url": "http://x/ask", "http": {}})
    ('openai', 'http')
    """
    if "http" in table:
        return "http"
    url = table.get("base_url")
    if not isinstance(url, str) or not url:
        return None
    return next((provider.kind for host, provider in HOSTS.items() if f"//{host}" in url), "openai")
