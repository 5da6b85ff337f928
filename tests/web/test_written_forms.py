"""What a form says is written whole and once; what the store refuses comes back to the form."""

from __future__ import annotations

import pytest
from django import forms

from needlepoint.core.chart import Goal, Retraction
from needlepoint.core.errors import RefusedEntry
from needlepoint.store.reading import chart_from_store
from needlepoint.web.patients.opened import Opened
from needlepoint.web.patients.writing import write, write_form
from web.people import entries, practice


class GoalForm(forms.Form):
    once = forms.CharField()


def opened(clinic) -> Opened:
    return Opened(user=clinic.user, patient=clinic.patient, bar=None, record=None,  # type: ignore[arg-type]
                  chart=chart_from_store(clinic.patient.chart_id))  # fmt: skip


def test_a_form_that_is_sent_twice_is_written_once(sqlite: str) -> None:
    clinic = practice(case=None)
    form = GoalForm({"once": "a" * 60})
    assert form.is_valid()
    for _ in range(2):
        assert write_form(opened(clinic), form, [Goal(words="walk"), Goal(words="sleep")])
    assert [said.words for said in entries(clinic.patient.pk)] == ["walk", "sleep"]


def test_one_refused_statement_keeps_all_of_them_out_and_the_form_says_why(sqlite: str) -> None:
    clinic = practice(case=None)
    form = GoalForm({"once": "b"})
    assert form.is_valid()
    said = [Goal(words="walk"), Retraction(entry="unheard-of", reason="A slip.")]
    assert not write_form(opened(clinic), form, said)
    assert form.errors and not entries(clinic.patient.pk)
    with pytest.raises(RefusedEntry):
        write(opened(clinic), said)
