"""The Python face of everything the command line does.

    import primum

    run = primum.run("multi-domain", targets=["sim:leaky"], limit=50)
    print(run.summary.targets[0])
    for result in run.cases():
        ...

`run` blocks and works inside a notebook; `run_async` is for programs with an event loop of their own.
"""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from primum.campaign.execute import Executor
from primum.campaign.model import CaseResult, Manifest
from primum.campaign.plan import Plan, Settings, make_plan
from primum.campaign.progress import Progress
from primum.campaign.protocol import Protocol, load_protocol
from primum.campaign.session import Endpoints, judge_pairs, make_judges, make_manifest
from primum.canonical import canonical_bytes
from primum.endpoints.ask import Caller
from primum.endpoints.budget import Budget, Caps
from primum.endpoints.config import Config, load_config
from primum.endpoints.examine import Diagnosis, examine
from primum.endpoints.journal import Journal
from primum.endpoints.names import parse_name
from primum.endpoints.network import Network, is_loopback_url
from primum.endpoints.sim.bank import Bank
from primum.endpoints.spec import EndpointSpec
from primum.errors import PrimumError
from primum.judging.rubric import load_rubric
from primum.reporting.model import Summary
from primum.reporting.outputs import write_outputs
from primum.scenarios.loader import Library, load_library
from primum.store import Status, Store, open_store

if TYPE_CHECKING:
    import pandas
    import polars

