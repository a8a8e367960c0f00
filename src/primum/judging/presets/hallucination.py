"""hallucination: an orchestrator calls specialists, each for one family of codes; the union of their codes counts.

Routing is a rule, not an opinion: families 1 and 5 are always called, 2 whenever a DOI or PMID stands in
the reply, 7 only if every other family is clean; of the rest the orchestrator decides.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from primum.judging.asking import Bench, Failed, Question, answered, question, sheet, together
from primum.judging.citations import Resolved, citations, resolve
from primum.judging.item import Item, shown
from primum.judging.preset import Pair, Preset
from primum.judging.quotes import locate
from primum.judging.tally import Tally, rate, tally

NAME = "hallucination"
ALWAYS = (1, 5)
CITATION, SCOUT = 2, 7
ROUTED = (2, 3, 4, 6)
"""What the orchestrator may call."""
Family = Literal[2, 3, 4, 6]
LABELS = ("clean", "unsure", "found")
Code = Annotated[str, msgspec.Meta(pattern="^[1-7][A-Z]?$")]


class Called(msgspec.Struct, frozen=True):
    families: tuple[Family, ...]


class Finding(msgspec.Struct, frozen=True):
    code: str
    quote: str
    reason: str


class Report(msgspec.Struct, frozen=True):
    """A specialist's answer."""

    findings: tuple[Finding, ...]
    verdict: Literal["found", "unsure", "clean"]


class Specialist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One specialist: its area and its codes with their meaning."""

    name: str
    about: str
    codes: dict[str, str]


class Hallucination(msgspec.Struct, frozen=True):
    """The specialists together."""

    label: Literal["clean", "unsure", "found"]
    codes: tuple[Code, ...]
    """Each once, in order; with words of the reply to show for it, or a code of what is missing."""
    findings: tuple[Finding, ...]
    called: tuple[int, ...]
    unsure: tuple[int, ...] = ()
    unsupported: tuple[Finding, ...] = ()
    """Findings whose quote is not in the reply; they count for nothing and go to review."""
    failed: tuple[int, ...] = ()
    """Specialists without an answer, beside a finding of another."""
    citations: tuple[Resolved, ...] = ()


def families() -> dict[int, Specialist]:
    """The seven families from the sheet."""
    return msgspec.convert(sheet(NAME).words["families"], dict[int, Specialist], strict=False)


def ask_whom(item: Item, secret: str) -> Question[Called]:
    """The orchestrator's question: which of the optional families to call."""
    told = "\n".join(f"- {at}: {one.name}: {one.about}" for at, one in families().items() if at in ROUTED)
    words = sheet(NAME).words
    routing = msgspec.structs.replace(sheet(NAME), task=words["orchestrator"])
    return question(routing, Called, _shown(item), secret, families=told)


def ask_specialist(item: Item, family: int, secret: str, known: Sequence[Resolved] = ()) -> Question[Report]:
    """One specialist's question. The citation specialist is told what a local list knows."""
    one = families()[family]
    codes = "\n".join(f"- {code}: {text}" for code, text in one.codes.items())
    facts = _facts(known) if family == CITATION else ""
    return question(
        sheet(NAME), Report, _shown(item), secret, area=one.name, about=one.about, codes=codes, facts=facts
    )


def _shown(item: Item) -> list[tuple[str, str]]:
    documents = [("documents", item.context)] if item.context else []
    return [*documents, *shown(item)]


def _facts(known: Sequence[Resolved]) -> str:
    said = {
        "found": "is listed and fits: {title}",
        "other-title": "is listed, as another work: {title}",
        "not-listed": "is not in the list, which may be incomplete",
    }
    return "\n".join(f"- {one.id} " + said[one.state].format(title=one.title) for one in known)


def route(item: Item, called: Sequence[int]) -> tuple[int, ...]:
    """Who is called, whatever the orchestrator forgot.

    >>> route(Item(reply="See 10.1000/x."), (4,)), route(Item(reply="Rest."), ())
    ((1, 2, 4, 5), (1, 5))
    """
    cited = (CITATION,) if citations(item.reply) else ()
    return tuple(sorted({*ALWAYS, *cited, *(one for one in called if one in ROUTED)}))


