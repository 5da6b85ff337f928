"""A block that does not say which pain it is about, in a patient with two."""

from __future__ import annotations

from datetime import UTC, datetime

from needlepoint.core.record import fold, unplaced
from needlepoint.files.charts import read_chart

BACK = {"kind": "complaint", "name": "back", "presentation": "axial_low_back"}
KNEE = {"kind": "complaint", "name": "knee", "presentation": "knee"}
BLOCK = {"kind": "diagnostic_block", "id": "block", "block": "sacroiliac_joint_injection",
         "targets": [{"kind": "sacroiliac_joint", "side": "left"}], "nrs_before": 7,
         "relief": {"percent": 80}}  # fmt: skip


def weighed(knowledge, *entries: tuple[dict, str]) -> tuple[dict[str, int], int]:
    """Blocks by complaint, and how many belong nowhere."""
    listed = [{**entry, "occurred_at": day} for entry, day in entries]
    chart = read_chart({"entries": listed}, knowledge=knowledge)
    record = fold(chart, as_of=datetime(2026, 3, 1, tzinfo=UTC))
    return {c.complaint.name: len(c.blocks) for c in record.complaints}, len(unplaced(record))


def test_it_belongs_to_the_only_complaint(knowledge) -> None:
    alone = weighed(knowledge, (BACK, "2026-02-01"), (BLOCK, "2026-02-02"))
    assert alone == ({"back": 1}, 0)
    before = weighed(knowledge, (BLOCK, "2026-01-02"), (BACK, "2026-02-01"))
    assert before == ({"back": 1}, 0)


def test_a_later_complaint_does_not_take_it_away(knowledge) -> None:
    told = ((BACK, "2026-02-01"), (BLOCK, "2026-02-02"), (KNEE, "2026-02-03"))
    assert weighed(knowledge, *told) == ({"back": 1, "knee": 0}, 0)


def test_of_two_complaints_of_its_time_it_is_said_to_belong_to_none(knowledge) -> None:
    told = ((BACK, "2026-02-01"), (KNEE, "2026-02-01"), (BLOCK, "2026-02-02"))
    assert weighed(knowledge, *told) == ({"back": 0, "knee": 0}, 1)
    named = (*told[:2], ({**BLOCK, "complaint": "knee"}, "2026-02-02"))
    assert weighed(knowledge, *named) == ({"back": 0, "knee": 1}, 0)
