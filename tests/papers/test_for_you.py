"""“For you in particular” speaks to the patient: plain words in two languages, on the rule's ground."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from needlepoint.core.assess import Assessment, assess
from needlepoint.core.papers import Basis, Identity, Sentence, consent
from needlepoint.core.papers.for_you import for_you
from needlepoint.core.papers.for_you_words import ABOUT, NONE, RULES, UNTOLD, plain_reason
from needlepoint.core.papers.words import word
from needlepoint.core.rules import Outcome
from needlepoint.files import read_case, read_chart
from needlepoint.papers import as_text

AS_OF = datetime(2026, 3, 3, 9, tzinfo=UTC)
CASES = sorted((Path(__file__).parents[2] / "cases" / "safety").rglob("*.yaml"))
PERSON = {"kind": "demographics", "birth_year": 1960, "sex": "female", "weight_kg": 90}
PLAN = {"kind": "planned_procedure", "technique": "lumbar_interlaminar_epidural",
        "targets": [{"kind": "disc", "segment": "L4-L5"}], "at": AS_OF + timedelta(days=7)}  # fmt: skip
KNEE = {"kind": "planned_procedure", "technique": "genicular_nerve_block", "sedation": "none",
        "targets": [{"kind": "knee_joint", "side": "right"}], "at": AS_OF + timedelta(days=7)}  # fmt: skip


def assessed(knowledge: Any, *entries: dict[str, Any], plan: dict[str, Any] = PLAN) -> Assessment:
    pain = {"kind": "complaint", "name": "pain", "presentation": "leg_dominant", "side": "left"}
    chart = read_chart({"as_of": AS_OF, "entries": [PERSON, pain, plan, *entries]},
                       knowledge=knowledge)  # fmt: skip
    return assess(chart, knowledge, with_intervals=False)


def said(result: Assessment, language: Any = "en") -> list[Sentence]:
    return list(for_you(result.planned[0], language))


def test_every_contraindication_and_every_rule_has_words_for_the_patient(knowledge) -> None:
    for one in knowledge.guidance.safety.contraindications:
        assert one.id == "consent" or plain_reason("", one.id) != UNTOLD, one.id
    for en, es in (*ABOUT.values(), *RULES.values(), UNTOLD, NONE):
        assert en != es and en.endswith(".") and es.endswith(".")
        for clinical in ("mg", "HbA1c", "contraindicat", "Gy", "anticoagulation", "µg"):
            assert clinical not in en and clinical not in es


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_no_sentence_is_the_clinicians_and_every_ground_is_kept(path: Path, knowledge) -> None:
    case = read_case(path, knowledge=knowledge)
    found = assess(case.chart, knowledge, as_of=case.as_of, with_intervals=False)
    for one in found.planned:
        weighs = [
            r
            for v in one.safety.verdicts
            for r in v.reasons
            if (r.caution or r.outcome is Outcome.HOLD) and r.about != "consent"
        ]
        english, spanish = (list(for_you(one, language)) for language in ("en", "es"))
        assert len(english) == len(spanish)
        assert not {s.says for s in english} & {s.says for s in spanish}
        assert not {s.says for s in (*english, *spanish)} & {r.says for r in weighs}
        assert {n for s in english for n in s.rests_on} == {n for r in weighs for n in r.rests_on}
        assert {e for s in english for e in s.entries} == {e for r in weighs for e in r.entries}


def test_a_diabetic_is_told_of_the_sugar_and_a_drug_by_its_name(knowledge) -> None:
    result = assessed(
        knowledge, {"kind": "condition", "name": "diabetes"},
        {"kind": "medication", "name": "Eliquis", "last_taken": AS_OF},
        plan={**PLAN, "at": AS_OF + timedelta(hours=12)},
    )  # fmt: skip
    english, spanish = (" ".join(s.says for s in said(result, one)) for one in ("en", "es"))
    assert "You have diabetes" in english and "because of apixaban" in english
    assert "Tiene diabetes" in spanish and "por apixabán" in spanish


def test_what_nobody_asked_is_said_and_never_that_nothing_was_found(knowledge) -> None:
    last = said(assessed(knowledge))[-1]
    assert (last.basis, last.says) == (Basis.MISSING, word("not_asked", "en"))
    assert NONE[0] not in {s.says for s in said(assessed(knowledge))}


def test_a_spanish_consent_names_the_place_and_the_medicines_in_spanish(knowledge) -> None:
    result = assessed(knowledge, plan=KNEE)
    others = [o for c in result.complaints for o in c.plan.options]
    paper = consent(result.planned[0], result.record, None, others, Identity(name="Ana"), knowledge,
                    language="es")  # fmt: skip
    text = as_text(paper)
    assert "lado derecho" in text and "right" not in text and "knee joint" not in text


def test_every_treatment_has_a_spanish_name(knowledge) -> None:
    lacking = [t.id for t in knowledge.therapies.values() if not t.label_es]
    same = [t.id for t in knowledge.therapies.values() if t.label_es == t.label]
    assert lacking == [] and same == []
