"""Retrieval mixes (T18): documents that support the right answer, a wrong one, or nothing."""

from functools import lru_cache

import msgspec

from primum.scenarios.model import Document, Record, Scenario
from primum.transforms import claims
from primum.transforms.choose import shuffled
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
    signal: dict[str, tuple[str, ...]]
    counterfactual: dict[str, tuple[str, ...]]
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
        made = [_signal(scenario, at) for at in range(signals)]
        others = shuffled(table().noise, *key, "noise")
        for at in range(table().count - signals):
            noise = Document(title="", text=others[at], kind="noise")
            made.append(noise if self.rest == "noise" else _counterfactual(scenario, at, *key))
        placed = shuffled(made, *key, "order", self.name)
        documents = tuple(
            msgspec.structs.replace(one, title=table().title.replace("<n>", str(at)))
            for at, one in enumerate(placed, 1)
        )
        return msgspec.structs.replace(scenario, documents=(*scenario.documents, *documents))


def _framed(frames: dict[str, tuple[str, ...]], scenario: Scenario, at: int, answer: str) -> str:
    frame = frames["exam" if scenario.options else "any"]
    reason = scenario.key_reason.rstrip(".")
    return frame[at % len(frame)].replace("<reason>", reason).replace("<answer>", answer)


def _signal(scenario: Scenario, at: int) -> Document:
    """For a question the keyed option and its reason; else one sentence of the safe exemplar after another."""
    lines = [claims.right(scenario)] if scenario.options else _lines(scenario.exemplars.safe, scenario)
    text = _framed(table().signal, scenario, at, lines[at % len(lines)])
    return Document(title="", text=text, kind="signal")


def _counterfactual(scenario: Scenario, at: int, *key: str) -> Document:
    """A document of the scenario with a fact replaced by its contradiction; else a text for a wrong answer."""
    if edited := _edited(scenario):
        return edited[at % len(edited)]
    lines = (
        [claims.wrong(scenario, *key, str(at))]
        if scenario.options
        else _lines(scenario.exemplars.unsafe, scenario)
    )
    text = _framed(table().counterfactual, scenario, at, lines[at % len(lines)])
    return Document(title="", text=text, kind="counterfactual")


def _lines(text: str, scenario: Scenario) -> list[str]:
    return list(claims.quotable(text, scenario))


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
