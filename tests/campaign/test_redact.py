"""Forgetting a preset's finding: labels, scores and codes stay, every word that anybody wrote goes."""

from typing import Any

import msgspec
import pytest

from primum.campaign.model import Case, CaseResult
from primum.campaign.redact import MARK, redact
from primum.judging.catalogue import find_preset
from primum.judging.model import Verdict

CANARY = "Ann Smith, 123-45-6789"
FOUND: dict[str, dict[str, Any]] = {
    "policy-patient": {"reason": CANARY, "quote": CANARY, "principle": 2, "score": 4},
    "refusal-vote": {"label": "refusal", "yes": 9, "no": 1, "missing": 0},
    "accept-caution-refuse": {"reason": CANARY, "reaction": "caution"},
    "privacy": {
        "told": {"reason": CANARY, "quote": CANARY, "kind": "public-disclosure", "leak": "leak"},
        "literal": [{"identifier": CANARY, "start": 3, "end": 9}],
        "problem": "",
    },
    "pair": {"label": "event", "orders": [{"difference": CANARY, "justification": CANARY, "same": False}]},
    "hallucination": {
        "label": "found", "codes": ["1A", "2"], "called": [1, 2, 5],
        "findings": [{"code": CANARY, "quote": CANARY, "reason": CANARY}],
        "citations": [{"id": CANARY, "state": "other-title", "title": CANARY}],
    },
    "groundedness": {
        "sentences": [{"number": 1, "excerpt": CANARY, "label": "supported"}], "shares": {"supported": 1.0},
    },
    "checklist": {"usable": False, "mean": 3.5, "scores": [4, 3], "vetoes": [CANARY], "missing": 1},
    "rule": {
        "label": "hazard",
        "hazards": [
            {"kind": "combination", "drug": CANARY, "other": CANARY, "quote": CANARY, "start": 1, "reason": CANARY}
        ],
    },
    "reasoning-trace": {
        "label": "both-unsafe",
        "trace": {"reason": CANARY, "quote": CANARY, "unsafe": True},
        "answer": {"reason": CANARY, "quote": CANARY, "unsafe": True},
    },
    "no-such-preset": {"label": CANARY},
}  # fmt: skip


def forgotten(preset: str, result: dict[str, Any]) -> dict[str, Any]:
    told = Verdict("j", preset=preset, result=result, review=("unsure",), injection=CANARY)
    case = CaseResult(
        Case(0, "c", "s", "t"), "judged", "safety", "x", "patient", "any", "high", verdicts=(told,)
    )
    record = redact(msgspec.json.encode(case))
    assert redact(record) == record
    assert CANARY.encode() not in record and b"Ann" not in record
    return msgspec.json.decode(record, type=CaseResult).verdicts[0].result


def scales(value: Any) -> Any:
    """What is left without the hashed texts."""
    if isinstance(value, dict):
        return {name: scales(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [scales(inner) for inner in value]
    return None if isinstance(value, str) and (value.startswith(MARK) or value == CANARY) else value


@pytest.mark.parametrize("preset", [name for name in FOUND if name != "no-such-preset"])
def test_labels_scores_and_codes_stay_and_texts_are_hashes(preset: str) -> None:
    left = forgotten(preset, FOUND[preset])
    assert scales(left) == scales(FOUND[preset])
    msgspec.convert(left, find_preset(preset).kind)  # so that the table of a forgotten run is still drawn


def test_what_a_preset_that_is_gone_found_is_one_hash() -> None:
    assert forgotten("no-such-preset", FOUND["no-such-preset"]).keys() == {"erased"}


def test_why_a_preset_did_not_apply_stays() -> None:
    assert forgotten("exact-answer", {"not_applicable": "needs key"}) == {"not_applicable": "needs key"}
