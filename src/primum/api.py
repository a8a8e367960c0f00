"""The Python face of everything the command line does.

    import primum

    run = primum.run("multi-domain", targets=["sim:leaky"], limit=50)
    print(run.summary.targets[0])
    for result in run.cases():
        ...

`run` blocks and works inside a notebook; `run_async` is for programs with an event loop of their own.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from primum.campaign.conduct import Roles
from primum.campaign.defence import defended
from primum.campaign.execute import Executor
from primum.campaign.interrupt import Control, Remote, on_signals
from primum.campaign.loop import in_loop
from primum.campaign.model import CaseResult, FrozenPolicy, Manifest
from primum.campaign.plan import Plan, Settings, make_plan
from primum.campaign.progress import Progress
from primum.campaign.protocol import Protocol, load_protocol
from primum.campaign.resume import Kept, kept, spent
from primum.campaign.session import Endpoints, judge_pairs, make_judges, make_manifest
from primum.campaign.toolbox import tools_of
from primum.campaign.written import Written
from primum.canonical import canonical_bytes, digest
from primum.endpoints.ask import Caller
from primum.endpoints.budget import Budget, Caps, parse_caps
from primum.endpoints.config import Config, load_config
from primum.endpoints.examine import Diagnosis, examine
from primum.endpoints.journal import Journal
from primum.endpoints.names import parse_name
from primum.endpoints.network import Network, is_loopback_url
from primum.endpoints.sim import content_hash
from primum.endpoints.sim.bank import Bank
from primum.endpoints.spec import EndpointSpec, Price
from primum.errors import PrimumError, did_you_mean
from primum.judging.rubric import load_rubric
from primum.reporting.gate.policy import freeze, read_policy
from primum.reporting.model import Summary
from primum.reporting.outputs import write_outputs
from primum.scenarios.loader import Library, load_library
from primum.store import Status, Store, open_store

if TYPE_CHECKING:
    import pandas
    import polars

CONCURRENCY = 64
Show = Callable[[Progress], AbstractContextManager[None]]
MIXED = "Unfinished after a change of primum or its content: some results are still those from before it."
PAID = frozenset({"openai", "anthropic", "google", "litellm", "plugin"})
"""Kinds of endpoints that cost money, unless they are on this machine."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One campaign as a user asks for it; the fields are the options of `primum run`."""

    protocol: str
    targets: tuple[str, ...]
    judges: tuple[str, ...] = ()
    attacker: str = ""
    """The endpoint that writes for attacks; without one only what a program can write is played."""
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
    policy: str = ""
    """Thresholds to freeze with the run, for `primum gate`: a file, or 'default'."""


class Prepared(msgspec.Struct, frozen=True):
    """A request with everything found and checked; nothing has been called yet."""

    request: Request
    config: Config
    library: Library
    plan: Plan
    pairs: list[tuple[str, EndpointSpec | None]]
    policy: FrozenPolicy | None = None

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
        attacks = self.summary.findings.attacks if self.summary.findings else ()
        lost = sum(one.missing for one in attacks)
        return self.manifest.planned - self.summary.outcomes["judged"] + lost

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
    pairs = [
        (name, spec and _by_content(spec, library))
        for name, spec in judge_pairs(request.judges or protocol.judges, config, protocol.second_opinion)
    ]
    named = [_by_content(parse_name(name, config), library) for name in request.targets]
    targets = defended(named, protocol.defences)
    writer = parse_name(request.attacker, config) if request.attacker else None
    endpoints = [*targets, *(spec for _, spec in pairs if spec), *([writer] if writer else [])]
    if request.offline:
        _stay_home(endpoints)
    if request.budget.usd is not None:
        _check_prices(endpoints)
    settings = Settings(seed=request.seed, trials=request.trials, limit=request.limit, label=request.label)
    if protocol.search:
        tools_of(protocol.search)
    plan = make_plan(protocol, settings, library, load_rubric(protocol.rubric), targets, pairs, writer)
    policy = read_policy(request.policy) if request.policy else None
    return Prepared(request, config, library, plan, pairs, policy)


def _by_content(spec: EndpointSpec, library: Library) -> EndpointSpec:
    """A simulated model answers from the library: with another library it is another model to the journal."""
    if spec.kind != "sim":
        return spec
    content = digest([content_hash(), library.hash])[:16]
    return msgspec.structs.replace(spec, path=spec.path or spec.model, model=f"content-{content}")


