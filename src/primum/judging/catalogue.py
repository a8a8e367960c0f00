"""Every preset by its name. A new one is one new file in `presets/`, or an entry point of the group `primum.judges`."""

from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import iter_modules

from primum.errors import PrimumError, did_you_mean
from primum.judging import presets as folder
from primum.judging.preset import Preset

PLUGINS = "primum.judges"
OWN_POLICY = "policy:"
"""`policy:FILE.yaml` judges by anybody's policy."""


@lru_cache(maxsize=1)
def presets() -> dict[str, Preset]:
    """The built-in ones and those of installed packages (a function that returns them)."""
    found: dict[str, Preset] = {}
    for module in sorted(iter_modules(folder.__path__), key=lambda one: one.name):
        for one in import_module(f"{folder.__name__}.{module.name}").presets():
            found[one.name] = one
    for point in entry_points(group=PLUGINS):
        for one in point.load()():
            found.setdefault(one.name, one)
    return dict(sorted(found.items()))


def find_preset(name: str) -> Preset:
    """A preset by name, or `policy:FILE.yaml`; a misspelt name is an error that suggests the near one."""
    if name.startswith(OWN_POLICY):
        from primum.judging.presets.policy import load_policy, preset_of

        return preset_of(load_policy(name.removeprefix(OWN_POLICY)), name)
    known = presets()
    if name not in known:
        raise PrimumError(f"There is no preset '{name}'.{did_you_mean(name, known)} See: primum list judges")
    return known[name]


def split(name: str) -> tuple[str, str]:
    """Preset and endpoint of a judge's name; without a preset it is the rubric judge.

    >>> split("policy-patient@openai/gpt-5"), split("openai/gpt-5"), split("exact-answer")
    (('policy-patient', 'openai/gpt-5'), ('rubric', 'openai/gpt-5'), ('exact-answer', ''))
    """
    before, _, after = name.partition("@")
    if before.startswith(OWN_POLICY) or before in presets():
        return before, after
    return "rubric", name


def preset_of(name: str) -> Preset | None:
    """The preset of a judge's name where it names one, `PRESET@ENDPOINT` or a preset that asks nobody; else None."""
    before, after = split(name)
    if (before, after) == ("rubric", name):
        word, at, rest = name.partition("@")
        if at and rest and not set(word) & set("/:#"):
            find_preset(word)  # a bare word before the @ is meant as a preset: says which one is near
        return None
    found = find_preset(before)
    if found.asks_models and not after:
        raise PrimumError(
            f"The preset '{before}' asks a model: write {before}@ENDPOINT, for example {before}@openai/MODEL"
        )
    if after and not found.asks_models:
        raise PrimumError(f"The preset '{before}' asks nobody: write {before} without @{after}")
    return found


def calls_of(name: str) -> int:
    """How many calls a judge of this name makes for a reply, about."""
    before, _ = split(name)
    return find_preset(before).calls
