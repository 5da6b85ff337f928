"""What does this patient take, what not, and what was never asked?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from needlepoint.core.chart import Medication, State
from needlepoint.core.knowledge import Vocabulary
from needlepoint.core.medicines.resolve import Medicine, resolve
from needlepoint.core.record import PatientRecord, Said

EVERYTHING = frozenset(
    ("any", "other", "others", "none", "other medicines", "any other medicine", "all others",
     "no other medicines", "nothing else", "medications", "medicines", "any medication",
     "any medicine", "no medications", "no medicines", "anything else", "other medications")
)  # fmt: skip
_LAST_TIME_ZONE = timedelta(hours=12)  # a bare date ends last where it is UTC-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One ingredient that the patient takes, or took until lately."""

    ingredient: str
    classes: tuple[str, ...]
    medicine: Medicine
    said: Said[Medication]
    stopped_by: datetime | None = None  # no dose was taken after it; None: still taken

    @property
    def last_taken(self) -> datetime | None:
        """When the last dose was taken, or at the latest can have been; None: not known."""
        return self.said.statement.last_taken or self.stopped_by

    @property
    def label(self) -> str:
        return self.ingredient.replace("_", " ")

    def is_one_of(self, names: tuple[str, ...]) -> bool:
        """Whether it, or one of its classes, is named."""
        return self.ingredient in names or bool(set(self.classes) & set(names))


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientMedicines:
    """The medicine list as far as it could be understood."""

    taken: tuple[Taken, ...]
    denied: tuple[tuple[str, str], ...]  # ingredient or class that is not taken, entry
    is_complete: bool  # somebody said that there is nothing else
    complete_entry: str | None
    questions: tuple[tuple[str, str], ...]  # what to ask, entry
    not_confirmed: tuple[str, ...] = ()  # ingredients that a line reads as, without being settled

    def of(self, *names: str) -> tuple[Taken, ...]:
        """Everything that is one of these ingredients or classes, stopped lately or still taken."""
        return tuple(one for one in self.taken if one.is_one_of(names))

    def current(self, *names: str) -> tuple[Taken, ...]:
        """The same without what was stopped."""
        return tuple(one for one in self.of(*names) if one.stopped_by is None)

    def state(self, vocabulary: Vocabulary, *names: str) -> tuple[State, tuple[str, ...]]:
        """Whether one of these is taken: present, absent or never asked; with the entries."""
        found = self.of(*names)
        if found:
            return State.PRESENT, tuple(one.said.entry for one in found)
        if self.is_complete and not self.questions:
            return State.ABSENT, (self.complete_entry,) if self.complete_entry else ()
        if any(_is_about(one, names, vocabulary) for one in self.not_confirmed):
            return State.UNEXAMINED, ()  # it may be this one after all, whatever else was said
        denied = dict(self.denied)
        entries: list[str] = []
        for name in names:  # a class is denied by name, or when each of its members is
            said = _denial(name, denied, vocabulary)
            if not said:
                return State.UNEXAMINED, ()
            entries += said
        return State.ABSENT, tuple(dict.fromkeys(entries))


def _is_about(ingredient: str, names: tuple[str, ...], vocabulary: Vocabulary) -> bool:
    known = vocabulary.ingredients.get(ingredient)
    return bool({ingredient, *(known.classes if known else ())} & set(names))


def _denial(name: str, denied: dict[str, str], vocabulary: Vocabulary) -> list[str]:
    """The entries by which it is denied; empty if it is not, or only in part."""
    if name in denied:
        return [denied[name]]
    members = [name] if name in vocabulary.ingredients else vocabulary.of_class(name)
    entries = []
    for member in members:
        words = (member, *vocabulary.ingredients[member].classes)
        said = next((denied[word] for word in words if word in denied), None)
        if said is None:
            return []
        entries.append(said)
    return entries