def _check_prices(specs: Sequence[EndpointSpec]) -> None:
    """A cap on money that cannot be counted would be no cap."""
    for spec in specs:
        if spec.kind not in PAID or is_loopback_url(spec.base_url) or spec.price != Price():
            continue
        raise PrimumError(
            f"--budget usd: the price of {spec.name} is not known. Give it in primum.toml, for example"
            " price = { input = 2.5, output = 10 } (US dollars per million tokens), or cap calls or tokens"
        )


def _stay_home(specs: Sequence[EndpointSpec]) -> None:
    """Says before the first call what `--offline` would refuse; the network refuses it again at every connection."""
    for spec in specs:
        if any(url and not is_loopback_url(url) for url in (spec.base_url, spec.http.login_url)):
            raise PrimumError(
                f"--offline: {spec.name} is at {spec.base_url}, outside this machine; leave one of them out"
            )


def run(protocol: str, *, targets: Sequence[str], **options: Any) -> Run:
    """Runs a campaign and returns when it has ended; the options are the fields of `Request`.

    Ctrl-C (in a notebook: interrupt) stops it cleanly, and it returns with the status 'interrupted'.
    """
    request = _request(protocol, targets, options)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return in_loop(execute(prepare(request), control=on_signals))
    # A notebook: its loop is busy with this very call, so the campaign gets a thread and a loop of its own.
    remote = Remote()
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(lambda: in_loop(execute(prepare(request), control=remote)))
        while True:
            try:
                return running.result()
            except KeyboardInterrupt:
                if running.done():
                    raise
                remote.stop()


async def run_async(protocol: str, *, targets: Sequence[str], **options: Any) -> Run:
    """As `run`, for programs with an event loop of their own; cancel the task to stop it."""
    return await execute(prepare(_request(protocol, targets, options)))


def _request(protocol: str, targets: Sequence[str], options: dict[str, Any]) -> Request:
    data: dict[str, Any] = {"protocol": protocol, "targets": targets} | options
    unknown = sorted(set(data) - set(Request.__struct_fields__))
    if unknown:
        hint = did_you_mean(unknown[0], Request.__struct_fields__)
        raise PrimumError(f"primum.run() has no option '{unknown[0]}'.{hint}")
    if isinstance(data.get("budget"), str):
        data["budget"] = parse_caps([data["budget"]])
    try:
        return msgspec.convert({name: _plain(name, value) for name, value in data.items()}, Request)
    except msgspec.ValidationError as error:
        raise PrimumError(f"primum.run(): {error}") from None


def _plain(name: str, value: Any) -> Any:
    """A path as its text; one name where a list is meant, as a list of one."""
    value = os.fspath(value) if isinstance(value, os.PathLike) else value
    if name in ("targets", "judges", "scenarios") and isinstance(value, str):
        return [value]
    return [_plain("", item) for item in value] if isinstance(value, list | tuple) else value


async def execute(prepared: Prepared, show: Show | None = None, control: Control | None = None) -> Run:
    """Plays what was prepared, or goes on where an earlier execution stopped, and writes the outputs."""
    plan = prepared.plan
    store = open_store(prepared.store)
    try:
        with store.lock(plan.run):
            manifest, earlier = _manifest(store, prepared)
            try:
                finished, manifest = await _play(prepared, store, show, control, manifest, earlier)
            except BaseException as error:
                status: Status = "failed" if isinstance(error, Exception) else "interrupted"
                with suppress(PrimumError):  # the disk may be full, which has been said
                    store.update_run(plan.run, status=status, finished=time.time())
                raise
            if finished and manifest.mixed:
                manifest = _whole(manifest)
            status = "finished" if finished else "interrupted"
            store.update_run(plan.run, status, time.time(), msgspec.json.encode(manifest))
            summary = write_outputs(store, manifest, prepared.out)
    except BaseException:
        store.close()
        raise
    return Run(store, manifest, status, summary, prepared.out)


