"""The shortcuts: which there are, and which keys a person has chosen for them (WCAG 2.1.4)."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec
import yaml

from primum.errors import PrimumError
from primum.store.database import Database
from primum.store.tables import review_keys

_FILE = Path(__file__).with_name("keys.yaml")


class Shortcut(msgspec.Struct, frozen=True):
    """One thing that a key does. An empty key is switched off."""

    id: str
    group: str
    label: str
    key: str


class Keys(msgspec.Struct, frozen=True):
    """All shortcuts of one person."""

    shortcuts: tuple[Shortcut, ...]
    on: bool = True

    def cap(self, action: str) -> str:
        """What stands on the key cap; nothing where it is off.

        >>> defaults().cap("met")
        'm'
        """
        return next((one.key for one in self.shortcuts if one.id == action), "") if self.on else ""

    def groups(self) -> dict[str, list[Shortcut]]:
        """The shortcuts by group, in the order of the file."""
        found: dict[str, list[Shortcut]] = {}
        for one in self.shortcuts:
            found.setdefault(one.group, []).append(one)
        return found


class _Choices(msgspec.Struct, frozen=True):
    on: bool
    keys: dict[str, str]


@cache
def defaults() -> Keys:
    """The keys as they are shipped."""
    return Keys(msgspec.convert(yaml.safe_load(_FILE.read_text("utf-8")), tuple[Shortcut, ...]))


def chosen(keys: Mapping[str, str], on: bool) -> Keys:
    """The shortcuts with these keys; an action that is not named keeps its own.

    >>> chosen({"met": "y"}, True).cap("met"), chosen({}, False).cap("met")
    ('y', '')
    """
    new = tuple(
        msgspec.structs.replace(one, key=_clean(keys.get(one.id, one.key), one.label))
        for one in defaults().shortcuts
    )
    twice = _twice(one.key for one in new if one.key)
    if twice:
        labels = " and ".join(f"'{one.label}'" for one in new if one.key == twice)
        raise PrimumError(f"the key {twice} stands for {labels}; a key can do one thing")
    return Keys(new, on)


def read(stored: bytes | None) -> Keys:
    """The keys that are stored for a person, else the defaults."""
    if stored is None:
        return defaults()
    choices = msgspec.json.decode(stored, type=_Choices)
    try:
        return chosen(choices.keys, choices.on)
    except PrimumError:  # a key that a later version gave to something new
        return msgspec.structs.replace(defaults(), on=choices.on)


def keep(database: Database, person: str, keys: Keys) -> None:
    """Store the person's choice."""
    choices = _Choices(keys.on, {one.id: one.key for one in keys.shortcuts})
    row = {"person": person, "choices": msgspec.json.encode(choices)}
    put = database.insert(review_keys).values(row)
    with database.write() as connection:
        connection.execute(
            put.on_conflict_do_update(index_elements=[review_keys.c.person], set_={"choices": row["choices"]})
        )


def _clean(key: str, label: str) -> str:
    key = key.strip().lower()
    if len(key) > 1 or not key.isprintable():
        raise PrimumError(f"the key for '{label}' is one character, or empty to switch it off")
    return key


def _twice(keys: Iterable[str]) -> str:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return ""
