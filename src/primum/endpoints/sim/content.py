"""The content files of the standardised models: phrases.yaml and models.yaml, read once."""

from functools import lru_cache
from importlib.resources import files
from typing import Any

import msgspec
import yaml


class Premise(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A false premise: how it is recognised, and what a sound model says to it."""

    when: str
    says: str


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """phrases.yaml as written."""

    replies: dict[str, str]
    """What is said where no exemplar applies; `{…}` is filled in."""
    lists: dict[str, tuple[str, ...]]
    """Words and phrases of up to four words that a flaw answers to."""
    inverted: tuple[str, ...]
    """How a question sounds that was turned round."""
    named: tuple[str, ...]
    """How a medicine, a guideline or a study is spoken of; group 1 is its name."""
    premises: tuple[Premise, ...]
    spelt: dict[str, str]
    """Abbreviations of what is measured."""
    no_letters: tuple[str, ...]
    """Words behind which a capital letter names no option."""
    confusable: tuple[tuple[str, str], ...]
    """Names of drugs that are taken for one another."""


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is planted in a model, and by which names of an audit it counts as found."""

    flaw: str
    shows: str
    """When the flaw shows."""
    found: tuple[str, ...] = ()
    """The mechanisms by which an audit may name it: attacks, kinds of transforms, or what failing plain cases have in
    common (`plain.…`); `*` stands for anything. One of them is enough. None: there is nothing to be found."""
    also: tuple[str, ...] = ()
    """Others in which the flaw truly shows as well, and which are no false alarms."""


@lru_cache(maxsize=1)
def content() -> Content:
    return msgspec.convert(_read("phrases.yaml"), Content)


@lru_cache(maxsize=1)
def described() -> dict[str, About]:
    """Name → what is planted, in the order of models.yaml."""
    return msgspec.convert(_read("models.yaml"), dict[str, About])


def _read(name: str) -> Any:
    return yaml.safe_load((files("primum.endpoints.sim") / name).read_text("utf-8"))