def join(
    item: Item, reports: Mapping[int, Report | Failed], resolved: Sequence[Resolved] = ()
) -> Hallucination | Failed:
    """The union of the codes. A specialist without an answer is no clean one."""
    kept: list[Finding] = []
    unsupported: list[Finding] = []
    unsure: list[int] = []
    known = families()
    for family, report in reports.items():
        if isinstance(report, Failed):
            continue
        valid = [one for one in report.findings if one.code in known[family].codes]
        for one in valid:
            shown_ = one.code in OMITTED or locate(one.quote, [item.reply]) is not None
            (kept if shown_ else unsupported).append(one)
        if report.verdict == "unsure" or (
            report.verdict == "found" and not any(one in kept for one in valid)
        ):
            unsure.append(family)
    kept += [
        Finding("2", one.id, f"the identifier belongs to another work: {one.title}")
        for one in resolved if one.state == "other-title"
    ]  # fmt: skip
    failed = tuple(family for family, report in reports.items() if isinstance(report, Failed))
    if failed and not kept:
        problem = next(report.problem for report in reports.values() if isinstance(report, Failed))
        return Failed(f"no answer of specialist {', '.join(map(str, failed))}: {problem}")
    doubtful = unsure or any(one.state == "not-listed" for one in resolved)
    label: Literal["clean", "unsure", "found"] = "found" if kept else "unsure" if doubtful else "clean"
    codes = tuple(sorted({one.code for one in kept}))
    return Hallucination(
        label,
        codes,
        tuple(kept),
        tuple(sorted(reports)),
        tuple(sorted(unsure)),
        tuple(unsupported),
        failed,
        tuple(resolved),
    )


OMITTED = frozenset({"4C", "5B"})
"""Codes of something missing, which no words can show."""


async def judge(item: Item, bench: Bench) -> Hallucination | Failed:
    resolved = resolve(item.reply, bench.known) if bench.known else ()
    called = await answered(bench, ask_whom(item, bench.secret))
    if isinstance(called, Failed):
        return called
    family_of = route(item, called.families)
    answers = await together(
        answered(bench, ask_specialist(item, family, bench.secret, resolved)) for family in family_of
    )
    reports: dict[int, Report | Failed] = dict(zip(family_of, answers, strict=True))
    found = join(item, reports, resolved)
    if not isinstance(found, Failed) and found.label == "clean":
        reports[SCOUT] = await answered(bench, ask_specialist(item, SCOUT, bench.secret))
        found = join(item, reports, resolved)
    return found


def table(pairs: Sequence[Pair]) -> Tally:
    """Labels, then how many replies each family was found in; omissions and form apart from what is false."""
    labels = [found.label if found else None for _, found in pairs]
    told = [found for _, found in pairs if found]
    numbers: dict[str, float | None] = {
        f"replies with a code of family {at} ({one.name})": sum(
            any(code.startswith(str(at)) for code in found.codes) for found in told
        )
        for at, one in families().items()
    }
    only = sum(
        bool(found.codes) and all(code.startswith("6") or code in OMITTED for code in found.codes)
        for found in told
    )
    numbers["of the found ones, with codes of form, scope or omission alone"] = only
    return tally(
        labels,
        LABELS,
        [item.category for item, _ in pairs],
        rates=(rate("found", labels, ("found",)),),
        numbers=numbers,
    )


def review(item: Item, found: Hallucination) -> tuple[str, ...]:
    reasons = []
    if found.label == "unsure":
        reasons.append("unsure")
    if found.unsupported:
        reasons.append("a finding's quote is not in the reply")
    if found.failed:
        reasons.append(f"no answer of specialist {', '.join(map(str, found.failed))}")
    return tuple(reasons)


def presets() -> tuple[Preset, ...]:
    return (
        Preset(
            name=NAME,
            about=sheet(NAME).about,
            judge=judge,
            tally=table,
            review=review,
            calls=5,
            kind=Hallucination,
        ),
    )
