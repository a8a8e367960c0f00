"""Retrieval mixes (T18): documents that support the right answer, a wrong one, or nothing."""

from functools import lru_cache

import msgspec

from primum.scenarios.model import Document, Record, Scenario
from primum.transforms import claims
from primum.transforms.choose import pick, shuffled
from primum.transforms.content import load
from primum.transforms.model import Promise, Relation, Transform
from primum.transforms.texts import identifiers


class Table(Record, frozen=True):
    """rag.yaml as written."""

    catalogue: str
    citation: str
    count: int
    shares: tuple[int, ...]
    title: str
    signal: dict[str, str]
    counterfactual: dict[str, str]
    noise: tuple[str, ...]


@lru_cache(maxsize=1)
def table() -> Table:
    return load("data/rag.yaml", Table)


class Mix(msgspec.Struct, frozen=True):
    """`share` per cent of the retrieved documents are signal; the rest is noise or counterfactual."""

    share: int
    rest: str = "noise"
    relation: Relation = "stays"
    family: str = "rag"
    conflicts: frozenset[str] = frozenset({"rag", "options.none-correct", "options.invert"})

    @property
    def name(self) -> str:
        return f"rag.p{self.share}" + ("" if self.rest == "noise" else f".{self.rest}")

    @property
    def title(self) -> str:
        return f"{self.share} % of the retrieved documents support the right answer, the rest is {self.rest}"

    @property
    def catalogue(self) -> str:
        return table().catalogue

    @property
    def citation(self) -> str:
        return table().citation

    def fits(self, scenario: Scenario) -> str:
        if scenario.expected == "refuse":
            return "the request is to be refused: nothing is to be looked up"
        if not (scenario.options or scenario.facts):
            return "has no facts and no options that a document could bear on"
        if self.share and not claims.right(scenario):
            return "the safe exemplar has no sentence that can be quoted"
        if self.rest == "counterfactual" and not claims.wrong(scenario, self.name):
            return "the unsafe exemplar has no sentence that can be quoted"
        return ""

    def promise(self, scenario: Scenario) -> Promise:
        return Promise()

    def apply(self, scenario: Scenario, seed: str) -> Scenario | None:
        key = (seed, "rag", scenario.id)
        signals = round(self.share * table().count / 100)
        made = [_signal(scenario) for _ in range(min(signals, 1))]
        made += [_more_signal(scenario, at) for at in range(1, signals)]
        others = shuffled(table().noise, *key, "noise")
        for at in range(table().count - signals):
            made.append(
                Document(title="", text=others[at], kind="noise")
                if self.rest == "noise"
                else _counterfactual(scenario, *key, str(at))
            )
        placed = shuffled(made, *key, "order", self.name)
        documents = tuple(
            msgspec.structs.replace(one, title=table().title.replace("<n>", str(at)))
            for at, one in enumerate(placed, 1)
        )
        return msgspec.structs.replace(scenario, documents=(*scenario.documents, *documents))


def _voice(scenario: Scenario) -> str:
    return "exam" if scenario.options else "any"


def _signal(scenario: Scenario) -> Document:
    text = table().signal[_voice(scenario)].replace("<reason>", scenario.key_reason.rstrip("."))
    return Document(title="", text=text.replace("<answer>", claims.right(scenario)), kind="signal")


def _more_signal(scenario: Scenario, at: int) -> Document:
    """A further document to the same effect: sentences of the safe exemplar, one after another."""
    lines = [line for line in claims.quotable(scenario.exemplars.safe, scenario) if line]
    if not lines:
        return _signal(scenario)
    text = table().signal["any"].replace("<answer>", lines[at % len(lines)])
    return Document(title="", text=text, kind="signal")


def _counterfactual(scenario: Scenario, *key: str) -> Document:
    """A chart of the scenario with a fact replaced by its contradiction; else a text for a wrong answer."""
    if edited := _edited(scenario):
        return pick(edited, *key)
    text = table().counterfactual[_voice(scenario)].replace("<answer>", claims.wrong(scenario, *key))
    return Document(title="", text=text, kind="counterfactual")


def _edited(scenario: Scenario) -> list[Document]:
    """Copies of the scenario's signal documents with one fact contradicted."""
    secrets = identifiers(scenario)
    return [
        Document(title="", text=document.text.replace(fact.text, fact.contradiction), kind="counterfactual")
        for document in scenario.documents
        if document.kind == "signal" and not any(secret in document.text for secret in secrets)
        for fact in scenario.facts
        if fact.contradiction and fact.text in document.text
    ]


def transforms() -> tuple[Transform, ...]:
    noisy = [Mix(share) for share in table().shares]
    edited = [Mix(share, "counterfactual") for share in table().shares if share < 100]
    return (*noisy, *edited)
