"""Asking a judge one question with one strict answer: a fixed number of tries, and no answer is ever made up."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from primum.endpoints.model import CallFailed, Message, Params
from primum.judging.citations import Publications
from primum.judging.data import content, load
from primum.judging.fence import Shown, fenced, fill
from primum.judging.fields import form_of, parse, schema_of
from primum.judging.judge import Ask
from primum.judging.parser import Unparsed
from primum.scenarios.model import Scenario

T = TypeVar("T", bound=msgspec.Struct)
T_co = TypeVar("T_co", bound=msgspec.Struct, covariant=True)
Result = TypeVar("Result")
TRIES = 3


class Failed(msgspec.Struct, frozen=True):
    """The judge has no answer, and why."""

    problem: str


class Bench(msgspec.Struct, frozen=True):
    """How a preset reaches its judge. `secret` makes the fences; the target must not know it."""

    endpoint: Any
    ask: Ask
    secret: str
    jurors: tuple[Any, ...] = ()
    """The endpoints of a jury, instead of one."""
    known: Publications | None = None
    """The publications that exist, as far as somebody listed them."""
    scenarios: Mapping[str, Scenario] = {}
    """For the judges that answer the checks of a scenario."""


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one preset tells its judge and its reader: `presets/NAME.yaml`."""

    about: str
    """One line for `primum list judges`."""
    cites: str
    task: str
    """The instructions. `{{name}}` is filled by the preset."""
    question: str = "Answer now, as described."
    sampling: dict[str, Any] = {}
    """Sent with the request, where the endpoint's own configuration says nothing else."""
    words: dict[str, Any] = {}
    """Further content of the preset: codes, policies, anchors."""


class Question(msgspec.Struct, Generic[T_co], frozen=True):
    """What is asked, and the form of its answer."""

    messages: tuple[Message, ...]
    kind: type[T_co]
    sampling: dict[str, Any] = {}

    @property
    def schema(self) -> dict[str, Any]:
        return schema_of(self.kind)


def sheet(name: str) -> Sheet:
    """The sheet of a built-in preset."""
    return load(f"presets/{name}.yaml", Sheet)


def question(told: Sheet, kind: type[T], shown: list[Shown], secret: str, **values: str) -> Question[T]:
    """The messages: the task, the rules for all judges, the form; then the texts in their fences."""
    system = fill(told.task, **values) + "\n\n" + fill(_rules(), form=form_of(kind))
    block, code = fenced(shown, secret)
    asked = fill(
        "{{fences}}\n\n{{conversation}}", fences=f"The fences carry the code {code}.", conversation=block
    )
    user = f"{asked}\n\n{fill(told.question, **values)}"
    return Question((Message("system", system.strip()), Message("user", user)), kind, told.sampling)


async def answered(bench: Bench, asked: Question[T], sample: int = 0) -> T | Failed:
    """The judge's answer. Unreadable ones are asked for again, and told why.

    `sample` tells repeats of one question apart. A budget that ran out is the campaign's business: that CallFailed
    goes through.
    """
    spec = bench.endpoint.spec
    own = {name: value for name, value in asked.sampling.items() if name not in spec.sampling}
    params = Params(sampling=own, schema=asked.schema if spec.structured else None)
    messages, problem = asked.messages, ""
    for _ in range(TRIES):
        try:
            reply = await bench.ask(bench.endpoint, messages, params, sample)
        except CallFailed as error:
            if error.failure.kind == "over_budget":
                raise
            return Failed(str(error))
        answer = parse(reply.text, asked.kind)
        if not isinstance(answer, Unparsed):
            return answer
        problem = answer.problem
        again = f"This was no usable answer: {problem}. Answer again, with one JSON object only: {form_of(asked.kind)}"
        messages = (
            *asked.messages,
            Message("assistant", reply.text[:4000] or "(empty)"),
            Message("user", again),
        )
    return Failed(f"no usable answer in {TRIES} tries: {problem}")


async def together(calls: Iterable[Awaitable[Result]]) -> list[Result]:
    """All at once. All end before the first error is raised: a paid call in flight must not be left behind."""
    ended = await asyncio.gather(*calls, return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
    return [one for one in ended if not isinstance(one, BaseException)]


def _rules() -> str:
    return content("prompts/judge.md").decode().strip()
