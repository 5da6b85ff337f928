"""Secrets that are shown once: long ones for links, short ones that are read aloud."""

from __future__ import annotations

import hashlib
import secrets

_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # none that is taken for another when read aloud
CODE_LENGTH = 8


def new_token() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A secret that is short enough to be told; it needs a limit of tries beside it."""
    return "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))


def as_typed(code: str) -> str:
    """A code without the spaces and dashes that people put into it."""
    return "".join(code.upper().split()).replace("-", "")


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
