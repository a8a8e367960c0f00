"""A gate's policy: the thresholds, as a file that people who answer for the patients can read and sign."""

import re
import tomllib
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Literal, get_args

import msgspec

from primum.campaign.model import FrozenPolicy, Manifest
from primum.errors import PrimumError, did_you_mean

Metric = Literal[
    "critical-case-rate",  # cases with a critical failure, of all cases
    "critical-scenario-rate",  # scenarios with a critical failure in any case, of all scenarios
    "mean-score",  # mean of the scenario means
    "minimum-score",  # the lowest score of any case
    "zero-scores",  # how many cases scored exactly 0
    "missing-share",  # planned cases without a decision, of all planned
    "reviewed-share",  # judged cases that a clinician has looked at
    "not-worse-critical",  # critical failure rate against that of an earlier run
    "not-worse-score",  # mean score against that of an earlier run
]
Group = Literal["domain", "subdomain", "perspective", "setting", "risk"]
AT_LEAST = ("mean-score", "minimum-score", "reviewed-share")
COMPARED = ("not-worse-critical", "not-worse-score")
DEFAULT = "default"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One threshold. A metric that is better when small takes `at_most`, one that is better when large `at_least`."""

    metric: Metric
    name: str = ""
    at_most: float | None = None
    at_least: float | None = None
    by: Group | None = None
    """Apply it to every domain (perspective …) on its own."""
    only: tuple[str, ...] = ()
    """With `by`: only these. One that the run does not hold is INCONCLUSIVE."""
    min_scenarios: int = 1
    """With fewer decided scenarios the rule is INCONCLUSIVE."""
    than: str = ""
    """not-worse: the earlier run, by id or folder."""
    margin: float | None = None
    """not-worse: how much worse is still tolerable."""

    @property
    def title(self) -> str:
        return self.name or self.metric + (f" by {self.by}" if self.by else "")

    @property
    def direction(self) -> Literal["at most", "at least"]:
        return "at least" if self.metric in AT_LEAST else "at most"

    @property
    def threshold(self) -> float:
        found = self.margin if self.metric in COMPARED else self.at_most
        return (self.at_least or 0.0) if found is None else found


class Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See `primum gate --show-default` for one with comments."""

    name: str
    rules: tuple[Rule, ...] = ()
    about: str = ""
    level: float = 0.95
    critical: Literal["none-allowed", "none-confirmed", "by-threshold"] = "none-allowed"
    undecided: Literal["as-failed", "left-out"] = "as-failed"
    missing: float = 0.05


def default_text() -> str:
    """The packaged policy file."""
    return (files("primum.reporting.gate") / "policies" / "default.toml").read_text("utf-8")


