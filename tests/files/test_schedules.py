"""A schedule of follow-up that could not be kept is refused, with what to change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from needlepoint.core.knowledge import FollowUpSchedule, FollowUpTime, Knowledge
from needlepoint.core.plan.follow_up import follow_ups
from needlepoint.core.record import fold
from needlepoint.files.follow_up import schedule_faults


def time(day: int, from_day: int, to_day: int, *instruments: str) -> FollowUpTime:
    return FollowUpTime(day=day, from_day=from_day, to_day=to_day, says="then", says_es="entonces",
                        instruments=instruments or ("nrs",))  # fmt: skip


def with_schedule(knowledge: Knowledge, **said: Any) -> Knowledge:
    one = FollowUpSchedule(
        **{"id": "own", "says": "Own", "groups": (), "times": (time(30, 20, 40),),
           "source_file": "follow_up/own.yaml", **said}
    )  # fmt: skip
    follow_up = {**knowledge.guidance.follow_up, "own": one}
    return replace(knowledge, guidance=replace(knowledge.guidance, follow_up=follow_up))


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"times": (time(30, 31, 60),)}, "outside its own window"),
        ({"times": (time(30, 28, 34),)}, "widen it"),
        ({"times": (time(30, 20, 45), time(60, 45, 80))}, "touch. Part them"),
        ({"times": (time(30, 20, 45, "nsr"),)}, "no questionnaire"),
        ({"times": (time(30, 20, 45, "phq9"),)}, "acted on today"),
        ({"times": (time(30, 20, 45, "odi"),)}, "not free"),
        ({"groups": ("facet_radiofreqency",)}, "the group of no technique"),
        ({"groups": ("facet_radiofrequency",)}, "also belongs to"),
    ],
)
def test_a_schedule_that_cannot_be_kept_is_refused(
    knowledge: Knowledge, said: dict[str, Any], what: str
) -> None:
    found = [fault.what for _, fault in schedule_faults(with_schedule(knowledge, **said))]
    assert len(found) == 1 and what in found[0]


def test_what_ships_has_no_fault_and_the_usual_one_cannot_be_left_out(knowledge: Knowledge) -> None:
    assert list(schedule_faults(knowledge)) == []
    none = replace(knowledge, guidance=replace(knowledge.guidance, follow_up={}))
    assert "usual.yaml is missing" in next(schedule_faults(none))[1].what


def test_every_technique_that_ships_has_a_schedule(knowledge: Knowledge) -> None:
    guidance = knowledge.guidance
    of = {t.id: guidance.schedule_of(t) for t in guidance.techniques.values()}
    assert all(of.values())
    named = {id: one.id for id, one in of.items() if one is not None}
    assert named["lumbar_medial_branch_radiofrequency"] == "lesion"
    assert named["lumbar_interlaminar_epidural"] == "injection"
    assert named["vertebral_augmentation"] == "usual"


def test_a_knowledge_base_without_schedules_asks_nobody(small: Knowledge) -> None:
    import toy

    assert follow_ups(fold(toy.chart(), as_of=toy.NOON), small) == ()
