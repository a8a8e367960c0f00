"""Errors a user meets. Each is one clear line that says what to do."""

from collections.abc import Iterable
from difflib import get_close_matches


class PrimumError(Exception):
    """Something the user can mend; its text is shown as one line, never as a traceback."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A hint naming the nearest known name, or the known names when few.

    >>> did_you_mean("multi-domian", ["multi-domain", "das"])
    " Did you mean 'multi-domain'?"
    """
    names = sorted(known)
    near = get_close_matches(wrong, names, n=1, cutoff=0.6)
    if near:
        return f" Did you mean '{near[0]}'?"
    if names and len(names) <= 12:
        return f" Known: {', '.join(names)}."
    return ""
