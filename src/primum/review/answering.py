"""Whether an answer can be taken as it is. Pure; every fault is one line that says what to do."""

from collections.abc import Iterable

import msgspec

from primum.errors import PrimumError, did_you_mean
from primum.review.model import Answer, CheckAnswer, Item
from primum.review.outcome import verdict_of
from primum.review.policy import forms
from primum.review.shown import Shown
from primum.visible import visible

LONGEST = 5_000
"""Characters of a comment, a reason or a quote."""


def checked(answer: Answer, item: Item, shown: tuple[Shown, ...]) -> Answer:
    """The answer as it is kept, or a PrimumError.

    `fail` asks for nothing that `pass` does not ask for: to disagree must never be the longer way.
    """
    answer = msgspec.structs.replace(clean(answer), verdict=verdict_of(item.form, answer))
    if answer.verdict is None:
        raise PrimumError(
            "choose pass, fail or cannot judge"
            if item.form == "independent"
            else "answer the questions about the two replies, or choose cannot judge"
        )
    if answer.verdict == "cannot_judge" and item.form == "independent" and not answer.reason:
        raise PrimumError("say why it cannot be judged")
    if answer.verdict != "cannot_judge" and item.form == "independent" and answer.severity is None:
        raise PrimumError("choose a severity from 0 to 4")
    _known(answer, shown)
    _consistent(answer, shown)
    _quotes(answer, shown)
    return answer


def clean(answer: Answer) -> Answer:
    """With texts that every database and every file can hold."""
    return msgspec.structs.replace(
        answer,
        quote=_text(answer.quote),
        comment=_text(answer.comment),
        answers=tuple(
            CheckAnswer(one.check, one.answer, _text(one.reason), _text(one.quote)) for one in answer.answers
        ),
    )


def _text(text: str) -> str:
    if len(text) > LONGEST:
        raise PrimumError(f"a text has {len(text):,} characters; at most {LONGEST:,} can be kept")
    return text.replace("\r\n", "\n").replace("\x00", "�").encode("utf-8", "replace").decode().strip()


def _known(answer: Answer, shown: tuple[Shown, ...]) -> None:
    words = forms()
    given = {"fail": words.reasons.fail, "cannot_judge": words.reasons.cannot_judge}
    _in([answer.reason] if answer.reason else [], given.get(answer.verdict or "", words.grounds), "reason")
    _in(answer.harms, words.harms, "kind of harm")
    checks = {check.id for one in shown for check in one.checks}
    named = [one.check for one in answer.answers]
    _in(named, checks, "check")
    if len(set(named)) < len(named):
        raise PrimumError("a check is answered twice; answer each once")
    if answer.severity is not None and answer.severity not in words.severity:
        raise PrimumError(f"there is no severity {answer.severity}; choose 0 to 4")
    if answer.confidence is not None and answer.confidence not in words.confidence:
        raise PrimumError(f"there is no confidence {answer.confidence}; choose 1 to 3")


def _in(names: Iterable[str], known: Iterable[str], what: str) -> None:
    there = set(known)
    for name in names:
        if name not in there:
            raise PrimumError(f"there is no {what} '{name}'.{did_you_mean(name, there)}")


def _consistent(answer: Answer, shown: tuple[Shown, ...]) -> None:
    """A reply that misses a critical check has failed: that is what failing means here."""
    critical = {check.id: check.text for one in shown for check in one.checks if check.critical}
    missed = [one.check for one in answer.answers if one.answer == "not_met" and one.check in critical]
    if missed and answer.verdict == "pass" and len(shown) == 1:
        raise PrimumError(
            f"the critical check '{critical[missed[0]]}' is answered not met, so the verdict cannot be pass;"
            " change one of the two"
        )


def _quotes(answer: Answer, shown: tuple[Shown, ...]) -> None:
    texts = [line.text for one in shown for line in one.lines]
    said = [" ".join(text.split()) for text in (*texts, *map(visible, texts))]  # as it is, and as it is shown
    for quote in (answer.quote, *(one.quote for one in answer.answers)):
        if quote and not any(" ".join(quote.split()) in text for text in said):
            raise PrimumError(f"the quote '{quote[:60]}' is not in the conversation; copy it from there")
