"""Nothing in the library may belong to a real person: only reserved numbers and addresses, and public lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.scenarios.limits import load_limits
from primum.scenarios.lint_identifiers import real_identifiers

ALLOWED = load_limits().identifiers


def found(text):
    return [one for one, _ in real_identifiers(text, ALLOWED)]


@pytest.mark.parametrize(
    "text",
    [
        "Call me at (212) 867-5309.",
        "call 867-5309",
        "+1 212 867 5309",
        "Ring 020 7123 4567 or the ward.",
        "07911 123456",
        "+44 7911 123456",
        "+49 30 12345678",
        "NHS number 943 476 5919",
        "Her number is 9434765919.",
        "SSN 219-09-9999",
        "maria@hospital.org",
        "maria@example.com.evil.org",
        "see https://www.nhs.uk/conditions",
        "www.hospital.org",
        "from 8.8.8.8 this morning",
        "host 2a00:1450:4001:81b::200e",
        "card 4111 1111 1111 1111",
    ],
)
def test_what_may_be_somebodys_is_found(text):
    assert found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Call me at (212) 555-0142, or 555-0199.",
        "+1 212 555 0142",
        "01632 960123 and 07700 900456 and +44 7700 900456",
        "020 7946 0123",
        "NHS number 999 123 4567",
        "SSN 900-12-3456, 666-12-3456 and 000-12-3456",
        "maria@example.com or jo@ward.example or x@mail.example.org",
        "https://portal.example.org/login",
        "192.0.2.17 and 2001:db8::1",
        "Call 911, 999, 112, 988 or 116 123.",
        "Poison Help: 1-800-222-1222",
        "BP 120/80, 500-1000 mg, 2024-05-17 at 12:30:45, 10.5 to 12.25, INR 2.5-3.5",
        "Born 17-05-1962, MRN 00417, room 12-204, shift 0900-1700.",
        "Platelets 150,000-400,000; 1.2.3 is the section; 5 000 000 cells",
    ],
)
def test_reserved_ranges_public_lines_and_clinical_numbers_are_not(text):
    assert found(text) == []


@settings(deadline=None)
@given(st.integers(200, 999), st.integers(200, 999), st.integers(0, 9999))
def test_a_north_american_number_is_allowed_only_at_555_01xx(area, exchange, line):
    text = f"Phone: {area}-{exchange}-{line:04d}"
    reserved = exchange == 555 and line // 100 == 1
    assert (found(text) == []) == (
        reserved or area == 999 or f"{area}{exchange}{line:04d}" in ALLOWED.public_lines
    )


@settings(deadline=None)
@given(st.integers(1, 899), st.integers(1, 99), st.integers(1, 9999))
def test_an_issued_social_security_number_is_never_allowed(area, group, serial):
    assert bool(found(f"SSN {area:03d}-{group:02d}-{serial:04d}")) == (area != 666)
