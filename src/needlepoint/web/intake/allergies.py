"""The pages of allergies: a list of yes and no, others in the patient's words, how these read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from needlepoint.core.chart import Allergy, State, Statement
from needlepoint.core.medicines import Medicine, resolve
from needlepoint.web.intake.asking import Asking
from needlepoint.web.intake.background import YesNoList
from needlepoint.web.intake.fields import PatientForm, Says
from needlepoint.web.intake.readings import (
    Line,
    answer_of,
    mark_of,
    names_of,
    reading_field,
    shown_answer,
)
from needlepoint.web.phone.fields import lines, yes_no
from needlepoint.web.phone.words import two_languages

MOST, LONGEST = 40, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One line: to what, and what happened."""

    line: str
    substance: str
    reaction: str


class Allergies(YesNoList):
    """The list, and what else; its own words are read back on the next page."""

    title, list_name = "allergies_title", "allergies"

    def build(self) -> None:
        super().build()
        t = self.asking.t
        self.fields["others"] = yes_no(t["allergies_other"], t=t)
        self.fields["which"] = lines(t["allergies_which"], hint=t["allergies_example"])

    def clean_which(self) -> str:
        """Nothing is cut off: an allergy that is lost silently would count as none."""
        typed: str = self.cleaned_data["which"]
        found = written(typed)
        if len(found) > MOST:
            raise forms.ValidationError(self.asking.t["too_many_lines"].format(most=MOST))
        long = next((one.line for one in found if len(one.line) > LONGEST), None)
        if long is not None:
            says = self.asking.t["line_too_long"].format(begins=f"{long[:40]}…")
            raise forms.ValidationError(says)
        return typed

    def says(self) -> Says:
        states = self.states()
        said: list[Statement] = [
            Allergy(substance=name.replace("_", " "), state=state) for name, state in states.items()
        ]
        typed = written(self.cleaned_data.get("which") or "")
        data: Any = self.asking.data(Substances.name) or {}
        said += Substances(data, asking=self.asking, step=self.step).allergies()
        every = len(states) == len(two_languages(self.file)["allergies"])
        # “No others” holds for everything else only where nothing on the list was left open.
        if every and self.cleaned_data.get("others") == "no" and not typed:
            said.append(Allergy(substance="other", state=State.ABSENT))
        return {"allergies": tuple(said)}


class Substances(PatientForm):
    """How each line was read: yes, or no, not that one."""

    name = "substances"
    title, hint = "understood_title", "substances_hint"
    template = "intake/understood.html"

    def build(self) -> None:
        asking = self.asking
        vocabulary = asking.knowledge.guidance.vocabulary
        for one, medicine in self.read:
            field = reading_field(medicine, vocabulary, asking.t, asking.language)
            if field is not None:
                self.fields[f"which-{mark_of(one.line)}"] = field

    @property
    def read(self) -> tuple[tuple[Written, Medicine], ...]:
        return read(self.asking)

    def allergies(self) -> list[Statement]:
        """Each line as it was typed, or what the patient says it is, with the line beside it."""
        self.is_valid()
        return [
            self._allergy(one, medicine, self.cleaned_data.get(f"which-{mark_of(one.line)}"))
            for one, medicine in self.read
        ]

    def _allergy(self, one: Written, medicine: Medicine, said: Any) -> Allergy:
        answer = answer_of(medicine, said)
        picked = ", ".join(name.replace("_", " ") for name in answer.picked)
        return Allergy(
            substance=picked or one.substance, reaction=one.reaction or None,
            as_written=one.line if picked else None, not_meant=answer.not_meant,
        )  # fmt: skip

    def shown(self) -> list[str]:
        asking, said = self.asking, self.cleaned_data
        vocabulary = asking.knowledge.guidance.vocabulary
        lines = [
            shown_answer(one.line, answer_of(medicine, said.get(f"which-{mark_of(one.line)}")),
                         vocabulary, asking.t, asking.language)
            for one, medicine in self.read
        ]  # fmt: skip
        return [line for line in lines if line]

    def says(self) -> Says:
        data: Any = self.asking.data("allergies") or {}
        first = Allergies(data, asking=self.asking, step=self.step)
        return first.says() if first.is_valid() else {}

    def context(self) -> Mapping[str, Any]:
        vocabulary, language = self.asking.knowledge.guidance.vocabulary, self.asking.language
        shown = [
            Line(
                text=one.line,
                read_as="" if medicine.read_as else names_of(medicine, vocabulary, language),
                is_known=True,  # what is no medicine, such as bees, is well understood
                fields=tuple(self[f] for f in (f"which-{mark_of(one.line)}",) if f in self.fields),
            )
            for one, medicine in self.read
        ]
        return {"lines": [line for line in shown if line.fields]}


def read(asking: Asking) -> tuple[tuple[Written, Medicine], ...]:
    """Each line with the medicine that it may name."""
    vocabulary = asking.knowledge.guidance.vocabulary
    typed = written(asking.one("allergies", "which"))
    return tuple((one, resolve(one.substance, vocabulary)) for one in typed)


def is_read(asking: Asking) -> bool:
    """Whether a line was read as a medicine, which is then shown to the patient."""
    return any(m.ingredients or m.candidates for _, m in read(asking))


def written(text: str) -> tuple[Written, ...]:
    """Each line once: before the colon to what, after it what happened."""
    found = []
    for line in dict.fromkeys(" ".join(one.split()) for one in text.splitlines()):
        substance, _, reaction = line.partition(":")
        if line:
            found.append(
                Written(line=line, substance=substance.strip() or line, reaction=reaction.strip())
            )
    return tuple(found)


__all__ = ["Allergies", "Substances", "is_read"]
