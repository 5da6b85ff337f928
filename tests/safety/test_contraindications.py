"""Consent, and groups of contraindications that a chart answers in full."""

from __future__ import annotations

from typing import Any

import pytest

from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules.safety import check_safety
from needlepoint.core.rules.verdict import Outcome

from .conftest import before

PLAN = {"kind": "planned_procedure", "technique": "lumbar_interlaminar_epidural"}


def outcome(knowledge: Knowledge, *entries: dict[str, Any], rule: str = "consent") -> Outcome:
    check = check_safety(before([*entries, PLAN], knowledge))
    return next(v.outcome for v in check.verdicts if v.rule == f"contraindication/{rule}")


def consent(given: bool, to: str = "lumbar_interlaminar_epidural", **more: Any) -> dict[str, Any]:
    return {"kind": "consent", "to": to, "given": given, **more}


def test_consent_is_read_from_its_own_entry(knowledge: Knowledge) -> None:
    assert outcome(knowledge, consent(True)) is Outcome.CLEAR
    assert outcome(knowledge, consent(False)) is Outcome.HOLD
    assert outcome(knowledge) is Outcome.CANNOT_TELL


def test_consent_to_another_procedure_is_none_to_this_one(knowledge: Knowledge) -> None:
    assert outcome(knowledge, consent(True, to="lumbar discography")) is Outcome.CANNOT_TELL


def test_the_last_word_counts_and_of_two_at_once_the_refusal(knowledge: Knowledge) -> None:
    earlier, later = {"occurred_at": "2026-02-01"}, {"occurred_at": "2026-02-20"}
    assert outcome(knowledge, consent(True, **earlier), consent(False, **later)) is Outcome.HOLD
    assert outcome(knowledge, consent(False, **earlier), consent(True, **later)) is Outcome.CLEAR
    assert outcome(knowledge, consent(True, **later), consent(False, **later)) is Outcome.HOLD


@pytest.mark.parametrize("given", ["fluoroscopy", "ultrasound"])
def test_the_planned_guidance_decides_whether_radiation_is_weighed(
    given: str, knowledge: Knowledge
) -> None:
    woman = {"kind": "demographics", "birth_year": 1996, "sex": "female"}
    expecting = {"kind": "condition", "name": "pregnancy"}
    plan = {**PLAN, "technique": "sacroiliac_joint_injection", "guidance": given}
    check = check_safety(before([woman, expecting, plan], knowledge))
    held = [v for v in check.verdicts if v.rule == "contraindication/pregnancy"]
    assert bool(held) is (given == "fluoroscopy")
    assert all(v.outcome is Outcome.HOLD for v in held)


def test_to_lack_one_kind_says_nothing_of_the_rest(knowledge: Knowledge) -> None:
    one = {"kind": "condition", "name": "haemophilia", "state": "absent"}
    whole = {"kind": "condition", "name": "bleeding disorder", "state": "absent"}
    clots = [{"kind": "condition", "name": name, "state": "absent"}
             for name in ("stroke or clot", "recent coronary stent")]  # fmt: skip
    assert outcome(knowledge, one, *clots, rule="bleeding") is Outcome.CANNOT_TELL
    assert outcome(knowledge, whole, *clots, rule="bleeding") is Outcome.CLEAR
    assert outcome(knowledge, {**one, "state": "present"}, rule="bleeding") is Outcome.HOLD


@pytest.mark.parametrize(
    ("since", "wanted"),
    [("2026-01-15", Outcome.HOLD), ("2025-12-02", Outcome.HOLD), ("2025-12-01", Outcome.CANNOT_TELL),
     ("2019-06-01", Outcome.CANNOT_TELL), (None, Outcome.CANNOT_TELL)],
)  # fmt: skip
def test_an_old_stroke_is_no_recent_one(
    since: str | None, wanted: Outcome, knowledge: Knowledge
) -> None:
    for entry in ({"name": "stroke"}, {"name": "cerebral infarction", "code": "I63.9"}):
        stroke = {"kind": "condition", **entry, **({"since": since} if since else {})}
        assert outcome(knowledge, stroke, rule="bleeding") is wanted


def test_to_bear_lidocaine_says_nothing_of_other_amides(knowledge: Knowledge) -> None:
    lidocaine = {"kind": "allergy", "substance": "lidocaine", "state": "absent"}
    rest = [{"kind": "allergy", "substance": s, "state": "absent"}
            for s in ("corticosteroids", "latex", "chlorhexidine")]  # fmt: skip
    nkda = {"kind": "allergy", "substance": "NKDA"}
    assert outcome(knowledge, lidocaine, *rest, rule="allergy") is Outcome.CANNOT_TELL
    assert outcome(knowledge, nkda, *rest, rule="allergy") is Outcome.CLEAR
    assert outcome(knowledge, nkda, rule="allergy") is Outcome.CANNOT_TELL  # latex is no drug
