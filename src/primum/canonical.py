"""One way to turn data into bytes, and bytes into an address.

Everything that is hashed (requests, scenarios, protocols, rubrics) goes through here, so that two machines
that mean the same thing compute the same address.
"""

from hashlib import sha256
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(order="deterministic")


def canonical_bytes(value: Any) -> bytes:
    """JSON with sorted keys and no spaces.

    >>> canonical_bytes({"b": 1, "a": [True, None]})
    b'{"a":[true,null],"b":1}'
    """
    return _encoder.encode(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, as hex."""
    return sha256(canonical_bytes(value)).hexdigest()


def fraction(*parts: str | int) -> float:
    """A reproducible pseudo-random number in [0, 1) that depends only on the parts.

    >>> fraction("seed", 1) == fraction("seed", 1)
    True
    """
    raw = sha256("\x1f".join(map(str, parts)).encode()).digest()
    return int.from_bytes(raw[:7], "big") / 2**56
