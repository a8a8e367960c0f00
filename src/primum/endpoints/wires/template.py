"""The JSON body of a plain HTTP endpoint: a template with `{{prompt}}`, `{{messages}}`, `{{session}}`, `{{system}}`."""

import re
from collections.abc import Mapping
from typing import Any

from primum.errors import PrimumError, did_you_mean

PLACES = ("prompt", "messages", "session", "system")
_PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_ABSENT = object()


def places(template: Any, where: str) -> frozenset[str]:
    """The places a template names; an unknown one is an error.

    >>> sorted(places({"q": "{{prompt}}", "id": "{{session}}"}, "http.body"))
    ['prompt', 'session']
    """
    if isinstance(template, str):
        found = frozenset(_PLACE.findall(template))
        for name in sorted(found.difference(PLACES)):
            raise PrimumError(f"{where}: unknown place {{{{{name}}}}}.{did_you_mean(name, PLACES)}")
        return found
    if isinstance(template, dict):
        template = list(template.values())
    if isinstance(template, list):
        return frozenset().union(*(places(item, where) for item in template))
    return frozenset()


def fill(template: Any, values: Mapping[str, Any], texts: Mapping[str, str]) -> Any:
    """The body. A place that is a whole text becomes the value itself; inside a longer text, its text.

    A field whose whole value is a place without a value (no session yet) is left out. What is put in is never
    read as a template again.

    >>> fill({"q": "Q: {{prompt}}", "id": "{{session}}"}, {"prompt": "Hi", "session": None}, {"prompt": "Hi"})
    {'q': 'Q: Hi'}
    """
    filled = _fill(template, values, texts)
    return None if filled is _ABSENT else filled


def _fill(template: Any, values: Mapping[str, Any], texts: Mapping[str, str]) -> Any:
    if isinstance(template, str):
        whole = _PLACE.fullmatch(template)
        if whole:
            value = values.get(whole[1])
            return _ABSENT if value is None else value
        return _PLACE.sub(lambda match: texts.get(match[1], ""), template)
    if isinstance(template, dict):
        items = ((name, _fill(item, values, texts)) for name, item in template.items())
        return {name: item for name, item in items if item is not _ABSENT}
    if isinstance(template, list):
        return [item for item in (_fill(item, values, texts) for item in template) if item is not _ABSENT]
    return template