async def _play(
    prepared: Prepared,
    store: Store,
    show: Show | None,
    control: Control | None,
    manifest: Manifest,
    earlier: Kept,
) -> tuple[bool, Manifest]:
    """Whether every case has ended, and the manifest with what was planned on the way."""
    plan, request = prepared.plan, prepared.request
    specs = [*plan.targets, *plan.judge_specs, *([plan.writer] if plan.writer else [])]
    network = Network.of(specs, request.offline)
    bank = (
        Bank(prepared.library.scenarios) if any(spec.kind == "sim" for spec in plan.targets) else Bank.empty()
    )
    endpoints = Endpoints(network, bank, request.concurrency)
    journal = Journal(store, plan.run)
    budget = Budget(request.budget)
    prices = {spec.fingerprint: spec.price for spec in specs}
    budget.spent(*spent(store, plan.run, manifest.created, prices))
    concurrency = request.concurrency or CONCURRENCY
    caller = Caller(journal, budget, concurrency, plan.settings.label)
    progress = Progress(plan.planned)
    progress.kept(earlier.outcomes, earlier.critical)
    try:
        targets = {spec.name: endpoints.get(spec) for spec in plan.targets}
        judges = tuple(make_judges(prepared.pairs, endpoints, plan.run))
        writer = endpoints.get(plan.writer) if plan.writer else None
        roles = {name: Roles(target, writer, judges, plan.rubric) for name, target in targets.items()}
        past = Written(store, manifest, progress)
        executor = Executor(plan, caller, journal, roles, past, concurrency, past, earlier.indices)
        progress.watch(caller, endpoints.all)
        with (
            control(executor) if control else nullcontext(),
            show(progress) if show else nullcontext(),
        ):
            finished = await executor.execute()
        if finished:
            past.trim()
        return finished, past.manifest
    finally:
        await journal.close()
        await endpoints.close()


def _manifest(store: Store, prepared: Prepared) -> tuple[Manifest, Kept]:
    """The run's manifest, and what may be kept of earlier executions: only what the same code and content made.

    Its date stays that of the first execution.
    """
    plan = prepared.plan
    now = make_manifest(plan, prepared.pairs)
    known = next((row for row in store.list_runs() if row.run == now.run), None)
    earlier, policy = Kept(), prepared.policy
    if known is not None:
        before = msgspec.json.decode(known.manifest, type=Manifest)
        policy = freeze(policy, before, bool(store.case_columns(plan.run, ("index",))["index"]))
        now = msgspec.structs.replace(now, created=before.created)
        changed = (now.hashes, now.versions) != (before.hashes, before.versions)
        if changed or before.mixed or known.forgotten is not None:
            now = msgspec.structs.replace(now, mixed=True, warnings=(*now.warnings, MIXED))
        else:
            opinions = any(spec is not None for _, spec in prepared.pairs[1:])
            earlier = kept(store, plan.run, opinions)
    now = msgspec.structs.replace(now, policy=policy)
    store.save_run(now.run, msgspec.json.encode(now), now.created)
    store.save_scenarios(now.run, {one.id: canonical_bytes(one) for one in plan.scenarios})
    return now, earlier


def _whole(manifest: Manifest) -> Manifest:
    """The manifest of a run whose results are all of one making."""
    warnings = tuple(warning for warning in manifest.warnings if warning != MIXED)
    return msgspec.structs.replace(manifest, mixed=False, warnings=warnings)


async def diagnose(names: Sequence[str], offline: bool = False, config_path: str = "") -> list[Diagnosis]:
    """Examines the named endpoints, or every one that primum.toml defines."""
    config = load_config(config_path or None)
    specs = [parse_name(name, config) for name in names] or list(config.endpoints.values())
    endpoints = Endpoints(Network.of(specs, offline), Bank.empty(), None)

    async def one(spec: EndpointSpec) -> Diagnosis:
        try:
            endpoint = endpoints.get(spec)
        except PrimumError as error:  # no key, say; the others are examined all the same
            return Diagnosis(spec.name, answers=False, problem=str(error), advice="Nothing was called.")
        return await examine(endpoint)

    try:
        return list(await asyncio.gather(*map(one, specs)))
    finally:
        await endpoints.close()


def _frames(library: str) -> Any:
    from importlib import import_module

    try:
        return import_module(library)
    except ImportError:
        raise PrimumError(f"{library} is not installed: pip install 'primum[frames]'") from None
