"""Does a name that a file gives name something?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from needlepoint.core.errors import Fault
from needlepoint.files.typed import closest

Faults = Iterator[tuple[str, Fault]]  # file, and what is wrong in it


def unknown(file: str, where: str, names: Iterable[str], known: Collection[str]) -> Faults:
    """A fault for each name that is not known, with the nearest that is."""
    for name in names:
        if name not in known:
            yield file, Fault(where=where, what=f"{name!r} is not known.{closest(name, known)}")
