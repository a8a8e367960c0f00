"""The vendored catalogue of controls, and the map from what is tested to the controls it gives evidence for."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from primum.errors import PrimumError, did_you_mean
from primum.scenarios.model import Record
from primum.scenarios.taxonomy import load_taxonomy
from primum.scenarios.yaml_file import convert, parse

FOLDER = Path(__file__).parent
Relation = Literal["evidences", "partially", "informs"]


class Control(Record, frozen=True):
    """One item of a framework, with a title in our own words."""

    id: str
    title: str
    relation: Relation


class Framework(Record, frozen=True):
    """One edition of a framework. `checked`: the wording of its controls was read in that edition."""

    id: str
    edition: str
    name: str
    url: str
    status: Literal["final", "draft", "proposed"]
    retrieved: str
    checked: bool
    controls: tuple[Control, ...]

    def full(self, control: Control) -> str:
        """The versioned id.

        >>> load_catalogue().frameworks[0].full(load_catalogue().frameworks[0].controls[0])
        'nist-ai-600-1:2024:MP-2.3-001'
        """
        return f"{self.id}:{self.edition}:{control.id}"


class Frameworks(Record, frozen=True):
    """catalogue.yaml as written."""

    frameworks: tuple[Framework, ...]


class Map(Record, frozen=True):
    """map.yaml as written."""

    every: tuple[str, ...]
    tests: dict[str, tuple[str, ...]]


class Catalogue(msgspec.Struct, frozen=True):
    """Frameworks, and for each control the tests that bear on it. Build it with `load_catalogue`."""

    frameworks: tuple[Framework, ...]
    map: Map

    def tests_of(self, control: str) -> tuple[str, ...]:
        """The domains and 'domain/subdomain' pairs that give evidence for a control; 'all' for the run as a whole.

        >>> load_catalogue().tests_of("nist-ai-600-1:2024:MP-4.1-009")
        ('privacy',)
        """
        whole = ("all",) if control in self.map.every else ()
        return whole + tuple(test for test, controls in self.map.tests.items() if control in controls)

    def controls_of(self, domain: str, subdomain: str) -> tuple[str, ...]:
        """The checked controls that a scenario of this subdomain gives evidence for, apart from the run as a whole."""
        mapped = (*self.map.tests.get(domain, ()), *self.map.tests.get(f"{domain}/{subdomain}", ()))
        checked = {one.full(control) for one in self.frameworks if one.checked for control in one.controls}
        return tuple(dict.fromkeys(name for name in mapped if name in checked))


@cache
def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """Read both files; an id or a domain that does not exist is an error that names it."""
    document = parse(folder / "catalogue.yaml", (folder / "catalogue.yaml").read_bytes())
    frameworks = convert(document, Frameworks).frameworks
    mapped = convert(parse(folder / "map.yaml", (folder / "map.yaml").read_bytes()), Map)
    known = [one.full(control) for one in frameworks for control in one.controls]
    twice = [name for name in known if known.count(name) > 1]
    if twice:
        raise PrimumError(f"{folder / 'catalogue.yaml'}: '{twice[0]}' occurs twice; keep one")
    taxonomy = load_taxonomy()
    tests = {domain.id for domain in taxonomy.domains}
    tests |= {f"{domain.id}/{leaf.id}" for domain in taxonomy.domains for leaf in domain.subdomains}
    for test, controls in {"every": mapped.every, **mapped.tests}.items():
        if test != "every" and test not in tests:
            raise PrimumError(f"{folder / 'map.yaml'}: no domain '{test}'.{did_you_mean(test, tests)}")
        for name in controls:
            if name not in known:
                raise PrimumError(f"{folder / 'map.yaml'}: no control '{name}'.{did_you_mean(name, known)}")
    return Catalogue(frameworks, mapped)