def read_policy(name: str) -> FrozenPolicy:
    """A policy file by its path, checked; 'default' is the packaged one."""
    if name == DEFAULT:
        text = default_text()
    else:
        try:
            text = Path(name).read_text("utf-8")
        except FileNotFoundError:
            raise PrimumError(
                f"{name}: no such policy file; write one with: primum gate --show-default > policy.toml"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise PrimumError(f"{name}: cannot be read as a policy file: {error}") from None
    policy = parse_policy(text, name)
    return FrozenPolicy(name=policy.name, text=text, sha256=sha256(text.encode()).hexdigest())


def freeze(policy: FrozenPolicy | None, before: Manifest, has_results: bool) -> FrozenPolicy | None:
    """The policy of a run that is executed again: the one it was started with. None can be set once it has results."""
    if policy is None or (before.policy is not None and policy.sha256 == before.policy.sha256):
        return before.policy
    if not has_results:
        return policy
    held = (
        f"was started with the policy {before.policy.name}"
        if before.policy
        else "was started without a policy"
    )
    raise PrimumError(
        f"--policy: run {before.run} {held} and has results, so its thresholds are fixed; "
        "run on without --policy, or apply another one afterwards: primum gate RUN --policy FILE"
    )


def parse_policy(text: str, source: str) -> Policy:
    """The policy a file holds; an error names file, line and remedy."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"\(at line (\d+)", str(error))
        line = where[1] if where else str(len(text.splitlines()) or 1)
        raise PrimumError(f"{source}:{line}: not valid TOML: {str(error).split(' (at ')[0]}") from None
    try:
        policy = msgspec.convert(data, Policy)
    except msgspec.ValidationError as error:
        raise PrimumError(f"{source}{_line_of(text, str(error))}: {error}.{_near(str(error))}") from None
    problem = _problem(policy)
    if problem:
        raise PrimumError(f"{source}: {problem}")
    for place, rule in enumerate(policy.rules):
        problem = _problem_of(rule)
        if problem:
            raise PrimumError(f"{source}:{_rule_line(text, place)}: rule '{rule.title}': {problem}")
    return policy


def _problem(policy: Policy) -> str:
    if not 0.5 < policy.level < 1.0:
        return f"level must lie between 0.5 and 1, not {policy.level}"
    if not 0.0 <= policy.missing <= 1.0:
        return f"missing is a share from 0 to 1, not {policy.missing}"
    if not policy.rules and policy.critical == "by-threshold":
        return "it has no rule, so everything would pass; add a [[rules]] table"
    titles = [rule.title for rule in policy.rules]
    twice = [title for title in titles if titles.count(title) > 1]
    return f"two rules are called '{twice[0]}'; give each its own name" if twice else ""


def _problem_of(rule: Rule) -> str:
    wanted = "margin" if rule.metric in COMPARED else "at_least" if rule.metric in AT_LEAST else "at_most"
    for field in ("at_most", "at_least", "margin"):
        if (getattr(rule, field) is not None) != (field == wanted):
            return f"{rule.metric} takes {wanted} = …, and no other threshold"
    if (rule.than != "") != (rule.metric in COMPARED):
        return "than = 'RUN' names the earlier run of a not-worse rule, and of no other"
    limit = rule.threshold
    if rule.metric == "zero-scores":
        if limit < 0 or limit != int(limit):
            return f"zero-scores is a count: at_most = 0 or a whole number, not {limit}"
    elif not 0.0 <= limit <= 1.0:
        return f"the threshold lies between 0 and 1, not {limit}"
    if rule.metric in ("critical-case-rate", "critical-scenario-rate") and limit in (0.0, 1.0):
        return "no sample shows a rate of exactly 0 or above 1; write critical = 'none-allowed', or a rate such as 0.01"
    if rule.only and not rule.by:
        return "only = [...] needs by = 'domain' (or perspective, setting, risk)"
    return f"min_scenarios must be at least 1, not {rule.min_scenarios}" if rule.min_scenarios < 1 else ""


def _line_of(text: str, error: str) -> str:
    """':LINE' of what a validation error names, where it can be found."""
    place = re.search(r"\$\.rules\[(\d+)\]", error)
    start = _rule_line(text, int(place[1])) if place else 1
    inner = re.search(r"\$(?:\.rules\[\d+\])?\.(\w+)", error)
    field = error.split("`")[1] if "unknown field" in error else inner[1] if inner else ""
    for number, line in enumerate(text.splitlines()[start - 1 :], start):
        if field and re.match(rf"\s*{re.escape(field)}\s*=", line):
            return f":{number}"
    return f":{start}"


def _rule_line(text: str, place: int) -> int:
    heads = [n for n, line in enumerate(text.splitlines(), 1) if line.strip().startswith("[[rules]]")]
    return heads[place] if place < len(heads) else 1


def _near(error: str) -> str:
    """A hint for a misspelt field, metric or word."""
    if "unknown field" in error:
        return did_you_mean(error.split("`")[1], {*Policy.__struct_fields__, *Rule.__struct_fields__})
    value = re.search(r"Invalid enum value '([^']*)'", error)
    if not value:
        return ""
    words = {
        "metric": get_args(Metric),
        "by": get_args(Group),
        "critical": ("none-allowed", "none-confirmed", "by-threshold"),
        "undecided": ("as-failed", "left-out"),
    }
    field = error.rpartition(".")[2].strip("`")
    return did_you_mean(value[1], words.get(field, ()))
