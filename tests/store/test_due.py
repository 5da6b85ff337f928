"""The table of what is due: kept when entries are written, equal to a recomputation, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clinic import a_clinic, a_patient, a_team, a_user
from needlepoint.core.chart import (
    Attestation,
    ImplantedDevice,
    OtherBody,
    PlannedProcedure,
    Procedure,
    Provenance,
    PumpDrug,
    PumpSetting,
    Questionnaire,
    Refill,
    Role,
)
from needlepoint.core.knowledge import Knowledge

NOW = datetime.now(UTC).replace(microsecond=0)
PUMP = PumpSetting(
    drugs=(PumpDrug(name="morphine", concentration_mg_per_ml=10, dose_mg_per_day=2),),
    running=True, model="SynchroMed II 20", catheter_cm=80, alarm_ml=2,
)  # fmt: skip
SAID: tuple[tuple[float, Any], ...] = (
    (50, PUMP),
    (50, Refill(volume_ml=20)),
    (400, Procedure(name="lumbar_medial_branch_radiofrequency", body=OtherBody(details="80 C"))),
    (40, ImplantedDevice(device="scs_generator", implanted_on=date(2026, 1, 1),
                         expected_life_years=5)),
    (3, Attestation(name="authorised_until", value="2027-01-31", note="radiofrequency")),
    (2, PlannedProcedure(technique="lumbar_medial_branch_block", at=NOW + timedelta(days=3))),
    (1, Questionnaire(instrument="PHQ-9", answers={"phq9": 2})),
)  # fmt: skip


def write(patient: Any, author: Any, *said: tuple[float, Any]) -> list[str]:
    from needlepoint.store.writing import append_entry

    return [
        append_entry(
            chart=patient.chart_id, statement=statement, author=str(author.pk),
            role=Role.PHYSICIAN, provenance=Provenance.CLINICIAN_FOUND,
            occurred_at=NOW - timedelta(days=ago),
        ).id
        for ago, statement in said
    ]  # fmt: skip


@pytest.fixture
def people(database: str) -> tuple[Any, Any]:
    clinic = a_clinic()
    team = a_team(clinic)
    return a_patient(clinic, team), a_user(clinic, "physician", team)


def test_the_table_says_after_every_entry_what_a_recomputation_says(
    people: tuple[Any, Any], knowledge: Knowledge
) -> None:
    from needlepoint.store.due import kept, of_chart, refresh

    patient, author = people
    for one in SAID:
        write(patient, author, one)
        assert refresh(knowledge) == 0
        assert kept(patient) == of_chart(patient, knowledge)
    kinds = {one.kind.value for one in kept(patient)}
    assert kinds >= {"refill", "alarm", "follow_up", "device", "authorisation", "planned",
                     "self_harm"}  # fmt: skip


def test_what_was_taken_back_is_due_no_more(people: tuple[Any, Any], knowledge: Knowledge) -> None:
    from needlepoint.store.due import kept, refresh
    from needlepoint.store.writing import retract

    patient, author = people
    (entry,) = write(patient, author, SAID[4])
    refresh(knowledge)
    assert [one.kind for one in kept(patient)] == ["authorisation"]
    retract(chart=patient.chart_id, entry=entry, reason="another patient's",
            author=str(author.pk), role=Role.PHYSICIAN)  # fmt: skip
    refresh(knowledge)
    assert kept(patient) == ()


def test_a_look_tells_few_charts_and_says_how_many_are_left(
    people: tuple[Any, Any], knowledge: Knowledge
) -> None:
    from needlepoint.store.due import kept, rebuild, refresh
    from needlepoint.store.models import DueRow

    patient, author = people
    others = [a_patient(patient.clinic, family_name=f"Other {n}") for n in range(3)]
    for one in (patient, *others):
        write(one, author, SAID[4])
    assert refresh(knowledge, most=1) == 3
    assert refresh(knowledge) == 0
    before = kept(patient)
    DueRow.objects.all().delete()
    assert rebuild(knowledge) == 4 and kept(patient) == before


def test_a_pump_that_stands_still_is_due_at_once(
    people: tuple[Any, Any], knowledge: Knowledge
) -> None:
    import dataclasses

    from needlepoint.store.due import kept, refresh

    patient, author = people
    write(patient, author, (5, PUMP), (5, Refill(volume_ml=20)),
          (0, dataclasses.replace(PUMP, running=False)))  # fmt: skip
    refresh(knowledge)
    assert [(one.kind, one.on) for one in kept(patient)] == [("pump_stopped", NOW.date())]


def test_a_chart_that_cannot_be_told_is_one_row_and_hides_no_other(
    people: tuple[Any, Any], knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    from needlepoint.core.errors import NeedlepointError
    from needlepoint.store import due

    patient, author = people
    other = a_patient(patient.clinic, family_name="Other")
    write(patient, author, SAID[4])
    write(other, author, SAID[4])
    told = due.of_chart

    def refuse_one(one: Any, known: Knowledge) -> Any:
        if one.pk == other.pk:
            raise NeedlepointError("Two computations differ.")
        return told(one, known)

    monkeypatch.setattr(due, "of_chart", refuse_one)
    assert due.refresh(knowledge) == 0
    assert [one.kind for one in due.kept(other)] == ["unread"]
    assert [one.kind for one in due.kept(patient)] == ["authorisation"]
