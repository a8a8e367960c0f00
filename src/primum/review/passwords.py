"""Passwords as argon2id hashes. The package is needed for teams only, so it is loaded when it is used."""

from functools import cache
from typing import TYPE_CHECKING

from primum.errors import PrimumError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST, LONGEST = 12, 200


def check_argon2() -> None:
    """One clear line if the package is missing."""
    _hasher()


def hashed(password: str) -> str:
    """The hash to store, with its salt and its parameters."""
    return _hasher().hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is the password. Without a stored hash it takes as long and is False."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        right = _hasher().verify(stored or _of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


def check_strength(password: str, login: str) -> None:
    """Length is what counts; the rest is left to the person."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise PrimumError(f"a password has {SHORTEST} to {LONGEST} characters; a few words will do")
    if len(set(password)) < 5 or login.casefold() in password.casefold():
        raise PrimumError("this password is too easy to guess; take a few words that do not belong together")


@cache
def _hasher() -> "PasswordHasher":
    try:
        from argon2 import PasswordHasher
    except ImportError:
        raise PrimumError("accounts need argon2; install it with: pip install 'primum[team]'") from None
    return PasswordHasher()  # the profile RFC 9106 names for memory-constrained machines


@cache
def _of_nobody() -> str:
    return hashed("a password that no account has")
