"""How much of the guidance rests on something that was read, and which dangerous values do not?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from needlepoint.core.knowledge import Grounded, Knowledge, is_verified


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """The values of one folder."""

    folder: str
    values: int
    verified: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopState:
    """Values in which a mistake could do lasting harm, and those of them that nobody read."""

    values: int
    unread: tuple[str, ...]  # folder and the extracts they rest on

    @property
    def read(self) -> int:
        return self.values - len(self.unread)


def folder_states(knowledge: Knowledge) -> tuple[FolderState, ...]:
    """Every number, span, word, row and criterion of the guidance that names its grounds."""
    return tuple(
        FolderState(
            folder=folder,
            values=len(found),
            verified=sum(is_verified(one, knowledge) for one in found),
        )
        for folder, found in _by_folder(knowledge).items()
        if found
    )


def stop_state(knowledge: Knowledge, folder: str = "safety") -> StopState:
    """The values of a folder that rest on an extract of severity `stop`."""
    unread: list[str] = []
    values = 0
    for where, found in _by_folder(knowledge).items():
        for one in found if where.startswith(folder) else ():
            names = [n for n in one.rests_on if n in knowledge.extracts]
            if not any(knowledge.extracts[name].severity == "stop" for name in names):
                continue
            values += 1
            if not is_verified(one, knowledge):
                unread.append(f"{where}: {', '.join(names)}")
    return StopState(values=values, unread=tuple(sorted(unread)))


def _by_folder(knowledge: Knowledge) -> dict[str, list[Grounded]]:
    safety, guidance = knowledge.guidance.safety, knowledge.guidance
    doses = (safety.anaesthetics, safety.steroids, safety.opioids)
    return {
        "safety/bleeding": list(_grounded(safety.bleeding)),
        "safety/doses": list(_grounded(doses)),
        "safety/facts": list(_grounded(safety.facts)),
        "safety/contraindications": list(_grounded(safety.contraindications)),
        "safety/cards": list(_grounded(safety.cards)),
        "technique": list(_grounded(guidance.techniques)),
        "eligibility": list(_grounded(guidance.policies)),
        "neuromodulation": list(_grounded(guidance.neuromodulation)),
        "measures": list(_grounded(guidance.instruments)),
        "follow_up": list(_grounded(guidance.follow_up)),
    }


def _grounded(item: Any) -> Iterator[Grounded]:
    """Whatever names its grounds, at any depth; a row without grounds of its own is not counted."""
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        parts = [getattr(item, field.name) for field in dataclasses.fields(item)]
        inner = [one for part in parts for one in _grounded(part)]
        if hasattr(item, "judged") and (getattr(item, "rests_on", None) or not inner):
            yield cast(Grounded, item)
        yield from inner
    elif isinstance(item, Mapping):
        for value in item.values():
            yield from _grounded(value)
    elif isinstance(item, tuple | list):
        for value in item:
            yield from _grounded(value)