def medicines_of(record: PatientRecord, vocabulary: Vocabulary) -> PatientMedicines:
    """Read the medicine statements that stand.

    Of two under one name the later counts. Two names of one ingredient are two lines, because a
    slow and a quick preparation are taken side by side; stopping the ingredient stops both. What
    was taken and is then said not to be taken was stopped by then at the latest.
    """
    reading = _Reading(vocabulary)
    for entry in record.entries:
        if isinstance(entry.statement, Medication):
            reading.add(
                Said(entry=entry.id, occurred_at=entry.occurred_at, statement=entry.statement)
            )
    return PatientMedicines(
        taken=tuple(reading.last.values()),
        denied=tuple(reading.denied.items()),
        is_complete=reading.complete is not None,
        complete_entry=reading.complete,
        questions=tuple((what, entry) for what, entry in reading.questions.values()),
        not_confirmed=tuple(i for one in reading.not_confirmed.values() for i in one),
    )


class _Reading:
    """The list while it is read, oldest statement first."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.last: dict[tuple[str, str], Taken] = {}
        self.denied: dict[str, str] = {}
        self.questions: dict[str, tuple[str, str]] = {}
        self.not_confirmed: dict[str, tuple[str, ...]] = {}
        self.complete: str | None = None

    def add(self, said: Said[Medication]) -> None:
        one = said.statement
        name = " ".join(one.name.lower().split())
        if one.state is State.UNEXAMINED:
            return
        if one.state is State.ABSENT and name in EVERYTHING:
            self.complete = said.entry
            return
        if one.state is State.ABSENT and (named := _class_named(name, self.vocabulary)):
            self.denied |= dict.fromkeys(named, said.entry)
            return
        medicine = resolve(_line(one), self.vocabulary, one.not_meant)
        self.questions.pop(name, None)
        self.not_confirmed.pop(name, None)
        if not medicine.is_understood:
            self._not_understood(medicine, name, said)
            return
        for ingredient in medicine.ingredients:
            if one.state is State.ABSENT:
                self._absent(ingredient, name, medicine, said)
            else:
                self.denied.pop(ingredient, None)
                self._take(ingredient, name, medicine, said, _stopped(one))

    def _not_understood(self, medicine: Medicine, name: str, said: Said[Medication]) -> None:
        if said.statement.state is State.ABSENT:
            # "No blood thinners" is not said of aspirin: of several groups the first is denied.
            self.denied |= dict.fromkeys(medicine.classes[:1], said.entry)
        elif medicine.question:
            self.questions[name] = (medicine.question, said.entry)
            self.not_confirmed[name] = medicine.not_meant

    def _absent(
        self, ingredient: str, name: str, medicine: Medicine, said: Said[Medication]
    ) -> None:
        self.denied[ingredient] = said.entry
        stopped = _stopped(said.statement)
        earlier = [key for key in self.last if key[0] == ingredient]
        if stopped is not None and not earlier:
            self._take(ingredient, name, medicine, said, stopped)
        for key in earlier:
            one = self.last[key]
            by = min(m for m in (stopped, one.stopped_by, said.occurred_at) if m is not None)
            self._take(ingredient, key[1], one.medicine, one.said, by)

    def _take(
        self,
        ingredient: str,
        name: str,
        medicine: Medicine,
        said: Said[Medication],
        stopped: datetime | None,
    ) -> None:
        self.last[(ingredient, name)] = Taken(
            ingredient=ingredient,
            classes=self.vocabulary.ingredients[ingredient].classes,
            medicine=medicine,
            said=said,
            stopped_by=stopped,
        )


def _stopped(one: Medication) -> datetime | None:
    """The latest moment of the last dose where a day is given on which it was stopped."""
    if one.stopped is None:
        return None
    midnight = datetime.combine(one.stopped, time(), UTC) + timedelta(days=1)
    return midnight + _LAST_TIME_ZONE


def _line(one: Medication) -> str:
    return " ".join(part for part in (one.name, one.dose, one.frequency) if part)


def _class_named(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """A class by its id or label, or nothing."""
    word = name.replace(" ", "_").replace("-", "_").rstrip("s")
    for one in vocabulary.classes.values():
        if word in (one.id, one.id.rstrip("s")) or name == one.label.lower():
            return (one.id,)
    return ()
