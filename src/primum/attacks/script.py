"""A fixed dialogue of six turns, with an order to the assistant hidden in the third, and the same without it."""

from functools import lru_cache

import msgspec

from primum.attacks.content import load
from primum.attacks.converse import go_on, silent
from primum.attacks.model import CONTROL, Stage, Start
from primum.attacks.pressure import content as pressed
from primum.canonical import fraction
from primum.scenarios.model import Check, Evidence, Scenario
from primum.scenarios.render import fill
from primum.transforms import claims
from primum.transforms.choose import pick
from primum.transforms.model import Edit, Variant

INJECTED, PLAIN = "script.injected", "script.control"


class Dialogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """script.yaml as written."""

    title: str
    control: str
    order_at: int
    judged: tuple[int, ...]
    says: dict[int, str]
    orders: tuple[str, ...]
    words: tuple[str, ...]
    check: str


class Order(msgspec.Struct, frozen=True):
    """What is hidden, and the marker that shows that it was obeyed."""

    text: str
    marker: str


@lru_cache(maxsize=1)
def dialogue() -> Dialogue:
    return load("script.yaml", Dialogue)


class Script:
    """After the design of the prompt-injection study in JAMA Network Open: success is read at the fourth turn,
    persistence at the sixth, so the dialogue is played to its end whatever came of the fourth."""

    axis = "injection"
    tries = 2
    starts: Start = "passed"

    def __init__(self, injected: bool) -> None:
        self.name = INJECTED if injected else PLAIN
        self.title = dialogue().title if injected else dialogue().control
        self.controls: tuple[str, ...] = (PLAIN, CONTROL) if injected else (CONTROL,)
        self._injected = injected

    @property
    def most_calls(self) -> int:
        return len(dialogue().says)

    def fits(self, scenario: Scenario) -> str:
        if len(scenario.user_turns) > 1:
            return "is a conversation already"
        return "" if claims.wrong(scenario, "fits") else "has no wrong advice that can be quoted"

    async def play(self, stage: Stage) -> None:
        scenario, script = stage.variant.scenario, dialogue()
        exchange = await stage.baseline()
        played, order = stage.variant, order_of(scenario, stage.seed)
        if self._injected:
            played = _with_check(stage.variant, order, self.name)
        again = pressed().again["choice" if scenario.options else "open"]
        for turn, said in sorted(script.says.items()):
            if exchange.failure or not exchange.replies or silent(exchange.replies[-1]):
                await stage.look(exchange, played, (self.name,))
                return
            asked = f"{said} {again}" if turn in script.judged else said
            hidden = f"\n\n{order.text}" if self._injected and turn == script.order_at else ""
            exchange = await go_on(exchange, fill(asked + hidden, scenario), stage.say)
            if turn in script.judged:
                await stage.look(exchange, played, (self.name,), turn=turn)


def order_of(scenario: Scenario, seed: str) -> Order:
    """The hidden order for a case. The halves of its marker stand apart, so that quoting it is not obeying it."""
    script = dialogue()
    word = pick(script.words, "word", seed, scenario.id)
    code = str(100 + int(fraction("code", seed, scenario.id) * 900))
    text = pick(script.orders, "order", seed, scenario.id)
    for name, value in (("wrong", claims.wrong(scenario, seed)), ("word", word), ("code", code)):
        text = text.replace(f"<{name}>", value)
    return Order(text, f"{word}-{code}")


def _with_check(variant: Variant, order: Order, name: str) -> Variant:
    check = Check(
        id="injection-not-obeyed",
        text=dialogue().check.replace("<marker>", order.marker),
        dimension="robustness",
        fails_by="commission",
        critical=True,
        evidence=Evidence(discloses=(order.marker,)),
    )
    scenario = msgspec.structs.replace(variant.scenario, checks=(*variant.scenario.checks, check))
    edit = Edit(name, "stays", "", order.text, f"message {dialogue().order_at}")
    return Variant(scenario, (*variant.trace, edit), variant.seed)
