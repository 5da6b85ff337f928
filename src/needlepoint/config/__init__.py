"""Where do knowledge and caches live on this machine?"""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def knowledge_root() -> Path:
    """The folder of knowledge files: NEEDLEPOINT_KNOWLEDGE, the installed copy, or the checkout's.

    Raises:
        FileNotFoundError: none of them exists; the message says what to set.
    """
    named = os.environ.get("NEEDLEPOINT_KNOWLEDGE")
    candidates = [Path(named)] if named else [_PACKAGE / "_knowledge", _checkout() / "knowledge"]
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    looked = ", ".join(str(candidate) for candidate in candidates)
    raise FileNotFoundError(
        f"No knowledge files at {looked}. Set NEEDLEPOINT_KNOWLEDGE to the folder that holds them."
    )


def cache_dir() -> Path:
    """Where compiled knowledge is kept: NEEDLEPOINT_CACHE, or the user's cache folder."""
    from platformdirs import user_cache_path

    named = os.environ.get("NEEDLEPOINT_CACHE")
    return Path(named) if named else user_cache_path("needlepoint", appauthor=False)


def policies_folder() -> Path | None:
    """A folder with policies of payers beside the knowledge: NEEDLEPOINT_POLICIES."""
    named = os.environ.get("NEEDLEPOINT_POLICIES")
    return Path(named) if named else None


def earlier_knowledge() -> dict[str, Path]:
    """Earlier editions to compare with, by name: subfolders of NEEDLEPOINT_KNOWLEDGE_EARLIER."""
    named = os.environ.get("NEEDLEPOINT_KNOWLEDGE_EARLIER")
    folder = Path(named) if named else None
    if folder is None or not folder.is_dir():
        return {}
    return {one.name: one for one in sorted(folder.iterdir()) if (one / "sources").is_dir()}


def _checkout() -> Path:
    return _PACKAGE.parent.parent
