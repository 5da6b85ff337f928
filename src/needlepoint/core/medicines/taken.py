"""What does this patient take, what not, and what was never asked?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from needlepoint.core.chart import Medication, State
from needlepoint.core.knowledge import Vocabulary
from needlepoint.core.medicines.resolve import Medicine, resolve
from needlepoint.core.record import PatientRecord, Said

EVERYTHING = frozenset(
    ("any", "other", "others", "none", "other medicines", "any other medicine", "all others",
     "no other medicines", "nothing else")
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One ingredient that the patient takes, or took until lately."""

    ingredient: str
    classes: tuple[str, ...]
    medicine: Medicine
    said: Said[Medication]

    @property
    def last_taken(self) -> datetime | None:
        return self.said.statement.last_taken

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

    def of(self, *names: str) -> tuple[Taken, ...]:
        """Everything taken that is one of these ingredients or classes."""
        return tuple(one for one in self.taken if one.is_one_of(names))

    def state(self, vocabulary: Vocabulary, *names: str) -> tuple[State, tuple[str, ...]]:
        """Whether one of these is taken: present, absent or never asked; with the entries."""
        found = self.of(*names)
        if found:
            return State.PRESENT, tuple(one.said.entry for one in found)
        if self.is_complete and not self.questions:
            return State.ABSENT, (self.complete_entry,) if self.complete_entry else ()
        denied = {name: entry for name, entry in self.denied}
        wanted = [name for name in names if name not in denied]
        for name in wanted:  # a class is denied when each of its members is
            members = vocabulary.of_class(name)
            if not members or not all(member in denied for member in members):
                return State.UNEXAMINED, ()
        return State.ABSENT, tuple(dict.fromkeys(denied[n] for n in names if n in denied))


def medicines_of(record: PatientRecord, vocabulary: Vocabulary) -> PatientMedicines:
    """Read the medicine statements that stand.

    Of two under one name the later counts. Two names of one ingredient are two lines, because a
    slow and a quick preparation are taken side by side; stopping the ingredient stops both.
    """
    last: dict[tuple[str, str], Taken] = {}
    denied: dict[str, str] = {}
    questions: list[tuple[str, str]] = []
    complete: str | None = None
    for said in sorted(record.medications, key=lambda one: one.occurred_at):
        one = said.statement
        name = " ".join(one.name.lower().split())
        if one.state is State.ABSENT and name in EVERYTHING:
            complete = said.entry
            continue
        if one.state is State.UNEXAMINED:
            continue
        if one.state is State.ABSENT and (named := _class_named(name, vocabulary)):
            for word in named:
                denied[word] = said.entry
            continue
        medicine = resolve(_line(one), vocabulary)
        if not medicine.is_understood:
            if one.state is State.PRESENT and medicine.question:
                questions.append((medicine.question, said.entry))
            for word in medicine.classes if one.state is State.ABSENT else ():
                denied[word] = said.entry
            continue
        for ingredient in medicine.ingredients:
            if one.state is State.ABSENT:
                denied[ingredient] = said.entry
                last = {key: taken for key, taken in last.items() if key[0] != ingredient}
            else:
                denied.pop(ingredient, None)
                classes = vocabulary.ingredients[ingredient].classes
                last[(ingredient, name)] = Taken(
                    ingredient=ingredient, classes=classes, medicine=medicine, said=said
                )
    return PatientMedicines(
        taken=tuple(last.values()),
        denied=tuple(denied.items()),
        is_complete=complete is not None,
        complete_entry=complete,
        questions=tuple(questions),
    )


def _line(one: Medication) -> str:
    return " ".join(part for part in (one.name, one.dose, one.frequency) if part)


def _class_named(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """A class by its id or label, or nothing."""
    word = name.replace(" ", "_").replace("-", "_").rstrip("s")
    for one in vocabulary.classes.values():
        if word in (one.id, one.id.rstrip("s")) or name == one.label.lower():
            return (one.id,)
    return ()
