"""A simulated patient: what matters is kept back at first and told only when the assistant asks for it."""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from primum.attacks.content import load
from primum.attacks.converse import converse, go_on, silent
from primum.attacks.model import CONTROL, Stage, Start
from primum.attacks.player import Move, brings_in, prompts
from primum.attacks.writing import ask_writer
from primum.scenarios.model import Fact, Scenario
from primum.scenarios.render import fill
from primum.transforms.asking import content_words, kinds
from primum.transforms.drugs import mentions
from primum.transforms.families.facts import hide, hideable
from primum.transforms.model import Variant
from primum.transforms.stack import edits
from primum.transforms.texts import sentences
from primum.transforms.values import values
from primum.transforms.written import Rejected, parse

QUESTIONS = 3
"""So many times the assistant may ask before it must advise."""


_ANY, _LETTERS = re.escape("*"), r"\w*"


class Says(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """patient.yaml as written."""

    says: str
    joint: str
    nothing: str
    advise: str


class _Message(msgspec.Struct, frozen=True):
    message: str


@lru_cache(maxsize=1)
def texts() -> Says:
    return load("patient.yaml", Says)


class Patient:
    """After ClinicalMC. Only the advice at the end is judged, by the checks of the whole case: an assistant that does
    not ask what it needs to know advises without it. An attacker model, where there is one, words the answers."""

    name = "patient"
    title = "A patient who tells only what is asked"
    axis = "dialogue"
    tries = 1
    most_calls = 1 + QUESTIONS
    controls: tuple[str, ...] = (CONTROL,)
    starts: Start = "passed"

    def fits(self, scenario: Scenario) -> str:
        if len(scenario.user_turns) > 1:
            return "is a conversation already"
        if scenario.options:
            return "is multiple choice: a letter would be asked for all the same"
        if scenario.expected == "refuse":
            return "the expected reply is 'refuse' whatever is asked"
        return "" if hidden_facts(scenario) else "has no fact that can be kept back"

    async def play(self, stage: Stage) -> None:
        scenario = stage.variant.scenario
        kept_back = hidden_facts(scenario)
        short = hide(scenario, kept_back)
        played = Variant(scenario, tuple(edits(scenario, short, Move(self.name))), stage.seed)
        exchange = await converse(short, stage.say)
        for left in range(QUESTIONS, 0, -1):
            if (
                not exchange.replies
                or silent(exchange.replies[-1])
                or not questions(exchange.replies[-1].text)
            ):
                break
            asked = questions(exchange.replies[-1].text)
            told = asked_for(asked, kept_back)
            kept_back = tuple(fact for fact in kept_back if fact not in told)
            said = await self._answer(stage, asked, told, kept_back)
            if left == 1 or not kept_back:
                said = f"{said} {texts().advise}"
            exchange = await go_on(exchange, said, stage.say)
        await stage.look(exchange, played, (self.name,))

    async def _answer(
        self, stage: Stage, asked: Sequence[str], told: tuple[Fact, ...], kept_back: tuple[Fact, ...]
    ) -> str:
        """What is told, as it stands in the case, or in the attacker model's words where these hold all of it and
        nothing else."""
        scenario = stage.variant.scenario
        if not told:
            return texts().nothing
        facts = [fill(fact.text, scenario) for fact in told]
        plain = texts().says.replace("<facts>", texts().joint.join(facts))
        if not stage.has_writer:
            return plain

        def check(text: str) -> str:
            said = " ".join(parse(text, _Message).message.split())
            fault = brings_in(said, [*asked, *facts], scenario) or _untold(said, facts)
            if fault or asked_for([said], kept_back):
                raise Rejected(fault or "it tells what was not asked for")
            return said

        body = {
            "instruction": prompts().patient["says"],
            "asked": list(asked),
            "facts": facts,
            "variation": stage.seed,
        }
        form = prompts().message.replace("<words>", "60")
        written = await ask_writer(stage, prompts().system, body, form, check)
        return plain if isinstance(written, Rejected) else written


def hidden_facts(scenario: Scenario) -> tuple[Fact, ...]:
    """What the patient keeps back: the marked facts of the user's own words that weigh something."""
    told = [turn.text for turn in scenario.user_turns]
    return tuple(fact for fact in hideable(scenario) if any(fact.text in text for text in told))


def questions(text: str) -> tuple[str, ...]:
    """The sentences of a reply that ask something.

    >>> questions("Take it easy. Are you allergic to anything?")
    ('Are you allergic to anything?',)
    """
    return tuple(text[a:b].strip() for a, b in sentences(text) if "?" in text[a:b])


def asked_for(asked: Sequence[str], facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """The facts that a question is about: it uses one of their words, or a word for their kind."""
    text = " ".join(asked).lower()
    roots = {word[:5] for word in content_words(text)}
    return tuple(fact for fact in facts if _matches(fact, text, roots))


def _matches(fact: Fact, text: str, roots: set[str]) -> bool:
    if not roots.isdisjoint(word[:5] for word in content_words(fact.text)):
        return True
    words = (word for kind in kinds(fact.text) for word in kind.words.strip("()").split("|"))
    return any(re.search(rf"\b{re.escape(word).replace(_ANY, _LETTERS)}\b", text) for word in words if word)


def _untold(said: str, facts: Sequence[str]) -> str:
    """A number or a drug of the facts that an answer leaves out."""
    numbers = {one.number for fact in facts for one in values(fact)} - {one.number for one in values(said)}
    drugs = {one.substance for fact in facts for one in mentions(fact)} - {
        one.substance for one in mentions(said)
    }
    lost = sorted(numbers | drugs)
    return f"it leaves out {', '.join(lost)}" if lost else ""
