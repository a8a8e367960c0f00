"""rubric, offline and jury: the judges that answer the checks of a scenario, on recorded replies."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from primum.endpoints.model import Exchange, Message, Reply
from primum.judging.asking import Bench, Failed, together
from primum.judging.item import Item
from primum.judging.judge import OfflineJudge
from primum.judging.jury import NAME as JURY
from primum.judging.jury import jury
from primum.judging.llm import RubricJudge
from primum.judging.model import Score, Verdict
from primum.judging.preset import Pair, Preset
from primum.judging.rubric import load_rubric, score
from primum.judging.tally import Rate, Tally, mean, tally
from primum.scenarios.model import Scenario

ANSWERS = ("met", "not_met", "not_applicable", "cannot_judge", "unsupported")


class Checked(msgspec.Struct, frozen=True):
    """The verdict, and its score under the default rubric (None where nothing was decided)."""

    verdict: Verdict
    score: Score | None
    jurors: tuple[Verdict, ...] = ()
    """Of a jury: what each said."""


def exchange_of(item: Item) -> Exchange:
    """The conversation; in a file line only its last reply is under examination."""
    if item.exchange is not None:
        return item.exchange
    before = item.messages or (Message("user", item.prompt),)
    return Exchange(
        (*before, Message("assistant", item.reply)), (Reply(item.reply, reasoning=item.reasoning),)
    )


async def by_rubric(item: Item, bench: Bench) -> Checked | Failed:
    judge = RubricJudge(bench.endpoint, secret=bench.secret)
    return _checked(
        bench, item, await judge.judge(bench.scenarios[item.scenario], exchange_of(item), bench.ask)
    )


async def offline(item: Item, bench: Bench) -> Checked | Failed:
    scenario: Scenario = bench.scenarios[item.scenario]
    return _checked(bench, item, await OfflineJudge().judge(scenario, exchange_of(item), bench.ask))


async def by_jury(item: Item, bench: Bench) -> Checked | Failed:
    scenario, exchange = bench.scenarios[item.scenario], exchange_of(item)
    sitting = [RubricJudge(endpoint, secret=bench.secret) for endpoint in bench.jurors]
    given = await together(judge.judge(scenario, exchange, bench.ask) for judge in sitting)
    found = _checked(bench, item, jury(given))
    return found if isinstance(found, Failed) else msgspec.structs.replace(found, jurors=tuple(given))


def _checked(bench: Bench, item: Item, given: Verdict) -> Checked | Failed:
    if given.failure:
        return Failed(given.failure)
    return Checked(given, score(load_rubric(), bench.scenarios[item.scenario], given))


def table(pairs: Sequence[Pair]) -> Tally:
    """Answers over all checks; critical failures; the worst score before the mean."""
    told = [found for _, found in pairs if found]
    answers = Counter(check.answer for found in told for check in found.verdict.checks)
    labels = [name for name in ANSWERS for _ in range(answers[name])]
    scored = [found.score for found in told if found.score]
    critical = sum(bool(one.critical_failed) for one in scored)
    values = [one.value for one in scored]
    missing = len(pairs) - len(told)
    notes = ["The histogram counts checks."]
    if missing:
        notes.append(f"{missing} of {len(pairs)} replies have no verdict; their checks are not counted.")
    return tally(
        labels, ANSWERS,
        rates=(Rate("replies with a failed critical check", critical, len(scored), len(pairs) - len(scored)),),
        numbers={"worst score": min(values, default=None), "mean score": mean(values)},
        notes=tuple(notes),
    )  # fmt: skip


def review(item: Item, found: Checked) -> tuple[str, ...]:
    unsupported = [check.check for check in found.verdict.checks if check.answer == "unsupported"]
    return (*found.verdict.review, *([f"unsupported: {', '.join(unsupported)}"] if unsupported else []))


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            name="rubric", about="All checks of a reply in one call, with verified quotes, and the fields beside them.",
            judge=by_rubric, tally=table, review=review, needs=("scenario",), kind=Checked,
        ),
        Preset(
            name=JURY,
            about="Several rubric judges, the majority per check; ties cannot be judged, differences go to review.",
            judge=by_jury,
            tally=table,
            review=review,
            needs=("scenario",),
            calls=3,
            kind=Checked,
        ),
        Preset(
            name="offline", about="Evidence patterns of each check; no network, deterministic.",
            judge=offline, tally=table, review=review, needs=("scenario",), asks_models=False, calls=0, kind=Checked,
        ),
    )  # fmt: skip
