"""What a clinician answers to each line, and what becomes of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from needlepoint.core.chart import (
    Allergy,
    EarlierTreatment,
    Entry,
    Medication,
    Provenance,
    Retraction,
    Role,
    State,
    Statement,
)
from needlepoint.store.writing import Draft
from needlepoint.web.inbox.pages import has_name

_OPPOSITE = {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT}
ANSWERS = ("right", "opposite", "named", "not_so")
_REASONS = {
    "right": "Confirmed with the patient; it stands as a new entry.",
    "opposite": "Corrected with the patient: the opposite is so.",
    "named": "Corrected with the patient: it is called otherwise; the words are kept beside it.",
    "not_so": "Gone through with the patient: not so, or not clear.",
}


class ToldForm(forms.Form):
    """One answer a line; a line that is left alone stays as the patient said it.

    Args:
        unclear: entries of which it is not clear what is meant: they cannot be right as they stand.
    """

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(
        self, data: Any = None, *, entries: tuple[Entry, ...], unclear: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(data)
        self.entries, self.unclear = entries, unclear
        self.fields["once"].initial = uuid.uuid4().hex
        for entry in entries:
            self.fields[f"line-{entry.id}"] = forms.ChoiceField(
                choices=[(a, a) for a in ("", *ANSWERS)], required=False
            )
            if has_name(entry.statement):
                self.fields[f"name-{entry.id}"] = forms.CharField(required=False, max_length=160)

    def clean(self) -> dict[str, Any]:
        """What is called otherwise needs a name; what is not clear needs to be made clear."""
        said = super().clean() or {}
        for entry in self.entries:
            answer, name = said.get(f"line-{entry.id}"), said.get(f"name-{entry.id}") or ""
            if answer == "named" and not name.strip():
                self.add_error(f"line-{entry.id}", "Write what it is.")
            if name.strip() and answer not in ("", "named"):
                self.add_error(f"line-{entry.id}", "Choose: right, or the name that you wrote.")
            if answer == "right" and entry.id in self.unclear:
                self.add_error(
                    f"line-{entry.id}", "It is not clear what is meant. Write what it is."
                )
        return said

    def typed(self) -> dict[str, tuple[str, str]]:
        """Entry id to the name that was typed and what is wrong with the line."""
        return {
            e.id: (
                str(self.data.get(f"name-{e.id}", "")),
                " ".join(
                    [*self.errors.get(f"line-{e.id}", []), *self.errors.get(f"name-{e.id}", [])]
                ),
            )
            for e in (self.entries if self.is_bound else ())
        }

    def answers(self) -> Mapping[str, str]:
        """Entry id to answer, of the lines that were answered. Who typed a name has corrected; “the
        rest is right” does not reach what is not clear.
        """
        every = "all" in self.data
        said = {}
        for entry in self.entries:
            answer = self.cleaned_data.get(f"line-{entry.id}") or ""
            if not answer and self._name(entry):
                answer = "named"
            rest = "right" if every and entry.id not in self.unclear else ""
            said[entry.id] = answer or rest
        return said

    def drafts(self, *, author: str, role: Role) -> list[Draft]:
        """Each answered line is taken back and, where it is so, stands anew as found."""
        answers, once = self.answers(), self.cleaned_data["once"] or uuid.uuid4().hex
        made: list[Draft] = []
        for entry in self.entries:
            answer = answers[entry.id]
            if not answer:
                continue
            said: list[Statement] = [Retraction(entry=entry.id, reason=_REASONS[answer])]
            anew = _anew(entry, answer, self._name(entry))
            said += [anew] if anew is not None else []
            key = f"{once[:40]}-{entry.id[-12:]}"
            made += [
                Draft(
                    statement=statement, author=author, role=role,
                    provenance=Provenance.CLINICIAN_FOUND,
                    occurred_at=entry.occurred_at if n else None, once=f"{key}-{n}",
                )
                for n, statement in enumerate(said)
            ]  # fmt: skip
        return made

    def _name(self, entry: Entry) -> str:
        return " ".join((self.cleaned_data.get(f"name-{entry.id}") or "").split())


def _anew(entry: Entry, answer: str, name: str) -> Statement | None:
    statement: Any = entry.statement
    if answer == "right":
        return entry.statement
    if answer == "named":
        return renamed(entry.statement, name)
    state = getattr(statement, "state", None)
    if answer == "opposite" and state in _OPPOSITE:
        changes: dict[str, Any] = {"state": _OPPOSITE[state]}
        if hasattr(statement, "last_taken"):
            changes["last_taken"] = None
        opposite: Statement = replace(statement, **changes)
        return opposite
    return None


def renamed(one: Statement, name: str) -> Statement | None:
    """The same by its right name, with the patient's words kept beside it."""
    match one:
        case Medication():
            fresh = any(letter.isdigit() for letter in name)  # the dose was typed with it
            return replace(
                one, name=name, as_written=one.as_written or one.name, not_meant=(),
                dose=None if fresh else one.dose, frequency=None if fresh else one.frequency,
            )  # fmt: skip
        case Allergy():
            words = one.as_written or one.substance
            return replace(one, substance=name, as_written=words, not_meant=())
        case EarlierTreatment():
            return replace(one, treatment=name, as_written=one.as_written or one.treatment)
        case _:
            return None


__all__ = ["ToldForm", "renamed"]
