"""The tree of what is tested: nine domains and their subdomains, with every name they go by."""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from pathlib import Path

import msgspec

from primum.errors import PrimumError
from primum.scenarios.model import Record
from primum.scenarios.yaml_file import convert, parse

LIBRARY = Path(__file__).parent / "library"


class Node(Record, frozen=True):
    """A domain or a subdomain."""

    id: str
    name: str
    definition: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.id, self.name, *self.aliases)


class Subdomain(Node, frozen=True):
    """A leaf; its library file is named after it."""


class Domain(Node, frozen=True, kw_only=True):
    subdomains: tuple[Subdomain, ...]


class Tree(Record, frozen=True, kw_only=True):
    """taxonomy.yaml as written."""

    domains: tuple[Domain, ...]
    canary: str = ""
    licence: str = ""


class Taxonomy(msgspec.Struct, frozen=True):
    """The tree with its index of names. Build it with `load_taxonomy`."""

    domains: tuple[Domain, ...]
    index: dict[str, Node]
    """Folded id, name or alias → node."""
    parents: dict[str, Domain]
    """Subdomain id → its domain."""

    @property
    def subdomains(self) -> Iterator[Subdomain]:
        return (leaf for domain in self.domains for leaf in domain.subdomains)

    def resolve(self, name: str) -> Node:
        """The one node that goes by this name; case does not matter, and '&' is 'and'.

        >>> load_taxonomy().resolve("Safety & Reliability").id
        'safety'
        """
        node = self.index.get(fold(name))
        if node is None:
            near = get_close_matches(fold(name), self.index, n=1, cutoff=0.6)
            hint = f"Did you mean '{self.index[near[0]].id}'?" if near else "taxonomy.yaml lists them all."
            raise PrimumError(f"Unknown domain or subdomain '{name}'. {hint}")
        return node

    def domain_of(self, name: str) -> Domain:
        """The domain a name stands for or lies in."""
        node = self.resolve(name)
        return node if isinstance(node, Domain) else self.parents[node.id]

    def leaf(self, name: str) -> Subdomain:
        """The subdomain of this name; a domain's name is an error."""
        node = self.resolve(name)
        if isinstance(node, Subdomain):
            return node
        raise PrimumError(f"'{name}' is a whole domain; name one of its subdomains.")


def fold(name: str) -> str:
    """How names are compared: case, hyphens and extra spaces do not count, '&' is 'and'.

    >>> fold("Bias, Fairness & Equity") == fold("bias fairness and EQUITY")
    True
    """
    words = name.casefold().replace("&", " and ").replace("-", " ").replace(",", " ")
    return " ".join(words.split())


@cache
def load_taxonomy(path: Path = LIBRARY / "taxonomy.yaml") -> Taxonomy:
    """Read a tree; a name that would stand for two nodes is refused."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PrimumError(f"{path}: {error.strerror}; name a readable taxonomy file.") from None
    document = parse(path, raw)
    tree = convert(document, Tree)
    index: dict[str, Node] = {}
    for i, domain in enumerate(tree.domains):
        places = [(f"$.domains[{i}]", domain)]
        places += [(f"$.domains[{i}].subdomains[{j}]", leaf) for j, leaf in enumerate(domain.subdomains)]  # type: ignore[misc]
        for place, node in places:
            for name in node.names:
                other = index.setdefault(fold(name), node)
                if other is not node:
                    raise document.error(place, f"'{name}' already names '{other.id}'; every name is unique.")
    parents = {leaf.id: domain for domain in tree.domains for leaf in domain.subdomains}
    return Taxonomy(tree.domains, index, parents)
