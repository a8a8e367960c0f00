"""Putting a campaign together: from names to endpoints, judges, a plan and its manifest."""

import platform
import time
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from itertools import takewhile
from pathlib import Path

import msgspec

import primum
from primum import __version__
from primum.campaign.model import EndpointRecord, Manifest, RubricRecord
from primum.campaign.plan import Plan
from primum.canonical import digest
from primum.endpoints.ask import Endpoint
from primum.endpoints.config import Config
from primum.endpoints.guard import Guarded
from primum.endpoints.limits import Limiter
from primum.endpoints.names import parse_name
from primum.endpoints.network import Network
from primum.endpoints.sim import build as build_sim
from primum.endpoints.sim.bank import Bank
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires import build_wire
from primum.endpoints.wires.base import Wire
from primum.errors import PrimumError
from primum.judging.catalogue import find_preset, preset_of, split
from primum.judging.hashes import content_hashes
from primum.judging.judge import Judge, OfflineJudge
from primum.judging.jury import NAME as JURY
from primum.judging.jury import JuryJudge
from primum.judging.llm import RubricJudge
from primum.judging.preset import Preset
from primum.judging.preset_judge import PresetJudge

OFFLINE, RUBRIC = "offline", "rubric"
RECORDED = ("aiohttp", "msgspec", "numpy", "sqlalchemy")


def judge_pairs(
    names: Sequence[str], config: Config, second_opinion: bool = True
) -> list[tuple[str, EndpointSpec | None]]:
    """Judges by name with the endpoint each asks: first those that answer the checks, the jury before its jurors, then
    the offline judge, which calls nothing, as their second opinion, then the presets.

    >>> [name for name, spec in judge_pairs(["policy-patient@openai/gpt-5", "openai/gpt-5"], Config())]
    ['openai/gpt-5', 'offline', 'policy-patient@openai/gpt-5']
    >>> [name for name, spec in judge_pairs(["openai/gpt-5"], Config(), second_opinion=False)]
    ['openai/gpt-5']
    """
    deciding: list[tuple[str, EndpointSpec | None]] = []
    presets: list[tuple[str, EndpointSpec | None]] = []
    for name in dict.fromkeys(names):
        if name in (OFFLINE, JURY):
            continue
        preset, endpoint = _of_name(name, config)
        spec = parse_name(endpoint, config) if endpoint else None
        (deciding if preset is None or preset.name == RUBRIC else presets).append((name, spec))
    if JURY in names and len(deciding) < 2:
        raise PrimumError(
            "A jury needs at least two models beside it: --judge jury --judge MODEL --judge MODEL …"
        )
    if second_opinion or not deciding or OFFLINE in names:
        first = not deciding or (names[0] == OFFLINE and JURY not in names)
        deciding.insert(0 if first else len(deciding), (OFFLINE, None))
    if JURY in names:
        deciding.insert(0, (JURY, None))
    return [*deciding, *presets]


def _of_name(name: str, config: Config) -> tuple[Preset | None, str]:
    """The preset that a judge's name names, if any, and the endpoint it asks, if any."""
    if name in config.endpoints:
        return None, name
    preset = preset_of(name)
    if preset is not None and preset.name == JURY:
        raise PrimumError(
            f"{name}: write --judge jury, and its jurors beside it: --judge MODEL --judge MODEL …"
        )
    return (None, name) if preset is None else (preset, split(name)[1])


class Endpoints:
    """The endpoints of one execution: each named one is opened once, and all are closed together."""

    def __init__(self, network: Network, bank: Bank, concurrency: int | None) -> None:
        self._network = network
        self._bank = bank
        self._concurrency = concurrency
        self._open: dict[str, Endpoint] = {}

    def get(self, spec: EndpointSpec) -> Endpoint:
        """The endpoint of a spec; the same one for the same name, so that its limits hold over all its roles."""
        if spec.name not in self._open:
            self._open[spec.name] = self._build(spec)
        return self._open[spec.name]

    def _build(self, spec: EndpointSpec) -> Endpoint:
        limiter = Limiter(spec.limits, self._concurrency)
        if spec.kind == "sim":
            return Endpoint(spec, self._guarded(spec, build_sim(spec, self._bank)), limiter)
        return Endpoint(
            spec, self._guarded(spec, build_wire(spec, self._network, limiter.read_headers)), limiter
        )

    def _guarded(self, spec: EndpointSpec, wire: Wire) -> Wire:
        return Guarded(wire, spec) if spec.guard else wire

    @property
    def all(self) -> list[Endpoint]:
        return list(self._open.values())

    async def close(self) -> None:
        for endpoint in self._open.values():
            await endpoint.wire.close()
        await self._network.close()


