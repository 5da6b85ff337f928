"""A chart that cannot be read says where, what and what to do, all at once; nothing else escapes."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.cli.machine import as_data
from needlepoint.core.assess import assess
from needlepoint.core.errors import UnreadableFile
from needlepoint.core.knowledge import Knowledge
from needlepoint.files import read_chart
from needlepoint.files.charts import normal_segment

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEAD = "as_of: 2026-03-01T09:00Z\nentries:\n  - {kind: complaint, name: back, presentation: axial_low_back}\n"


def refused(text: str | bytes, knowledge: Knowledge) -> str:
    with pytest.raises(UnreadableFile) as error:
        read_chart(text, knowledge=knowledge, now=NOW)
    return str(error.value)


def entry(line: str) -> str:
    return HEAD + f"  - {line}\n"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{kind: exam_finding, name: tigh_thrust}", ["line 4", "'tigh_thrust'", "thigh_thrust"]),
        ("{kind: exam_findin, name: thigh_thrust}", ["line 4", "exam_findin", "exam_finding"]),
        ("{kind: exam_finding, name: thigh_thrust, state: maybe}", ["state", "maybe", "unexamined"]),
        ("{kind: exam_finding, name: thigh_thrust, sid: left}", ["sid", "not known here"]),
        ("{kind: exam_finding}", ["name is missing"]),
        ("{name: thigh_thrust}", ["kind is missing"]),
        ("just text", ["an entry is a mapping"]),
        ("{kind: complaint, name: b, presentation: axial_lowback}", ["axial_low_back"]),
        ("{kind: complaint, name: back, presentation: neck}", ["two complaints", "'back'"]),
        ("{kind: complaint, name: b, presentation: neck, nrs_average: 14}", ["nrs_average", "10"]),
        ("{kind: complaint, name: b, presentation: neck, nrs_average: '7'}", ["number"]),
        ("{kind: complaint, name: b, presentation: neck, nrs_average: true}", ["number"]),
        ("{kind: complaint, name: b, presentation: neck, onset: 2027-01-01}", ["onset"]),
        ("{kind: exam_finding, name: thigh_thrust, complaint: knee}", ["complaint 'knee'"]),
        ("{kind: imaging_finding, name: modic_1_on_mri, segment: L7-S1}", ["L7-S1"]),
        ("{kind: imaging_finding, name: facet_arthropathy_on_ct_or_mri, grade: awful}", ["awful"]),
        ("{kind: imaging_finding, name: modic_1_on_mri, grade: mild}", ["has no grades"]),
        ("{kind: pain_drawing, marks: [{zone: buttok, side: left}]}", ["buttok"]),
        ("{kind: pain_drawing, marks: [{zone: lumbar_midline, side: left}]}", ["midline"]),
        ("{kind: pain_drawing, marks: [{zone: groin, side: middle}]}", ["side", "middle"]),
        ("{kind: medication, name: '123'}", ["no name of a medicine"]),
        ("{kind: medication, name: apixaban, last_taken: 2026-05-30T00:00Z}", ["last dose"]),
        ("{kind: demographics, birth_year: 1850}", ["birth_year"]),
        ("{kind: demographics, birth_date: 1903-01-01}", ["over 120"]),
        ("{kind: demographics, birth_date: 2026-05-01}", ["birth"]),
        ("{kind: demographics, weight_kg: 900}", ["weight_kg", "400"]),
        ("{kind: retraction, entry: nothing, reason: typo}", ["entry 'nothing'"]),
        ("{kind: diary_reading, block_entry: b9, reading: {minutes: 30, nrs: 2}}", ["b9"]),
        ("{id: e1, kind: goal, words: walk}", ["the id 'e1'"]),
        ("{kind: goal, words: walk, occurred_at: 2030-01-01}", ["future"]),
        ("{kind: goal, words: walk, occurred_at: soon}", ["not a time"]),
        ("{kind: goal, words: walk, recorded_at: 2026-01-01}", ["before occurred_at"]),
        ("{kind: goal, words: walk, role: king}", ["role", "physician"]),
        ("{kind: goal, words: walk, words: run}", ["given twice"]),
        ("{kind: goal, words: .nan}", ["not a number"]),
        ("{kind: goal, words: !!python/object:os.system x}", ["line 4"]),
        ("{kind: discogram, levels: [{segment: L9-S1, intensity: 8, concordance: exact}]}", ["L9-S1"]),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_place_and_cure(knowledge, line: str, words) -> None:
    message = refused(entry(line), knowledge)
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("block: lumbar_medial_branch_bloc, targets: [{kind: facet_joint, segment: L4-L5, side: left}]",
         ["lumbar_medial_branch_block"]),
        ("block: lumbar_medial_branch_block, targets: [{kind: facet_joint, segment: L4-L5}]",
         ["a block needs its side"]),
        ("block: lumbar_medial_branch_block, targets: [{kind: facet_joint, side: left}]",
         ["has a level"]),
        ("block: lumbar_medial_branch_block, targets: [{kind: facet_joint, segment: L7, side: left}]",
         ["'L7'"]),
        ("block: lumbar_medial_branch_block, targets: [{nerve: medial_branch, level: L9, side: left}]",
         ["'L9'"]),
        ("block: lumbar_medial_branch_block, targets: [{nerve: medial_branch, side: left}]",
         ["add level"]),
        ("block: lumbar_medial_branch_block, targets: []", ["targets is empty"]),
        ("block: lumbar_medial_branch_block, targets: [{side: left}]", ["what was aimed at"]),
        ("block: sacroiliac_joint_injection, targets: [{side: left}], nrs_before: 0", ["nrs_before"]),
        ("block: sacroiliac_joint_injection, targets: [{side: left}], diary: [{minutes: 30, nrs: 1}]",
         ["nrs_before is missing"]),
        ("block: sacroiliac_joint_injection, targets: [{side: left}], agent: {name: lidocane}",
         ["lidocaine"]),
        ("block: sacroiliac_joint_injection, targets: [{side: left}], relief: {percent: 40, word: good}",
         ["give one of"]),
        ("block: sacroiliac_joint_injection, targets: [{side: left}], relief: {word: goodish}",
         ["good"]),
        ("block: sacroiliac_joint_injection, targets: [{side: left}], relief: {percent_range: [80, 50]}",
         ["lower end"]),
        ("block: sacroiliac_joint_injection, targets: [{side: left}], relief: {percent: 130}",
         ["percent", "100"]),
    ],
)  # fmt: skip
def test_a_block_that_cannot_be_is_refused(knowledge, block: str, words) -> None:
    message = refused(entry("{kind: diagnostic_block, " + block + "}"), knowledge)
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty"]),
        ("entries: []\n", ["entries"]),
        ("entries:\n  - {kind: goal, words: x}\n", ["occurred_at is missing"]),
        ("entrys:\n  - {kind: goal}\n", ["'entrys'", "entries"]),
        ("needlepoint: 9\nas_of: 2026-01-01\nentries:\n  - {kind: goal, words: x}\n", ["format 1"]),
        ("a: [1, 2\n", ["line", "not valid YAML"]),
        ("a: &x [1]\nb: *x\nentries: [*x]\n", ["an entry is a mapping"]),
        ("[1, 2, 3]\n", ["mapping"]),
        (b"\xff\xfe\x00", ["not UTF-8"]),
        ("{" * 5000 + "\n", ["nested"]),
        (
            "defaults: {autor: x}\nas_of: 2026-01-01\nentries: [{kind: goal, words: x}]\n",
            ["author"],
        ),
        ("{truncated: [", ["not valid YAML"]),
        ("entries: !!python/object/apply:os.system [id]\n", ["tag", "not read"]),
        ("as_of: 2026-01-01\nentries: &e\n  - *e\n", ["nested too deeply"]),
        (
            "a: &a [x, x, x, x, x, x, x, x, x]\n"
            + "".join(f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in pairwise("abcdefgh")),
            ["more than 400,000 values"],
        ),
        ('as_of: 2026-01-01\nentries: [{kind: goal, words: "a\\e[2Jb"}]\n', ["U+001B", "line 2"]),
        ("as_of: 2026-01-01\nentries: [{kind: goal, words: a\u202eb}]\n", ["U+202E", "Remove it"]),
        ("as_of: 2026-01-01\nentries: [{kind: goal, words: .nan}]\n", [".nan", "line 2"]),
        ("as_of: 2026-01-01\nentries: [{kind: goal, words: " + "9" * 5000 + "}]\n", ["too large"]),
        ('{"entries": ' + "[" * 90_000 + "]" * 90_000 + "}", ["nested"]),
    ],
)
def test_a_broken_file_is_refused(knowledge, text, words) -> None:
    message = refused(text, knowledge)
    for word in words:
        assert word in message


def test_every_fault_is_told_at_once(knowledge) -> None:
    message = refused(
        HEAD + "  - {kind: exam_finding, name: nonsense_test}\n"
        "  - {kind: complaint, name: x, presentation: neck, nrs_worst: 14}\n"
        "  - {kind: goal, words: walk, occurred_at: 2030-01-01}\n",
        knowledge,
    )
    assert "3 problems" in message
    assert all(f"line {n}" in message for n in (4, 5, 6))


def test_a_missing_file_is_named(knowledge, tmp_path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        read_chart(tmp_path / "nobody.yaml", knowledge=knowledge)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("L5/S1", "L5-S1"), ("L5S1", "L5-S1"), ("l4-5", "L4-L5"), ("L4–L5", "L4-L5"),
     ("C2/3", "C2-C3"), ("C7/T1", "C7-T1"), ("t12-l1", "T12-L1"), ("s1", "S1"), ("V2", "V2")],
)  # fmt: skip
def test_segments_are_read_as_people_write_them(written: str, meant: str) -> None:
    assert normal_segment(written) == meant


def test_defaults_sides_and_clocks_are_filled_in(knowledge) -> None:
    chart = read_chart(
        "defaults: {author: dr-b, role: nurse, occurred_at: 2026-02-01}\nentries:\n"
        "  - {kind: complaint, presentation: neck, side: L}\n"
        "  - {kind: exam_finding, name: spurling_test, state: absent, side: bilateral}\n",
        knowledge=knowledge,
        now=NOW,
    )
    first, second = chart.entries
    assert (first.author, first.role, first.provenance) == ("dr-b", "nurse", "patient_said")
    assert first.occurred_at == first.recorded_at == datetime(2026, 2, 1, tzinfo=UTC)
    assert first.statement.side == "left" and second.statement.side == "both"


VALID = (
    "as_of: 2026-03-01T09:00Z\nentries:\n"
    "  - {kind: demographics, birth_year: 1971, sex: female}\n"
    "  - {kind: complaint, name: back, presentation: axial_low_back, side: left}\n"
    "  - {kind: exam_finding, name: thigh_thrust, state: present, side: left}\n"
    "  - {kind: diagnostic_block, block: sacroiliac_joint_injection, targets: [{side: left}],"
    " nrs_before: 7, diary: [{minutes: 30, nrs: 1}]}\n"
)


def read_or_refuse(source: str | bytes, knowledge: Knowledge) -> None:
    try:
        read_chart(source, knowledge=knowledge, now=NOW)
    except UnreadableFile as error:
        assert error.faults and str(error)


@given(source=st.binary(max_size=200))
def test_random_bytes_are_read_or_refused(knowledge, source: bytes) -> None:
    read_or_refuse(source, knowledge)


@given(at=st.integers(0, len(VALID) - 1), new=st.text(max_size=3))
def test_a_damaged_chart_is_read_or_refused(knowledge, at: int, new: str) -> None:
    read_or_refuse(VALID[:at] + new + VALID[at + 1 :] + "\n", knowledge)


ENTRIES = (
    {"kind": "demographics", "birth_year": 1971, "sex": "female"},
    {"kind": "complaint", "name": "back", "presentation": "axial_low_back", "side": "left"},
    {"kind": "pain_drawing", "complete": True, "marks": [{"zone": "groin", "side": "left"}]},
    {"kind": "exam_finding", "name": "thigh_thrust", "state": "present", "side": "left"},
    {"kind": "imaging_finding", "name": "modic_1_on_mri", "state": "present", "segment": "L4-L5"},
    {"kind": "questionnaire", "instrument": "nrs", "score": 6},
    {"kind": "medication", "name": "apixaban", "last_taken": "2026-02-28T03:00Z"},
    {"kind": "earlier_treatment", "treatment": "lumbar RFA", "relief_percent": 70,
     "relief_weeks": 20, "target": {"kind": "facet_joint", "segment": "L4-L5", "side": "left"}},
    {"kind": "discogram", "levels": [{"segment": "L4-L5", "intensity": 8, "concordance": "exact",
                                      "pressure_psi": 40, "annular_grade": 3}]},
    {"kind": "diagnostic_block", "block": "lumbar_medial_branch_block", "nrs_before": 7,
     "targets": [{"kind": "facet_joint", "segment": "L4-L5", "side": "left"}],
     "agent": {"name": "lidocaine", "volume_ml": 0.5}, "diary": [{"minutes": 30, "nrs": 1}]},
)  # fmt: skip
odd = st.sampled_from(
    [None, True, -1, 14, 1e308, 10**30, "", "L7", "L5-S1", "S1-S2", "C0-C1", "both", "midline",
     "2099-01-01", "1800-01-01", [], {}, [[]], {"a": 1}, "absent", 0.5, "facet_joint", "disc"]
)  # fmt: skip


@given(data=st.data())
def test_a_chart_with_a_wrong_value_is_assessed_whole_or_refused(knowledge, data) -> None:
    entries = deepcopy(list(ENTRIES))
    for _ in range(data.draw(st.integers(1, 3))):
        entry = data.draw(st.sampled_from(entries))
        key = data.draw(st.sampled_from(sorted(entry)))
        inner = entry[key]
        if isinstance(inner, list) and inner and isinstance(inner[0], dict):
            inner[0][data.draw(st.sampled_from(sorted(inner[0])))] = data.draw(odd)
        else:
            entry[key] = data.draw(odd)
    try:
        chart = read_chart(
            {"as_of": "2026-03-01", "entries": entries}, knowledge=knowledge, now=NOW
        )
    except UnreadableFile as error:
        assert error.faults and str(error)
        return
    result = assess(chart, knowledge, with_intervals=False)
    json.dumps(as_data(result, knowledge), allow_nan=False)
    for one in result.complaints:
        assert abs(one.where.posterior.probability.sum() - 1) < 1e-9


@given(length=st.integers(0, len(VALID)))
def test_a_truncated_chart_is_read_or_refused(knowledge, length: int) -> None:
    read_or_refuse((VALID[:length] + "\n").encode(), knowledge)


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["kind", "name", "entries", "side", "targets", "marks", "as_of", "diary",
                         "block", "presentation", "occurred_at", "levels", "x"]),
        inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(data=st.dictionaries(st.sampled_from(["entries", "as_of", "defaults", "id", "y"]), plain))
def test_any_structure_is_read_or_refused(knowledge, data) -> None:
    read_or_refuse(data, knowledge)
