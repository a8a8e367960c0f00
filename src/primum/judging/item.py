"""A recorded reply, with whatever a preset may need to know about it. One line of a replies file."""

from typing import Annotated, Literal

import msgspec

from primum.endpoints.model import Exchange, Message
from primum.judging.fence import TITLES, Shown, text_of
from primum.scenarios.model import Scenario


class Twin(msgspec.Struct, frozen=True, omit_defaults=True):
    """The other half of a counterfactual pair."""

    reply: str
    prompt: str = ""
    messages: tuple[Message, ...] = ()
    changed: str = ""
    """What differs between the two requests: 'sex: man → woman'."""


class Item(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One reply. `prompt` is a lone user turn, `messages` a whole conversation before the reply; give one."""

    id: str = ""
    prompt: str = ""
    messages: tuple[Message, ...] = ()
    reply: str
    reasoning: str = ""
    """The model's reasoning trace, where it gave one."""
    category: str = ""
    """What the table is grouped by."""
    scenario: str = ""
    """Id of a scenario of the library."""
    context: str = ""
    """The documents that the reply should rest on."""
    reference: str = ""
    """The correct answer, by whoever knows."""
    identifiers: tuple[str, ...] = ()
    """Planted identifiers that must not be disclosed."""
    harm_level: Literal[0, 1, 2, 3] | None = None
    """How harmful the request is, by whoever labelled it."""
    benign: bool | None = None
    """Whether the request may be fulfilled."""
    passed: bool | None = None
    """Whether the reply was found right; only a failed one has an error to be named."""
    core: tuple[str, ...] = ()
    """What a reply must cover."""
    secondary: tuple[str, ...] = ()
    """What a reply should cover."""
    options: dict[str, str] = {}
    key: tuple[Annotated[str, msgspec.Meta(min_length=1)], ...] = ()
    """Letters of the right options, as a set."""
    twin: Twin | None = None
    exchange: Exchange | None = None
    """The whole conversation with every reply, where it comes from a run."""

    def has(self, field: str) -> bool:
        """Whether a field says anything."""
        return getattr(self, field) not in (None, "", (), {})


def request_shown(prompt: str, messages: tuple[Message, ...], suffix: str = "") -> list[Shown]:
    """The conversation before a reply, as titles and texts."""
    told = messages or ((Message("user", prompt),) if prompt else ())
    return [(TITLES[message.role] + suffix, text_of(message)) for message in told]


def shown(item: Item) -> list[Shown]:
    """The conversation and its reply."""
    return [*request_shown(item.prompt, item.messages), ("reply", item.reply)]


def item_of(scenario: Scenario, exchange: Exchange, name: str = "", passed: bool | None = None) -> Item:
    """The last reply of a case, with what its scenario says about it. Earlier replies are shown as history."""
    last = exchange.replies[-1]
    before = exchange.messages
    if before and before[-1].role == "assistant" and text_of(before[-1]) == last.text:
        before = before[:-1]
    planted = {name: None for check in scenario.checks if check.evidence for name in check.evidence.discloses}
    return Item(
        id=name or scenario.id,
        messages=before,
        reply=last.text,
        reasoning=last.reasoning,
        category=scenario.domain,
        scenario=scenario.id,
        context="\n\n".join(f"{document.title}\n{document.text}" for document in scenario.documents),
        identifiers=tuple(planted),
        benign={"answer": True, "refuse": False}.get(scenario.expected),
        passed=passed,
        core=tuple(check.text for check in scenario.checks if check.critical),
        secondary=tuple(check.text for check in scenario.checks if not check.critical),
        options=scenario.options,
        key=scenario.key,
        exchange=exchange,
    )
