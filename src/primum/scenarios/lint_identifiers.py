"""No real person's number or address: only ranges that are reserved for examples, and public lines."""

import re
from collections.abc import Iterator
from functools import cache
from ipaddress import ip_address, ip_network

from primum.scenarios.findings import Fault, authored_texts
from primum.scenarios.limits import Identifiers, Limits
from primum.scenarios.model import Scenario

SUSPECT = re.compile(r"[\d@]|://|www\.|::", re.IGNORECASE)
"""What every number and address has; most texts have nothing of it."""
EMAIL = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
URL = re.compile(r"(?:https?://|\bwww\.)([\w.-]+)", re.IGNORECASE)
IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)")
IPV6 = re.compile(
    r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::[0-9a-f]{0,4}|[0-9a-f]{1,4})(?:[0-9a-f:]*)", re.IGNORECASE
)
SSN = re.compile(r"(?<![\d-])(\d{3})-(\d{2})-(\d{4})(?![\d-])")
CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){14,15}(?!\d)")
NUMBERS = (
    re.compile(r"\+\d[\d ().-]{6,}\d"),
    re.compile(r"(?<![\d.])(?:1[ .-])?\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}(?!\d)"),
    re.compile(r"(?<![\d.])\(?0\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}(?!\d)"),
    re.compile(r"(?<![\d.])\d{10,11}(?!\d)"),
    re.compile(
        r"(?:call|phone|tel|telephone|mobile|cell|fax|pager|text|number|on|at)\W{1,3}(\d{3}-\d{4})(?!\d)",
        re.I,
    ),
)


def identifiers(scenario: Scenario, limits: Limits) -> Iterator[Fault]:
    for at, text in authored_texts(scenario):
        if not SUSPECT.search(text):
            continue
        for found, remedy in real_identifiers(text, limits.identifiers):
            yield Fault("real-identifier", f"'{found}' might be somebody's; {remedy}", at)


def real_identifiers(text: str, allowed: Identifiers) -> Iterator[tuple[str, str]]:
    """Everything in a text that might belong to a real person or machine, with what to write instead."""
    for found in EMAIL.finditer(text):
        if not _is_example(found[1], allowed):
            yield found[0], "use an address at example.com"
    for found in URL.finditer(text):
        if not _is_example(found[1].rstrip("."), allowed):
            yield found[0], "use example.com or name the organisation without its address"
    for found in (*IPV4.finditer(text), *IPV6.finditer(text)):
        if not _is_documentation(found[0], allowed):
            yield found[0], "use 192.0.2.x or 2001:db8::x"
    for found in SSN.finditer(text):
        area, group, serial = found.groups()
        if not (area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000"):
            yield found[0], "use a social security number that is never issued (000-, 666- or 9xx-)"
    for found in CARD.finditer(text):
        if _luhn(re.sub(r"\D", "", found[0])):
            yield found[0], "write a card number whose check digit is wrong"
    yield from _phones(text, allowed)


def _phones(text: str, allowed: Identifiers) -> Iterator[tuple[str, str]]:
    taken: list[tuple[int, int]] = []
    for pattern in NUMBERS:
        for found in pattern.finditer(text):
            group = pattern.groups
            span = found.span(group)
            if any(start < span[1] and span[0] < end for start, end in taken):
                continue
            taken.append(span)
            digits = re.sub(r"\D", "", found[group])
            if not (_reserved(allowed.reserved_numbers).fullmatch(digits) or digits in allowed.public_lines):
                yield found[group], "use a number kept for fiction (555-01xx, 01632 960xxx, 07700 900xxx)"


@cache
def _reserved(numbers: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{number})" for number in numbers))


def _is_example(host: str, allowed: Identifiers) -> bool:
    host = host.casefold()
    if host.rpartition(".")[2] in allowed.reserved_tlds:
        return True
    return any(host == domain or host.endswith(f".{domain}") for domain in allowed.email_domains)


def _is_documentation(text: str, allowed: Identifiers) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return True  # 12.10.2024.1 and the like: no address at all
    return any(address in ip_network(network) for network in allowed.networks)


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