def make_judges(
    pairs: Sequence[tuple[str, EndpointSpec | None]], endpoints: Endpoints, run: str
) -> list[Judge]:
    """The judges of a plan, in order. `run` seeds the fences around what they read."""
    rubric = [name for name, spec in pairs if spec is not None and split(name)[0] == RUBRIC]

    def one(name: str, spec: EndpointSpec | None) -> Judge:
        if name == OFFLINE:
            return OfflineJudge()
        if name == JURY:
            return JuryJudge(rubric)
        endpoint = None if spec is None else endpoints.get(spec)
        if endpoint is not None and name in rubric:
            return RubricJudge(endpoint, name=name, secret=run)
        return PresetJudge(find_preset(split(name)[0]), endpoint, name=name, secret=run)

    return [one(name, spec) for name, spec in pairs]


def make_manifest(plan: Plan, pairs: Sequence[tuple[str, EndpointSpec | None]]) -> Manifest:
    """What the run is made of."""
    return Manifest(
        run=plan.run,
        protocol=plan.protocol.name,
        seed=plan.settings.seed,
        trials=plan.trials,
        targets=tuple(_record(spec.name, spec) for spec in plan.targets),
        judges=tuple(_judge_record(name, spec) for name, spec in pairs),
        versions={"primum": __version__, "python": platform.python_version()} | _versions(),
        hashes={
            "library": plan.library_hash,
            "protocol": plan.protocol.hash,
            "rubric": plan.rubric.hash,
            "code": code_hash(),
            **content_hashes(),
        },
        planned=plan.planned,
        pool=plan.pool,
        drawn=len(plan.scenarios),
        created=time.time(),
        label=plan.settings.label,
        limit=plan.settings.limit,
        warnings=tuple(_warnings(plan, pairs)),
        not_tested=plan.protocol.not_tested,
        rubric=RubricRecord(
            plan.rubric.name,
            plan.rubric.version,
            " ".join(plan.rubric.status.split()),
            plan.rubric.critical_cap,
        ),
    )


@lru_cache(maxsize=1)
def code_hash() -> str:
    """SHA-256 over primum's own source: results of another version are not taken for this one's."""
    root = Path(primum.__file__).parent
    return digest([sha256(path.read_bytes()).hexdigest() for path in sorted(root.rglob("*.py"))])


def _record(name: str, spec: EndpointSpec | None) -> EndpointRecord:
    if spec is None:
        return EndpointRecord(name=name, fingerprint="", kind=JURY if name == JURY else OFFLINE)
    return EndpointRecord(
        name=name,
        fingerprint=spec.fingerprint,
        kind=spec.kind,
        model=spec.model,
        address=spec.base_url or spec.path,
        sampling=spec.sampling,
        system=spec.system,
        guard=spec.guard,
        simulated=spec.kind == "sim",
        price=spec.price,
    )


def family(spec: EndpointSpec) -> str:
    """Who made a model, as far as its name tells: the provider, or the first letters of the model's name.

    >>> family(parse_name("anthropic/claude-x")), family(parse_name("http://localhost:8000/v1#Llama-3"))
    ('anthropic', 'llama')
    """
    if spec.kind in ("anthropic", "google") or "//api.openai.com" in spec.base_url:
        return spec.kind
    name = (spec.model or spec.path).rpartition("/")[2].lower()
    return "".join(takewhile(str.isalpha, name)) or spec.name


def _judge_record(name: str, spec: EndpointSpec | None) -> EndpointRecord:
    """With the sampling parameters that its preset sends."""
    record = _record(name, spec)
    before, after = split(name)
    sampling = find_preset(before).sampling if spec is not None and after != name else {}
    return msgspec.structs.replace(record, sampling=sampling | record.sampling) if sampling else record


def _versions() -> dict[str, str]:
    found = {}
    for name in RECORDED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _warnings(plan: Plan, pairs: Sequence[tuple[str, EndpointSpec | None]]) -> list[str]:
    warnings = []
    models = {(spec.kind, spec.base_url, spec.model or spec.path): spec.name for spec in plan.targets}
    for name, spec in pairs:
        same = models.get((spec.kind, spec.base_url, spec.model or spec.path)) if spec else None
        if same:
            warnings.append(f"The judge '{name}' is the same model as the target '{same}': it grades itself.")
    if pairs[0][0] == JURY:
        families = Counter(family(spec) for name, spec in pairs if spec and split(name)[0] == RUBRIC)
        warnings += [
            f"{count} jurors are of one family ({name}): they are likely to share their errors."
            for name, count in families.items()
            if count > 1
        ]
    if pairs[0][0] == OFFLINE and len(pairs) == 1:
        warnings.append(
            "Judged by the offline judge alone, which knows only the evidence patterns of each scenario."
        )
    return warnings
