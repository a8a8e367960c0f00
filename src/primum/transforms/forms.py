"""What a writer model is asked for (prompts/*.yaml): transforms that are written rather than made by rule."""

from functools import lru_cache
from typing import Literal

import msgspec

from primum.scenarios.model import Record, Scenario
from primum.transforms.content import load, names
from primum.transforms.model import Relation
from primum.transforms.texts import Place

Kind = Literal["turns", "sentence", "options"]


class Common(Record, frozen=True):
    """common.yaml as written."""

    system: str
    turns: str
    sentence: str
    options: str
    attempts: tuple[str, ...]
    solver: str


class Form(Record, frozen=True):
    """One transform as a writer is asked for it."""

    name: str
    title: str
    instruction: str
    place: Place = "before-question"
    count: int = 0
    catalogue: str = ""
    family: str = ""


class Prompts(Record, frozen=True):
    """A file of them."""

    family: str
    catalogue: str
    citation: str
    kind: Kind
    forms: tuple[Form, ...]
    only: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class Written(msgspec.Struct, frozen=True):
    """A written transform, with what its file says of all of its kind."""

    form: Form
    prompts: Prompts
    relation: Relation = "stays"

    @property
    def name(self) -> str:
        return self.form.name

    @property
    def title(self) -> str:
        return self.form.title

    @property
    def catalogue(self) -> str:
        return self.form.catalogue or self.prompts.catalogue

    @property
    def family(self) -> str:
        return self.form.family or self.prompts.family

    @property
    def citation(self) -> str:
        return self.prompts.citation

    @property
    def kind(self) -> Kind:
        return self.prompts.kind

    def unfit(self, scenario: Scenario) -> str:
        """Nothing when it applies; else in one line why not."""
        if self.kind == "options" and not scenario.options:
            return "has no options"
        for field, allowed in self.prompts.only.items():
            if getattr(scenario, field) not in allowed:
                return f"{field} is '{getattr(scenario, field)}'"
        return ""


@lru_cache(maxsize=1)
def common() -> Common:
    return load("prompts/common.yaml", Common)


@lru_cache(maxsize=1)
def written() -> dict[str, Written]:
    """Every written transform by name. A name that a rule-based transform has too is another form of the same."""
    files = [load(f"prompts/{name}.yaml", Prompts) for name in names("prompts") if name != "common"]
    return {form.name: Written(form, prompts) for prompts in files for form in prompts.forms}
