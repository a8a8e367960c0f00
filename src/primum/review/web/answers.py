"""A form as the answer that it holds. What is missing stays empty; whether that will do is the desk's business."""

from typing import Any, get_args

import msgspec

from primum.errors import PrimumError
from primum.review.model import Answer, CheckAnswer, Opined, Pair, Told
from primum.review.web.visit import Visit

_TOLD = get_args(Told)


def answer_in(visit: Visit, whole: bool = False) -> Answer:
    """The answer that was filled in. A value that no field of ours can send is refused.

    `whole`: nothing may be lost, as when it is submitted; a draft cannot hold a quote without an answer.
    """
    if whole:
        _no_loose_words(visit)
    fields: dict[str, Any] = {
        "verdict": _one_of(visit.text("verdict"), get_args(Opined)),
        "reason": visit.text("reason"),
        "severity": number_in(visit, "severity"),
        "harms": visit.texts("harms"),
        "confidence": number_in(visit, "confidence"),
        "answers": _checks(visit),
        "quote": visit.text("quote"),
        "comment": visit.text("comment"),
        "pair": {name: visit.text(name) for name in Pair.__struct_fields__},
    }
    try:
        return msgspec.convert(fields, Answer)
    except msgspec.ValidationError:
        raise PrimumError(
            "this form was filled in with values that it does not offer; load the page again"
        ) from None


def _no_loose_words(visit: Visit) -> None:
    for name in visit.form:
        kind, _, check = name.partition(":")
        if kind in ("quote", "reason") and check and visit.text(name) and not visit.text(f"answer:{check}"):
            raise PrimumError(
                "a check has a quote or a reason, but no answer; choose met, not met or another"
            )


def _checks(visit: Visit) -> tuple[CheckAnswer, ...]:
    """Checks that were answered."""
    names = (name.removeprefix("answer:") for name in visit.form if name.startswith("answer:"))
    return tuple(
        CheckAnswer(
            name,
            _one_of(visit.text(f"answer:{name}"), _TOLD) or "cannot_judge",
            visit.text(f"reason:{name}"),
            visit.text(f"quote:{name}"),
        )
        for name in names
    )


def _one_of(value: str, known: tuple[Any, ...]) -> Any:
    if value and value not in known:
        raise PrimumError("this form was filled in with values that it does not offer; load the page again")
    return value or None


def number_in(visit: Visit, name: str) -> int | None:
    """A number of the form; None where nothing was chosen."""
    value = visit.text(name)
    if value and not (value.isascii() and value.isdigit() and len(value) < 3):
        raise PrimumError("this form was filled in with values that it does not offer; load the page again")
    return int(value) if value else None
