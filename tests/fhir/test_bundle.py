"""FHIR R4 in: understood, listed, or refused; never guessed."""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.errors import NeedlepointError
from needlepoint.fhir import read_bundle
from needlepoint.files.charts import document_of

GOLDEN = Path(__file__).parent / "golden"


def statements(bundle: dict, knowledge) -> tuple[list, list[str]]:
    chart, notes = read_bundle(bundle, knowledge, name="bundle")
    return [entry.statement for entry in chart.entries], notes


@pytest.mark.parametrize("name", sorted(p.stem for p in GOLDEN.glob("*.json")))
def test_golden_bundles_become_the_entries_on_file(name: str, knowledge) -> None:
    _, document = document_of(GOLDEN / f"{name}.json")
    chart, notes = read_bundle(document.data, knowledge, name=name)
    lines = [f"{e.occurred_at:%Y-%m-%d} {e.author}: {said(e.statement)}" for e in chart.entries]
    expected = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    assert [*lines, "-- left out", *notes] == expected


def said(statement: object) -> str:
    """The statement with what it says, without what it leaves open."""
    given = {
        f.name: value
        for f in dataclasses.fields(statement)  # type: ignore[arg-type]
        if (value := getattr(statement, f.name)) not in (f.default, None, (), {})
    }
    return f"{type(statement).__name__}({', '.join(f'{k}={v!r}' for k, v in given.items())})"


def bundle() -> dict:
    return json.loads((GOLDEN / "back_pain.json").read_text())


def test_two_patients_are_refused(knowledge) -> None:
    doubled = bundle()
    doubled["entry"].append({"resource": {"resourceType": "Patient", "id": "other"}})
    with pytest.raises(NeedlepointError, match="2 patients"):
        read_bundle(doubled, knowledge, name="b")


@pytest.mark.parametrize("key", ["subject", "patient"])
def test_what_is_about_somebody_else_is_refused(knowledge, key: str) -> None:
    mixed = bundle()
    mixed["entry"].append({"resource": {
        "resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "latex"},
        key: {"reference": "Patient/somebody-else"}}})  # fmt: skip
    with pytest.raises(NeedlepointError, match="not the patient of this bundle"):
        read_bundle(mixed, knowledge, name="b")


def test_a_patient_is_known_by_id_and_by_full_url(knowledge) -> None:
    named = bundle()
    for entry in named["entry"]:
        if entry["resource"]["resourceType"] == "Patient":
            entry["fullUrl"] = "urn:uuid:88f1"
        elif "subject" in entry["resource"]:
            entry["resource"]["subject"] = {"reference": "urn:uuid:88F1"}
    assert len(statements(named, knowledge)[0]) == len(statements(bundle(), knowledge)[0])


def test_what_carries_no_date_was_on_file_by_the_latest_day_named(knowledge) -> None:
    undated = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": {"resourceType": "Patient", "id": "p", "gender": "female"}},
        {"resource": {"resourceType": "Condition", "id": "c", "recordedDate": "2025-03-01",
                      "code": {"text": "sciatica"}}},
        {"resource": {"resourceType": "AllergyIntolerance", "id": "a", "code": {"text": "latex"},
                      "recordedDate": "2026-02-01T23:30:00-05:00"}}]}  # fmt: skip
    chart, _ = read_bundle(undated, knowledge, name="b")
    assert {
        str(e.occurred_at.date()) for e in chart.entries if e.statement.kind == "demographics"
    } == {"2026-02-01"}
    del undated["entry"][1:]
    with pytest.raises(NeedlepointError, match="neither the resource nor the bundle says when"):
        read_bundle(undated, knowledge, name="b")


def test_pain_above_ten_is_refused(knowledge) -> None:
    pained = bundle()
    pained["entry"].append({"resource": {
        "resourceType": "Observation", "id": "n", "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "72514-3"}]},
        "effectiveDateTime": "2026-01-01", "valueQuantity": {"value": 14}}})  # fmt: skip
    with pytest.raises(NeedlepointError, match="runs from 0 to 10"):
        read_bundle(pained, knowledge, name="b")


def test_a_refuted_or_resolved_condition_is_absent(knowledge) -> None:
    changed = bundle()
    condition = next(e["resource"] for e in changed["entry"]
                     if e["resource"]["resourceType"] == "Condition")  # fmt: skip
    condition["clinicalStatus"] = {"coding": [{"code": "resolved"}]}
    said, notes = statements(changed, knowledge)
    assert not [s for s in said if s.kind == "complaint"]
    assert any("resolved" in note for note in notes)


def test_a_fault_names_the_resource(knowledge) -> None:
    changed = bundle()
    patient = changed["entry"][0]["resource"]
    patient["birthDate"] = "1850-01-01"
    with pytest.raises(NeedlepointError, match=r"Patient/p1.*over 120"):
        read_bundle(changed, knowledge, name="b")


def _paths(data, path=()):
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _paths(value, (*path, key))
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from _paths(value, (*path, n))


PATHS = [path for path in _paths(bundle()) if path]


@given(
    path=st.sampled_from(PATHS),
    value=st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([])
    | st.just({}) | st.just([{}]) | st.just({"value": "x"}),
)  # fmt: skip
def test_a_damaged_bundle_is_read_or_refused(knowledge, path, value) -> None:
    damaged = copy.deepcopy(bundle())
    place = damaged
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    try:
        read_bundle(damaged, knowledge, name="b")
    except NeedlepointError as error:
        assert str(error)
