"""What a clinician answers to each line, and what becomes of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import forms

from needlepoint.core.chart import Entry, Provenance, Retraction, Role, State, Statement
from needlepoint.store.writing import Draft

_OPPOSITE = {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT}
ANSWERS = ("right", "opposite", "not_so")
_REASONS = {
    "right": "Confirmed with the patient; it stands as a new entry.",
    "opposite": "Corrected with the patient: the opposite is so.",
    "not_so": "Gone through with the patient: not so, or not clear.",
}


class ToldForm(forms.Form):
    """One answer a line; a line that is left alone stays as the patient said it."""

    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, data: Any = None, *, entries: tuple[Entry, ...]) -> None:
        super().__init__(data)
        self.entries = entries
        self.fields["once"].initial = uuid.uuid4().hex
        for entry in entries:
            self.fields[f"line-{entry.id}"] = forms.ChoiceField(
                choices=[(a, a) for a in ("", *ANSWERS)], required=False
            )

    def answers(self) -> Mapping[str, str]:
        """Entry id to answer, of the lines that were answered."""
        every = "all" in self.data
        said = {e.id: self.cleaned_data.get(f"line-{e.id}") or "" for e in self.entries}
        return {id: answer or ("right" if every else "") for id, answer in said.items()}

    def drafts(self, *, author: str, role: Role) -> list[Draft]:
        """Each answered line is taken back and, where it is so, stands anew as found."""
        answers, once = self.answers(), self.cleaned_data["once"] or uuid.uuid4().hex
        made: list[Draft] = []
        for entry in self.entries:
            answer = answers[entry.id]
            if not answer:
                continue
            said: list[Statement] = [Retraction(entry=entry.id, reason=_REASONS[answer])]
            anew = _anew(entry, answer)
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


def _anew(entry: Entry, answer: str) -> Statement | None:
    statement: Any = entry.statement
    if answer == "right":
        return entry.statement
    state = getattr(statement, "state", None)
    if answer == "opposite" and state in _OPPOSITE:
        changes: dict[str, Any] = {"state": _OPPOSITE[state]}
        if hasattr(statement, "last_taken"):
            changes["last_taken"] = None
        opposite: Statement = replace(statement, **changes)
        return opposite
    return None


__all__ = ["ToldForm"]
