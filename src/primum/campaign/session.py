"""Putting a campaign together: from names to endpoints, judges, a plan and its manifest."""

import platform
import time
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import primum
from primum import __version__
from primum.campaign.model import EndpointRecord, Manifest
from primum.campaign.plan import Plan
from primum.canonical import digest
from primum.endpoints.ask import Endpoint
from primum.endpoints.config import Config
from primum.endpoints.limits import Limiter
from primum.endpoints.names import parse_name
from primum.endpoints.network import Network
from primum.endpoints.sim import build as build_sim
from primum.endpoints.sim.bank import Bank
from primum.endpoints.spec import EndpointSpec
from primum.endpoints.wires import build_wire
from primum.judging.hashes import content_hashes
from primum.judging.judge import Judge, OfflineJudge
from primum.judging.llm import RubricJudge

OFFLINE = "offline"
RECORDED = ("aiohttp", "msgspec", "numpy", "sqlalchemy")


def judge_pairs(
    names: Sequence[str], config: Config, second_opinion: bool = True
) -> list[tuple[str, EndpointSpec | None]]:
    """Judges by name with the endpoint each asks. The offline judge calls nothing and is the last opinion.

    >>> [name for name, spec in judge_pairs(["openai/gpt-5"], Config())]
    ['openai/gpt-5', 'offline']
    >>> [name for name, spec in judge_pairs(["openai/gpt-5"], Config(), second_opinion=False)]
    ['openai/gpt-5']
    """
    wanted = [name for name in dict.fromkeys(names) if name != OFFLINE]
    pairs: list[tuple[str, EndpointSpec | None]] = [(name, parse_name(name, config)) for name in wanted]
    if second_opinion or not wanted or OFFLINE in names:
        pairs.insert(0 if not wanted or names[0] == OFFLINE else len(pairs), (OFFLINE, None))
    return pairs


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
            return Endpoint(spec, build_sim(spec, self._bank), limiter)
        return Endpoint(spec, build_wire(spec, self._network, limiter.read_headers), limiter)

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
    return [
        OfflineJudge() if spec is None else RubricJudge(endpoints.get(spec), name=name, secret=run)
        for name, spec in pairs
    ]


def make_manifest(plan: Plan, pairs: Sequence[tuple[str, EndpointSpec | None]]) -> Manifest:
    """What the run is made of."""
    return Manifest(
        run=plan.run,
        protocol=plan.protocol.name,
        seed=plan.settings.seed,
        trials=plan.trials,
        targets=tuple(_record(spec.name, spec) for spec in plan.targets),
        judges=tuple(_record(name, spec) for name, spec in pairs),
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
    )


@lru_cache(maxsize=1)
def code_hash() -> str:
    """SHA-256 over primum's own source: results of another version are not taken for this one's."""
    root = Path(primum.__file__).parent
    return digest([sha256(path.read_bytes()).hexdigest() for path in sorted(root.rglob("*.py"))])


def _record(name: str, spec: EndpointSpec | None) -> EndpointRecord:
    if spec is None:
        return EndpointRecord(name=name, fingerprint="", kind=OFFLINE)
    return EndpointRecord(
        name=name,
        fingerprint=spec.fingerprint,
        kind=spec.kind,
        model=spec.model,
        address=spec.base_url or spec.path,
        sampling=spec.sampling,
        system=spec.system,
        simulated=spec.kind == "sim",
        price=spec.price,
    )


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
    if pairs[0][1] is None and len(pairs) == 1:
        warnings.append(
            "Judged by the offline judge alone, which knows only the evidence patterns of each scenario."
        )
    return warnings
