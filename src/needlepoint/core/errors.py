"""What can a person have done wrong, and how do we tell them where?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with a file: where, what was found, what to do."""

    where: str  # "line 9", "entries[3].nrs_before (line 12)"
    what: str  # one or two sentences: what was found, what was expected, how to mend it

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class NeedlepointError(Exception):
    """A person's mistake, told in a sentence that says what to do. Never our own fault."""


class UnreadableFile(NeedlepointError):
    """A file cannot be understood; every fault in it is listed at once."""

    def __init__(self, name: str, faults: tuple[Fault, ...]) -> None:
        self.name = name
        self.faults = faults
        count = "1 problem" if len(faults) == 1 else f"{len(faults)} problems"
        super().__init__("\n".join([f"{name}: {count}", *(f"  {fault}" for fault in faults)]))


class KnowledgeFault(UnreadableFile):
    """A knowledge file breaks the rules of the knowledge base."""


class UnknownKnowledge(NeedlepointError):
    """Something was asked for that the knowledge base does not hold."""


class RefusedEntry(NeedlepointError):
    """An entry cannot be written: every fault in it, beside the field it is about."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What to change, a sentence a fault."""
        return tuple(fault.what for fault in self.faults)


class RefusedFile(NeedlepointError):
    """A file is too large, of a kind that is not taken, or not what it says it is."""


class DamagedStore(NeedlepointError):
    """What is stored is not what was written, or a backup is not what was backed up."""


class RefusedPlan(NeedlepointError):
    """A procedure cannot be carried out as it was planned; says what to change."""
