"""Recorded replies judged anew, as `primum judge` and as `primum.judge`: finds replies, judge and store, and judges.

import primum

for judged in primum.judge("refusal-words", "replies.jsonl"):
    print(judged.tally.histogram)
"""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import msgspec

from primum.archive import STORE_FILE, Found, find_run, results
from primum.campaign.interrupt import Control, on_signals
from primum.campaign.loop import in_loop
from primum.campaign.model import EndpointRecord
from primum.campaign.recorded import Subject, cases_of_run, subject_of_file, subjects_of_run
from primum.campaign.rejudge import CONCURRENCY, Judged, Rejudge, Task, check
from primum.canonical import digest
from primum.endpoints.budget import Caps
from primum.endpoints.config import load_config
from primum.endpoints.names import parse_name
from primum.endpoints.spec import EndpointSpec
from primum.errors import PrimumError
from primum.judging.catalogue import find_preset
from primum.judging.citations import load_publications
from primum.scenarios.loader import load_library
from primum.scenarios.model import Scenario
from primum.store import Store, open_store


class Opened(msgspec.Struct, frozen=True):
    """What was found; nothing has been called yet."""

    task: Task
    store: Store
    file: Path
    """Where the opinions go."""
    warnings: tuple[str, ...] = ()


class Wanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The options of `primum judge`."""

    preset: str
    source: str
    judges: tuple[str, ...] = ()
    out: str = ""
    index: str = ""
    store: str = ""
    concurrency: int | None = None
    budget: Caps = Caps()
    offline: bool = False
    label: str = ""
    config: str = ""
    against: str = ""
    """Another run, whose cases are the other halves of pairs."""


class _Source(msgspec.Struct, frozen=True):
    """Where the replies come from, and where the calls are kept."""

    subjects: list[Subject]
    run: str
    file: Path
    scenarios: dict[str, Scenario]
    store: Store | None = None
    """The run's own: the calls on its replies are kept with the run, and forgotten with it."""
    targets: tuple[EndpointRecord, ...] = ()


def open_task(wanted: Wanted) -> Opened:
    """Finds and checks everything."""
    if wanted.concurrency is not None and wanted.concurrency < 1:
        raise PrimumError(f"--concurrency must be at least 1, not {wanted.concurrency}")
    preset = find_preset(wanted.preset)
    if wanted.against and "twin" not in preset.needs:
        raise PrimumError(f"--against is for the preset pair, not for '{preset.name}'")
    config = load_config(wanted.config or None)
    specs = tuple(parse_name(name, config) for name in dict.fromkeys(wanted.judges))
    name = preset.name.replace(":", "-").replace("/", "-")
    if Path(wanted.source).suffix == ".jsonl":
        if wanted.against:
            raise PrimumError("--against pairs two runs: in a file of replies a line has its 'twin'")
        source = _file(wanted, name, specs, "scenario" in preset.needs)
    else:
        source = _run(wanted, name)
    task = Task(
        preset=preset, judges=specs, subjects=tuple(source.subjects), run=source.run, caps=wanted.budget,
        concurrency=wanted.concurrency or CONCURRENCY, offline=wanted.offline, label=wanted.label,
        known=load_publications(wanted.index) if wanted.index else None, scenarios=source.scenarios,
    )  # fmt: skip
    check(task)
    warnings = tuple(
        f"The judge is the same model as the target '{target.name}': it grades itself."
        for target in source.targets
        if any((target.kind, target.model) == (spec.kind, spec.model or spec.path) for spec in specs)
    )
    return Opened(task, source.store or _store(wanted, source.file), source.file, warnings)


def _file(wanted: Wanted, name: str, specs: Sequence[EndpointSpec], scenarios: bool) -> _Source:
    subject = subject_of_file(Path(wanted.source))
    run = f"{name}-{digest([subject, [spec.fingerprint for spec in specs]])[:8]}"
    file = Path(wanted.out or f"out/{run}/opinions-{name}.jsonl")
    return _Source([subject], run, file, _library() if scenarios else {})


def _run(wanted: Wanted, name: str) -> _Source:
    found = find_run(wanted.source, wanted.store)
    if found.row.forgotten is not None:
        raise PrimumError(f"The texts of run {found.row.run} have been erased: there is nothing to judge")
    scenarios = _scenarios(found)
    other, changed = None, ""
    if wanted.against:
        twin = find_run(wanted.against, wanted.store)
        if twin.row.run == found.row.run:
            raise PrimumError(f"--against {wanted.against} is the same run: name another one")
        if twin.row.forgotten is not None:
            raise PrimumError(f"The texts of run {twin.row.run} have been erased: there is nothing to judge")
        other = cases_of_run(twin.manifest, results(twin), _scenarios(twin))
        changed = f"{found.manifest.label or found.row.run} → {twin.manifest.label or twin.row.run}"
    subjects = subjects_of_run(found.manifest, results(found), scenarios, other, changed)
    file = Path(wanted.out or found.out / f"opinions-{name}.jsonl")
    return _Source(subjects, found.row.run, file, scenarios, found.store, found.manifest.targets)


def _scenarios(found: Found) -> dict[str, Scenario]:
    """As they were played."""
    stored = found.store.scenarios(found.row.run)
    return {id: msgspec.json.decode(one, type=Scenario) for id, one in stored.items()}


def _store(wanted: Wanted, file: Path) -> Store:
    """Beside the opinions, unless it is named."""
    where = wanted.store or str(file.with_suffix(".db") if wanted.out else file.parent / STORE_FILE)
    if "://" not in where:
        Path(where).parent.mkdir(parents=True, exist_ok=True)
    return open_store(where)


def _library() -> dict[str, Scenario]:
    return {scenario.id: scenario for scenario in load_library().scenarios}


async def execute(opened: Opened, control: Control | None = None) -> list[Judged]:
    """Judges what was opened; what was judged before comes from the journal."""
    try:
        rejudge = Rejudge(opened.task, opened.store)
        with control(rejudge) if control else nullcontext():
            return await rejudge.execute()
    finally:
        opened.store.close()


def judge(
    preset: str, source: str | Path, *, judges: str | Sequence[str] = (), **options: object
) -> list[Judged]:
    """Judges recorded replies and returns a `Judged` for each target, or one for a file. Blocks.

    >>> judge("refusal-words", "replies.jsonl")[0].tally.histogram  # doctest: +SKIP
    (('none', 7), ('partial', 1), ('full', 2), ('no verdict', 0))
    """
    names = (judges,) if isinstance(judges, str) else tuple(judges)
    try:
        wanted = msgspec.convert(
            {"preset": preset, "source": str(source), "judges": names, **options}, Wanted, strict=True
        )
    except msgspec.ValidationError as error:
        raise PrimumError(f"primum.judge(): {error}") from None
    return in_loop(execute(open_task(wanted), on_signals))
