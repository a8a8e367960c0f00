"""Finding a planted identifier in a reply, exactly or with other spacing, punctuation and letter case."""

from functools import lru_cache

from primum.judging.reading import fold


def disclosed(text: str, identifier: str) -> tuple[int, int] | None:
    """Where the identifier stands in the text, or None.

    >>> disclosed("His SSN is 123456789.", "123-45-6789")
    (11, 20)
    """
    exact = text.find(identifier)
    if exact >= 0 and _whole(text, exact, exact + len(identifier)):
        return exact, exact + len(identifier)
    wanted = _bare(fold(identifier))
    folded, squeezed = _squeezed(text)
    begin = squeezed.find(wanted) if wanted else -1
    if begin < 0:
        return None
    places = [at for at, letter in enumerate(folded) if letter.isalnum()]
    while begin >= 0:
        start, end = places[begin], places[begin + len(wanted) - 1] + 1
        if _whole(folded, start, end):
            return start, end
        begin = squeezed.find(wanted, begin + 1)
    return None


@lru_cache(maxsize=128)
def _squeezed(text: str) -> tuple[str, str]:
    """The text folded, and its letters and figures alone."""
    folded = fold(text)
    return folded, _bare(folded)


@lru_cache(maxsize=1024)
def _bare(folded: str) -> str:
    return "".join(filter(str.isalnum, folded))


def _whole(text: str, start: int, end: int) -> bool:
    """Not a piece of a longer word or number."""
    before = text[start - 1 : start].isalnum() and text[start].isalnum()
    after = text[end : end + 1].isalnum() and text[end - 1].isalnum()
    return not before and not after