CONCURRENCY = 64
Show = Callable[[Progress], AbstractContextManager[None]]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign as a user asks for it; the fields are the options of `primum run`."""

    protocol: str
    targets: tuple[str, ...]
    judges: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    trials: int | None = None
    concurrency: int | None = None
    budget: Caps = Caps()
    store: str = ""
    out: str = ""
    offline: bool = False
    label: str = ""
    scenarios: tuple[str, ...] = ()
    config: str = ""


class Prepared(msgspec.Struct, frozen=True):
    """A request with everything found and checked; nothing has been called yet."""

    request: Request
    config: Config
    library: Library
    plan: Plan
    pairs: list[tuple[str, EndpointSpec | None]]

    @property
    def out(self) -> Path:
        return Path(self.request.out or f"out/{self.plan.run}")

    @property
    def store(self) -> str:
        return self.request.store or str(self.out / "primum.db")


class Run:
    """A finished (or interrupted) run: its records and its files."""

    def __init__(self, store: Store, manifest: Manifest, status: Status, summary: Summary, out: Path) -> None:
        self._store = store
        self.id = manifest.run
        self.manifest = manifest
        self.status = status
        self.summary = summary
        self.out = out

    def __repr__(self) -> str:
        return f"<primum run {self.id}: {self.status}, {self.manifest.planned} cases, {self.out}>"

    @property
    def unanswered(self) -> int:
        """Planned cases without a verdict."""
        return self.manifest.planned - self.summary.outcomes["judged"]

    def cases(self) -> Iterator[CaseResult]:
        """Every case in plan order, read from the store as it is needed."""
        decode = msgspec.json.Decoder(CaseResult).decode
        for row in self._store.cases(self.id):
            yield decode(row.record)

    def records(self) -> list[dict[str, Any]]:
        """One flat record a case: the columns that statistics read."""
        rows = (msgspec.structs.asdict(row) for row in self._store.cases(self.id))
        return [{name: value for name, value in row.items() if name != "record"} for row in rows]

    def polars(self) -> "polars.DataFrame":
        """The records as a Polars frame (`pip install 'primum[frames]'`)."""
        frame: polars.DataFrame = _frames("polars").DataFrame(self.records(), infer_schema_length=None)
        return frame

    def pandas(self) -> "pandas.DataFrame":
        """The records as a pandas frame (`pip install 'primum[frames]'`)."""
        frame: pandas.DataFrame = _frames("pandas").DataFrame(self.records())
        return frame


def prepare(request: Request) -> Prepared:
    """Finds and checks everything a campaign needs, and plans it. Calls nothing."""
    for option, value in (
        ("limit", request.limit),
        ("trials", request.trials),
        ("concurrency", request.concurrency),
    ):
        if value is not None and value < 1:
            raise PrimumError(f"--{option} must be at least 1, not {value}")
    config = load_config(request.config or None)
    protocol: Protocol = load_protocol(request.protocol)
    library = load_library(paths=[Path(path) for path in (*protocol.scenarios.files, *request.scenarios)])
    pairs = judge_pairs(request.judges or protocol.judges, config)
    targets = [parse_name(name, config) for name in request.targets]
    if request.offline:
        _stay_home([*targets, *(spec for _, spec in pairs if spec)])
    settings = Settings(seed=request.seed, trials=request.trials, limit=request.limit, label=request.label)
    plan = make_plan(protocol, settings, library, load_rubric(protocol.rubric), targets, pairs)
    return Prepared(request, config, library, plan, pairs)


def _stay_home(specs: Sequence[EndpointSpec]) -> None:
    """Says before the first call what `--offline` would refuse; the network refuses it again at every connection."""
    for spec in specs:
        if any(url and not is_loopback_url(url) for url in (spec.base_url, spec.http.login_url)):
            raise PrimumError(
                f"--offline: {spec.name} is at {spec.base_url}, outside this machine; leave one of them out"
            )


def run(protocol: str, *, targets: Sequence[str], **options: Any) -> Run:
    """Runs a campaign and returns when it has ended; the options are the fields of `Request`."""
    request = _request(protocol, targets, options)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(execute(prepare(request)))
    # A notebook: its loop is busy with this very call, so the campaign gets a thread and a loop of its own.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(execute(prepare(request)))).result()


async def run_async(protocol: str, *, targets: Sequence[str], **options: Any) -> Run:
    """As `run`, for programs with an event loop of their own."""
    return await execute(prepare(_request(protocol, targets, options)))


def _request(protocol: str, targets: Sequence[str], options: dict[str, Any]) -> Request:
    if isinstance(targets, str):
        targets = [targets]
    try:
        data = {"protocol": str(protocol), "targets": tuple(targets)} | options
        unknown = sorted(set(data) - set(Request.__struct_fields__))
        if unknown:
            raise PrimumError(f"primum.run() has no option '{unknown[0]}'")
        return msgspec.convert(data, Request)
    except msgspec.ValidationError as error:
        raise PrimumError(f"primum.run(): {error}") from None


async def execute(prepared: Prepared, show: Show | None = None) -> Run:
    """Plays what was prepared, or goes on where an earlier execution stopped, and writes the outputs."""
    plan = prepared.plan
    store = open_store(prepared.store)
    with store.lock(plan.run):
        manifest, same = _manifest(store, prepared)
        finished = await _play(prepared, store, show, _kept(store, plan.run) if same else Kept())
        status: Status = "interrupted" if not finished else "finished"
        store.update_run(plan.run, status=status, finished=time.time())
        summary = write_outputs(store, manifest, prepared.out)
    return Run(store, manifest, status, summary, prepared.out)


class Kept(msgspec.Struct, frozen=True):
    """What an earlier execution by the same code finished: a pure function of the journal, so not done again."""

    indices: frozenset[int] = frozenset()
    outcomes: tuple[str, ...] = ()
    critical: int = 0
    calls: int = 0
    tokens: int = 0
    usd: float = 0.0


FINAL = frozenset({"judged", "empty", "filtered", "unparsed"})
"""Outcomes that follow from completed calls; the others are tried again."""


def _kept(store: Store, run: str) -> Kept:
    names = ("index", "outcome", "critical_failed", "calls", "tokens", "usd")
    columns = store.case_columns(run, names)
    rows = [row for row in zip(*(columns[name] for name in names), strict=True) if row[1] in FINAL]
    return Kept(
        indices=frozenset(row[0] for row in rows),
        outcomes=tuple(row[1] for row in rows),
        critical=sum(row[2] > 0 for row in rows),
        calls=sum(row[3] for row in rows),
        tokens=sum(row[4] for row in rows),
        usd=sum(row[5] for row in rows),
    )


async def _play(prepared: Prepared, store: Store, show: Show | None, kept: Kept) -> bool:
    plan, request = prepared.plan, prepared.request
    network = Network.of([*plan.targets, *plan.judge_specs], request.offline)
    bank = (
        Bank(prepared.library.scenarios) if any(spec.kind == "sim" for spec in plan.targets) else Bank.empty()
    )
    endpoints = Endpoints(network, bank, request.concurrency)
    journal = Journal(store, plan.run)
    budget = Budget(request.budget)
    budget.spent(kept.calls, kept.tokens, kept.usd)
    concurrency = request.concurrency or CONCURRENCY
    caller = Caller(journal, budget, concurrency, plan.settings.label)
    progress = Progress(plan.planned)
    progress.kept(kept.outcomes, kept.critical)
    try:
        targets = {spec.name: endpoints.get(spec) for spec in plan.targets}
        judges = make_judges(prepared.pairs, endpoints, plan.run)
        executor = Executor(plan, caller, journal, targets, judges, progress, concurrency, kept.indices)
        progress.watch(caller, endpoints.all)
        with _interruptible(executor), show(progress) if show else nullcontext():
            return await executor.execute()
    finally:
        await journal.close()
        await endpoints.close()


def _manifest(store: Store, prepared: Prepared) -> tuple[Manifest, bool]:
    """The run's manifest, and whether earlier results of it, if any, come from the same code and content.

    Its date stays that of the first execution.
    """
    now = make_manifest(prepared.plan, prepared.pairs)
    known = next((row for row in store.list_runs() if row.run == now.run), None)
    before = msgspec.json.decode(known.manifest, type=Manifest) if known else now
    now = msgspec.structs.replace(now, created=before.created)
    store.save_run(now.run, msgspec.json.encode(now), now.created)
    store.save_scenarios(now.run, {one.id: canonical_bytes(one) for one in prepared.plan.scenarios})
    forgotten = known is not None and known.forgotten is not None
    return now, now.hashes == before.hashes and now.versions == before.versions and not forgotten


async def diagnose(names: Sequence[str], offline: bool = False, config_path: str = "") -> list[Diagnosis]:
    """Examines the named endpoints, or every one that primum.toml defines."""
    config = load_config(config_path or None)
    specs = [parse_name(name, config) for name in names] or list(config.endpoints.values())
    endpoints = Endpoints(Network.of(specs, offline), Bank.empty(), None)
    try:
        return list(await asyncio.gather(*(examine(endpoints.get(spec)) for spec in specs)))
    finally:
        await endpoints.close()


class _interruptible:
    """Ctrl-C stops the executor cleanly instead of tearing the loop down; only the main thread may listen."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._loop = asyncio.get_running_loop()
        self._listening: list[signal.Signals] = []

    def __enter__(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                self._loop.add_signal_handler(number, self._executor.stop)
                self._listening.append(number)

    def __exit__(self, *_: object) -> None:
        for number in self._listening:
            self._loop.remove_signal_handler(number)


def _frames(library: str) -> Any:
    from importlib import import_module

    try:
        return import_module(library)
    except ImportError:
        raise PrimumError(f"{library} is not installed: pip install 'primum[frames]'") from None
