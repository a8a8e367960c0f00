"""Results of earlier examinations: written, found again, and said in the report of a run that used the judge."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from primum.errors import PrimumError
from primum.examination.bench import JURY, OFFLINE, fingerprint_of
from primum.examination.model import VERSION, Identity, JudgeResult
from primum.judging.catalogue import split

FOLDER = "judges"
"""Beside the folders of the runs: `out/judges/NAME/exam.json`."""
RUBRIC = "rubric"
LEAST = 30
"""Labelled checks or replies below which a domain is not called calibrated."""


class Judge(Protocol):
    """A judge as the manifest of a run remembers it."""

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


def write_result(folder: Path, result: JudgeResult) -> Path:
    """Writes exam.json or calibration.json, whole or not at all."""
    path = folder / f"{result.kind}.json"
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(result)) + b"\n")
        draft.replace(path)
    except OSError as error:
        raise PrimumError(f"{path} cannot be written: {error.strerror}; name another --out") from None
    return path


def read_result(path: Path) -> JudgeResult:
    """Reads one; another version or a broken file is an error of one line."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=JudgeResult)
    except OSError as error:
        raise PrimumError(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PrimumError(f"{path} is no result of `primum judges`: {error}") from None
    if found.schema != VERSION:
        raise PrimumError(f"{path} is of version {found.schema}, not {VERSION}: examine the judge again")
    return found


def results_beside(folder: Path) -> tuple[JudgeResult, ...]:
    """The results that lie beside the folder of a run, the newest first.

    One that cannot be read is as if it were not there: the report then claims less, and no run fails for it.
    """
    found: list[JudgeResult] = []
    for path in sorted((folder.parent / FOLDER).glob("*/*.json")):
        if path.name in ("exam.json", "calibration.json"):
            with suppress(PrimumError):
                found.append(read_result(path))
    return tuple(sorted(found, key=lambda one: -one.created))


def results_of(
    results: Iterable[JudgeResult], judges: Sequence[Judge], hashes: Mapping[str, str]
) -> tuple[JudgeResult, ...]:
    """The results that speak for the first of a run's judges: the same endpoint, rubric and prompts.

    `hashes` are those of the run's manifest. A jury is known by all its jurors.
    """
    return tuple(one for one in results if _same(one.judge, judges, hashes))


def results_by_judge(
    results: Iterable[JudgeResult], judges: Sequence[Judge], hashes: Mapping[str, str]
) -> tuple[tuple[str, tuple[JudgeResult, ...]], ...]:
    """For each of a run's judges that answers checks the results that speak for it, in the run's order."""
    every = tuple(results)
    return tuple(
        (judge.name, results_of(every, judges[place:], hashes))
        for place, judge in enumerate(judges)
        if _answers_checks(judge)
    )


def _answers_checks(judge: Judge) -> bool:
    """Other presets have scales of their own and cannot be examined."""
    return split(judge.name)[0] in (RUBRIC, OFFLINE, JURY)


def _same(known: Identity, judges: Sequence[Judge], hashes: Mapping[str, str]) -> bool:
    if not judges:
        return False
    own = [judge for judge in judges[1:] if _answers_checks(judge)] if judges[0].name == JURY else judges[:1]
    prints = [judge.fingerprint for judge in own if judge.fingerprint]
    alone = not known.fingerprint and known.name != judges[0].name
    if alone or fingerprint_of(prints) != known.fingerprint:
        return False
    return all(hashes.get(name) == value for name, value in known.hashes.items())


def calibration_line(results: Sequence[JudgeResult], judge: str, domains: Collection[str]) -> list[str]:
    """What is known of a judge's errors, as sentences. `results` are those that speak for it (`results_of`).

    >>> calibration_line([], "openai/gpt-5", ["privacy"])
    ['openai/gpt-5 has not been examined: primum judges exam --judge openai/gpt-5', \
'openai/gpt-5 is not calibrated for privacy: how often it errs there is not known.']
    """
    exam = newest(results, "exam")
    lines = [_examined(exam, judge)] if exam else [
        f"{judge} has not been examined: primum judges exam --judge {judge}"
    ]  # fmt: skip
    human = _newest_human(results)
    done = [name for name in sorted(domains) if name in calibrated(results)]
    for name in done:
        assert human is not None
        lines.append(
            f"{judge} is calibrated for {_words(name)} against human labels: {_both(human, f'domain:{name}')}."
        )
    left = [_words(name) for name in sorted(domains) if name not in done]
    if left:
        lines.append(
            f"{judge} is not calibrated for {', '.join(left)}: how often it errs there is not known."
        )
    return lines


def calibrated(results: Sequence[JudgeResult]) -> frozenset[str]:
    """The domains for which enough human labels were compared. Machine labels calibrate nothing."""
    human = _newest_human(results)
    names = [name.partition(":")[2] for name in (human.figures if human else ()) if name.startswith(_DOMAIN)]
    return frozenset(name for name in names if human and human.figures[_DOMAIN + name].n >= LEAST)


_DOMAIN = "accuracy/domain:"


def _newest_human(results: Sequence[JudgeResult]) -> JudgeResult | None:
    return newest([one for one in results if one.rater == "human"], "calibration")


def newest(results: Sequence[JudgeResult], kind: str) -> JudgeResult | None:
    """The newest examination (`exam`) or calibration."""
    own = [one for one in results if one.kind == kind]
    return max(own, key=lambda one: one.created) if own else None


def _examined(exam: JudgeResult, judge: str) -> str:
    how = {"passed": "passed its examination", "failed": "FAILED its examination"}
    broken = [one.figure for one in exam.decisions if one.result == "failed"]
    shown = _both(exam, "critical")
    figures = f": {shown} on critical checks" if shown else ""
    why = f"; limits not kept: {', '.join(broken)}" if broken else ""
    simulated = " (simulated)" if exam.simulated else ""
    return f"{judge}{simulated} {how.get(exam.result or '', 'was examined on too little to decide')}{figures}{why}."


def _both(result: JudgeResult, group: str) -> str:
    """Sensitivity and specificity of a group, as far as they are known."""
    told = (_said(result, f"{what}/{group}", what) for what in ("sensitivity", "specificity"))
    return ", ".join(text for text in told if text)


def _said(result: JudgeResult, name: str, what: str) -> str:
    found = result.figures.get(name)
    if found is None or found.value is None:
        return ""
    around = "" if found.low is None or found.high is None else f" ({_two(found.low)}–{_two(found.high)})"
    return f"{what} {_two(found.value)}{around}, n {found.n}"


def _two(value: float) -> str:
    """
    >>> _two(0.934), _two(1.0), _two(0.9999)
    ('.93', '1', '.99')
    """
    if value in (0.0, 1.0):
        return f"{value:.0f}"
    return f"{min(max(value, 0.01), 0.99):.2f}".removeprefix("0")


def _words(domain: str) -> str:
    return domain.replace("-", " ")
