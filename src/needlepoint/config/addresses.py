"""At what address do browsers reach the clinic? For links that the command line prints."""

from __future__ import annotations

from needlepoint.config import environment


def address_of_clinic(path: str) -> str:
    """The address of a path; of this machine if no host is set."""
    host = environment.hosts()[0].lstrip("*.")
    return f"https://{host or 'localhost'}{path}"
