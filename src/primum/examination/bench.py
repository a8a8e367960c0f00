"""Opening a judge for an examination: its endpoints, journal and budget; and saying which judge it was."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from primum.campaign.resume import spent
from primum.campaign.session import Endpoints, code_hash, judge_pairs, make_judges
from primum.canonical import digest
from primum.endpoints.ask import Caller
from primum.endpoints.budget import Budget, Caps
from primum.endpoints.config import load_config
from primum.endpoints.journal import Journal
from primum.endpoints.network import Network, is_loopback_url
from primum.endpoints.sim.bank import Bank
from primum.endpoints.spec import EndpointSpec, Price
from primum.errors import PrimumError
from primum.examination.model import Identity
from primum.examination.sitting import FREE, Meter
from primum.judging.hashes import content_hashes
from primum.judging.judge import Judge
from primum.judging.rubric import Rubric
from primum.scenarios.loader import Library
from primum.store import open_store

OFFLINE, JURY = "offline", "jury"
STORE_FILE = "primum.db"
CONCURRENCY = 64
Pairs = list[tuple[str, EndpointSpec | None]]


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What `exam` and `calibrate` have in common; the fields are options of both commands."""

    judges: tuple[str, ...]
    """One judge, or `jury` with its jurors."""
    seed: int = 0
    limit: int | None = None
    concurrency: int | None = None
    budget: Caps = Caps()
    store: str = ""
    out: str = ""
    offline: bool = False
    config: str = ""

    @property
    def folder(self) -> Path:
        name = "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in self.judges[0])
        return Path(self.out or f"out/judges/{name}")


class Opened(msgspec.Struct, frozen=True):
    """A judge ready to be asked."""

    judges: list[Judge]
    meter: Meter
    crew: int


def pairs_of(trial: Trial) -> Pairs:
    """The judge with its endpoint, and its jurors. Calls nothing."""
    for option, value in (("limit", trial.limit), ("concurrency", trial.concurrency)):
        if value is not None and value < 1:
            raise PrimumError(f"--{option} must be at least 1, not {value}")
    pairs = judge_pairs(trial.judges, load_config(trial.config or None), second_opinion=False)
    if pairs[0][0] == OFFLINE and OFFLINE not in trial.judges:  # what decides had to be added
        raise PrimumError(
            f"The preset of '{trial.judges[0]}' answers no checks, so there is nothing to examine:"
            " name offline, a model, or a jury of models"
        )
    if len(pairs) > 1 and pairs[0][0] != JURY:
        raise PrimumError(
            "One judge is examined at a time: give one --judge, or --judge jury with its jurors"
        )
    specs = [spec for _, spec in pairs if spec]
    for spec in specs:
        urls = (spec.base_url, spec.http.login_url)
        if trial.offline and any(url and not is_loopback_url(url) for url in urls):
            raise PrimumError(f"--offline: {spec.name} is at {spec.base_url}, outside this machine")
        if trial.budget.usd is not None and spec.price == Price() and spec.kind not in FREE:
            raise PrimumError(
                f"--budget usd: the price of {spec.name} is not known. Give it in primum.toml, for example"
                " price = { input = 2.5, output = 10 } (US dollars per million tokens), or cap calls or tokens"
            )
    return pairs


def identity(pairs: Pairs, rubric: Rubric, library: Library | None = None) -> Identity:
    """Which judge it is. The offline judge is its word lists, its code and the patterns of the library."""
    known = content_hashes()
    hashes = {"rubric": rubric.hash, "prompts": known["prompts"]}
    specs = [spec for _, spec in pairs if spec]
    if not specs:
        hashes = {"rubric": rubric.hash, "lexicon": known["lexicon"], "code": code_hash()}
        if library is not None:
            hashes["library"] = library.hash
    return Identity(pairs[0][0], fingerprint_of([spec.fingerprint for spec in specs]), hashes)


def fingerprint_of(fingerprints: Sequence[str]) -> str:
    """Of one endpoint its own; of a jury's that of all; empty where nobody is asked.

    >>> fingerprint_of([]), fingerprint_of(["ab"])
    ('', 'ab')
    """
    if len(fingerprints) < 2:
        return "".join(fingerprints)
    return digest(sorted(fingerprints))[:32]


@asynccontextmanager
async def opened(trial: Trial, pairs: Pairs, run: str) -> AsyncIterator[Opened]:
    """The judge, asked through a journal: the same trial again resumes, and pays for no call twice."""
    specs = [spec for _, spec in pairs if spec]
    concurrency = trial.concurrency or CONCURRENCY
    if trial.store == "":
        trial.folder.mkdir(parents=True, exist_ok=True)
    store = open_store(trial.store or str(trial.folder / STORE_FILE))
    try:
        with store.lock(run):
            endpoints = Endpoints(Network.of(specs, trial.offline), Bank.empty(), trial.concurrency)
            journal = Journal(store, run)
            budget = Budget(trial.budget)
            budget.spent(*spent(store, run, 0.0, {spec.fingerprint: spec.price for spec in specs}))
            caller = Caller(journal, budget, concurrency)
            try:
                judges = make_judges(pairs, endpoints, run)
                yield Opened(judges, Meter(caller.ask), 2 * concurrency)
            finally:
                await journal.close()
                await endpoints.close()
    finally:
        store.close()
