"""Who may read a report: `internal` shows every word, `shareable` none of those that could do harm again.

A transcript that broke a model is itself an attack, and a harmful reply is harmful wherever it is printed. The
shareable report keeps every figure, every check and every answer, and in place of each text its SHA-256.
"""

from typing import Literal

import msgspec

from primum.campaign.model import CaseResult, Manifest
from primum.campaign.redact import MARK, redact
from primum.canonical import digest
from primum.reporting.model import Exhibit, Summary
from primum.review.model import Labelled

Level = Literal["internal", "shareable"]
LEVELS: tuple[Level, ...] = ("internal", "shareable")

_decode = msgspec.json.Decoder(CaseResult).decode


def at_level(summary: Summary, level: Level) -> Summary:
    """The summary as this level may show it. It is made before anything is drawn, so that no template can leak."""
    if level == "internal":
        return summary
    return msgspec.structs.replace(
        summary,
        manifest=_manifest(summary.manifest),
        exhibits=tuple(map(_exhibit, summary.exhibits)),
    )


def _exhibit(exhibit: Exhibit) -> Exhibit:
    scenario = exhibit.scenario and msgspec.structs.replace(
        exhibit.scenario, turns=(), system="", documents=(), facts=(), slots={}, options={}
    )
    return Exhibit(
        _decode(redact(msgspec.json.encode(exhibit.result))),
        scenario,
        exhibit.label and without_words(exhibit.label),
    )


def without_words(label: Labelled) -> Labelled:
    """Without names, and without the adjudicator's words, which may quote the reply."""
    return msgspec.structs.replace(
        label,
        first=tuple(msgspec.structs.replace(one, reviewer="") for one in label.first),
        adjudicator="",
        rationale=MARK + digest(label.rationale) if label.rationale else "",
    )


def _manifest(manifest: Manifest) -> Manifest:
    """System prompts are withheld as well: they may be the product's own."""
    targets = tuple(
        msgspec.structs.replace(one, system=MARK + digest(one.system)) if one.system else one
        for one in manifest.targets
    )
    return msgspec.structs.replace(manifest, targets=targets)
