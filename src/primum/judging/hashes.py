"""The addresses of the judging content, for the manifest of a run."""

from functools import lru_cache
from hashlib import sha256

from primum.judging.data import content, names

_WORDS = (
    "lexicon.yaml",
    "sentences.yaml",
    "negation.yaml",
    "refusal.yaml",
    "asking.yaml",
    "injection.yaml",
)
_PRESETS = ("presets", "presets/policies")
_PROMPTS = ("prompts/rubric.md", "scales.yaml")


@lru_cache(maxsize=1)
def content_hashes() -> dict[str, str]:
    """`lexicon`: every word list the offline judge reads; `prompts`: what the rubric judge is told; `presets`: what
    the other presets tell theirs."""
    presets = [f"{folder}/{name}.yaml" for folder in _PRESETS for name in names(folder)]
    return {
        "lexicon": _hash(_WORDS),
        "prompts": _hash(_PROMPTS),
        "presets": _hash(("prompts/judge.md", "drugs.yaml", *presets)),
    }


def _hash(files: tuple[str, ...]) -> str:
    """One SHA-256 over the files' own, so that any change in any of them shows."""
    whole = sha256()
    for name in files:
        whole.update(sha256(content(name)).digest())
    return whole.hexdigest()
