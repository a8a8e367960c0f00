"""Rules on the form of one scenario: ids, checks, facts, slots, options, turns."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import get_args

from primum.scenarios.findings import Fault, answered_turns, exemplar_texts, shown_texts
from primum.scenarios.limits import Limits
from primum.scenarios.model import Evidence, Scenario, ViolationKind

KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLOT = re.compile(r"\{([a-zA-Z][\w-]*)\}")


def structure(scenario: Scenario, limits: Limits) -> Iterator[Fault]:
    yield from _ids(scenario)
    yield from _checks(scenario, limits)
    yield from _turns(scenario)
    yield from _facts(scenario)
    yield from _slots(scenario)
    yield from _evidence(scenario)
    yield from _options(scenario, limits)
    yield from _labels(scenario)


def _ids(scenario: Scenario) -> Iterator[Fault]:
    groups = {
        "checks": [check.id for check in scenario.checks],
        "facts": [fact.id for fact in scenario.facts],
    }
    places = [(f".{kind}[{i}].id", name) for kind, names in groups.items() for i, name in enumerate(names)]
    for at, name in [(".id", scenario.id), *places]:
        if not KEBAB.fullmatch(name):
            yield Fault("kebab-case", f"the id '{name}' must be lower-case words joined by hyphens", at)
    for kind, names in groups.items():
        for name, times in Counter(names).items():
            if times > 1:
                yield Fault("unique-id", f"'{name}' names {times} {kind}", f".{kind}[{names.index(name)}].id")


def _checks(scenario: Scenario, limits: Limits) -> Iterator[Fault]:
    count, allowed = len(scenario.checks), limits.checks
    if not allowed.fewest <= count <= allowed.most:
        yield Fault("check-count", f"{count} checks; write {allowed.wished} to {allowed.most}", ".checks")
    elif count < allowed.wished:
        message = f"{count} checks; at least {allowed.wished} tell more"
        yield Fault("check-count", message, ".checks", "warning")
    if scenario.risk == "high" and not scenario.critical_checks:
        yield Fault("critical", "a high-risk scenario needs at least one critical check", ".checks")
    for kind in ("omission", "commission"):
        if all(check.fails_by != kind for check in scenario.checks):
            yield Fault("both-ways", f"no check fails by {kind}; write at least one", ".checks")
    answered = answered_turns(scenario)
    for i, check in enumerate(scenario.checks):
        if check.turn is not None and check.turn not in answered:
            known = ", ".join(map(str, answered))
            message = f"the target answers no user turn {check.turn}; it answers {known}"
            yield Fault("turn-range", message, f".checks[{i}].turn")


def _turns(scenario: Scenario) -> Iterator[Fault]:
    roles = [turn.role for turn in scenario.turns]
    if not roles or roles[0] != "user" or roles[-1] != "user":
        yield Fault("turns", "the first and the last turn must be the user's", ".turns")
    for i, (before, after) in enumerate(pairwise(roles)):
        if before == after == "assistant":
            yield Fault("turns", "two assistant turns in a row; join them", f".turns[{i + 1}]")
    for i, turn in enumerate(scenario.turns):
        if not turn.text.strip():
            yield Fault("turns", "an empty turn", f".turns[{i}]")


def _facts(scenario: Scenario) -> Iterator[Fault]:
    shown = [text for _, text in shown_texts(scenario)]
    for i, fact in enumerate(scenario.facts):
        if not fact.text.strip() or not any(fact.text in text for text in shown):
            message = (
                f"'{fact.text}' does not occur word for word in a turn, system prompt, document or option"
            )
            yield Fault("fact-verbatim", message, f".facts[{i}].text")
        if fact.contradiction == fact.text:
            message = "the contradiction repeats the fact; write what conflicts with it"
            yield Fault("fact-contradiction", message, f".facts[{i}].contradiction")


def _slots(scenario: Scenario) -> Iterator[Fault]:
    used = {name for _, text in shown_texts(scenario) for name in SLOT.findall(text)}
    for at, text in (*shown_texts(scenario), *exemplar_texts(scenario)):
        for name in sorted(set(SLOT.findall(text)) - scenario.slots.keys()):
            yield Fault("slots", f"{{{name}}} has no entry under slots; it would be left in the text", at)
    for name, slot in scenario.slots.items():
        if name not in used:
            yield Fault("slots", f"the slot '{name}' stands in no turn, document or option", f".slots.{name}")
        if not slot.default.strip() or "{" in slot.default:
            yield Fault(
                "slots", f"the slot '{name}' needs a default without braces", f".slots.{name}.default"
            )


def _evidence(scenario: Scenario) -> Iterator[Fault]:
    shown = [text for _, text in shown_texts(scenario)]
    planted = [*shown, *(slot.default for slot in scenario.slots.values())]
    for i, check in enumerate(scenario.checks):
        at = f".checks[{i}].evidence"
        evidence = check.evidence
        if evidence is None:
            message = "no evidence: the offline judge cannot judge this check"
            yield Fault("evidence", message, f".checks[{i}]", "error" if check.critical else "warning")
            continue
        shows = evidence.says, evidence.also, evidence.asks, evidence.option, evidence.discloses
        if not any(shows) and not evidence.refuses:
            yield Fault("evidence", "the evidence is empty; say what shows the behaviour", at)
        for secret in evidence.discloses:
            if not any(secret in text for text in planted):
                yield Fault("planted", f"'{secret}' is nowhere in what the target sees", f"{at}.discloses")
        if missing := sorted(set(evidence.option) - scenario.options.keys()):
            yield Fault("options", f"there is no option {', '.join(missing)}", f"{at}.option")
        yield from _loose_endings(evidence, at)
        yield from _bare_keywords(check.fails_by, evidence.says, bool(evidence.also), at)


_LOOSE = re.compile(r"(?<![\w'’])(?:n['’]t|['’](?:s|d|m|ll|re|ve|t))(?![\w'’])", re.IGNORECASE)


def _loose_endings(evidence: Evidence, at: str) -> Iterator[Fault]:
    """`(is|'s)` and `n't` find nothing: a contraction is one word of the reply."""
    for pattern in chain(evidence.says, evidence.unless, evidence.asks, *evidence.also):
        if found := _LOOSE.search(pattern):
            message = f"'{found[0]}' in '{pattern}' finds nothing; write the whole word ('it's', 'don't')"
            yield Fault("evidence", message, at, "warning")


def _bare_keywords(fails_by: str, says: tuple[str, ...], more: bool, at: str) -> Iterator[Fault]:
    """One word proves nothing. For a commission (a slur, a label) one word may be the whole offence: a warning."""
    for j, pattern in enumerate(says):
        if not more and is_bare(pattern):
            message = f"'{pattern}' is a bare keyword; say what is done with it ('call .. {pattern}')"
            severity = "error" if fails_by == "omission" else "warning"
            yield Fault("bare-keyword", message, f"{at}.says[{j}]", severity)  # type: ignore[arg-type]


def is_bare(pattern: str) -> bool:
    """A pattern that one single word satisfies, whichever alternative is taken; concepts are not bare.

    >>> is_bare("ambulance"), is_bare("(er|hospital)"), is_bare("call ambulance"), is_bare("{emergency-services}")
    (True, True, False, False)
    """
    required = re.sub(r"\([^()]*\)\?", " ", pattern).strip()
    if required.startswith("(") and required.endswith(")") and required.count("(") == 1:
        return any(re.fullmatch(r"[^\s{}]+", part.strip()) for part in required[1:-1].split("|"))
    return bool(re.fullmatch(r"[^\s{}()|]+", required))


def _options(scenario: Scenario, limits: Limits) -> Iterator[Fault]:
    options, key = scenario.options, set(scenario.key)
    if not options:
        if key or scenario.key_reason:
            yield Fault("options", "a key without options", ".key")
        return
    least, most = limits.options
    if not least <= len(options) <= most:
        yield Fault("options", f"{len(options)} options; write {least:g} to {most:g}", ".options")
    letters = "".join(options)
    if letters != "ABCDEFGH"[: len(options)]:
        yield Fault("options", "name the options A, B, C … in order", ".options")
    if len({" ".join(text.casefold().split()) for text in options.values()}) < len(options):
        yield Fault("options", "two options read the same", ".options")
    if not key or key - options.keys() or key == options.keys():
        yield Fault("options", "the key must name some of the options, not none and not all", ".key")
    if not scenario.key_reason.strip():
        yield Fault("options", "say in one line why the key is right (key_reason)", ".key")
    if not any(c.evidence and set(c.evidence.option) == key for c in scenario.checks):
        yield Fault("options", "no check has the key as its evidence (option)", ".checks")


def _labels(scenario: Scenario) -> Iterator[Fault]:
    if scenario.ama_principle is not None and not 1 <= scenario.ama_principle <= 9:
        yield Fault("labels", "AMA principles are numbered 1 to 9", ".ama_principle")
    kinds = get_args(ViolationKind)
    if scenario.subdomain in kinds and scenario.violation != scenario.subdomain:
        yield Fault(
            "labels", f"write 'violation: {scenario.subdomain}', as the file's subdomain says", ".violation"
        )
    if not scenario.basis or not all(line.strip() for line in scenario.basis):
        yield Fault("basis", "name the clinical basis: guideline and year", ".basis")
    elif not any(re.search(r"\b(19|20)\d\d\b", line) for line in scenario.basis):
        yield Fault("basis", "the basis names no year", ".basis", "warning")
    if not scenario.author.role.strip():
        yield Fault("author", "say what the author is", ".author")
