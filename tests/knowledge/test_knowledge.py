"""The knowledge that ships is sound, and a broken copy is told file by file."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from needlepoint.config import knowledge_root
from needlepoint.core.errors import KnowledgeFault
from needlepoint.core.knowledge import Estimate, is_verified
from needlepoint.files.check import check_knowledge
from needlepoint.files.knowledge import knowledge_files, load_knowledge
from needlepoint.files.references import all_estimates


@pytest.fixture
def copy(tmp_path) -> Path:
    root = tmp_path / "knowledge"
    shutil.copytree(knowledge_root(), root)
    return root


def test_no_fault_and_no_overdue_review() -> None:
    report = check_knowledge(knowledge_files(knowledge_root()), today=date(2026, 11, 24))
    assert not report.faults and not report.overdue
    later = check_knowledge(knowledge_files(knowledge_root()), today=date(2031, 1, 1))
    assert later.overdue


def test_every_kind_has_a_prior_findings_referral_and_a_therapy() -> None:
    report = check_knowledge(knowledge_files(knowledge_root()), today=date(2026, 11, 24))
    assert all(gap.endswith("has no block") for gap in report.gaps), report.gaps


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("priors/neck.yaml", "none_nameable", "none_namable", ["priors/neck.yaml", "line"]),
        ("priors/neck.yaml", "  facet_joint:", "  fasset_joint:", ["fasset_joint", "facet_joint"]),
        ("findings/sacroiliac/thigh_thrust.yaml", "station: examination", "station: exam",
         ["thigh_thrust.yaml", "examination"]),
        ("findings/sacroiliac/thigh_thrust.yaml", "id: sacroiliac/thigh_thrust", "id: sacroiliac/x",
         ["Make them agree"]),
        ("findings/sacroiliac/thigh_thrust.yaml", "sacroiliac_provocation", "no_such_group",
         ["no_such_group"]),
        ("blocks/lumbar/lumbar_medial_branch_block.yaml", "nerves: [medial_branch", "nerves: [medial_brunch",
         ["medial_brunch"]),
        ("safety/red_flags/cauda_equina.yaml", "saddle_anaesthesia", "saddle_anesthesia",
         ["saddle_anesthesia", "saddle_anaesthesia"]),
        ("inference/parameters.yaml", "floor: 0.004", "floor: -1", ["floor", "above 0"]),
        ("plan/utilities.yaml", "success: 1.0", "success: much", ["success", "number"]),
        ("referral/sacroiliac_joint.yaml", "kind: sacroiliac_joint", "kind: [", ["not valid YAML"]),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_cure(copy: Path, file, old, new, words) -> None:
    path = copy / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(KnowledgeFault) as error:
        load_knowledge(copy, cache=False)
    for word in words:
        assert word in str(error.value)


def test_every_broken_file_is_told_at_once(copy: Path) -> None:
    for name in ("priors/neck.yaml", "priors/knee.yaml"):
        (copy / name).write_text("id: [\n")
    with pytest.raises(KnowledgeFault) as error:
        load_knowledge(copy, cache=False)
    assert "priors/neck.yaml" in str(error.value) and "priors/knee.yaml" in str(error.value)


def test_a_missing_essential_file_is_named(copy: Path) -> None:
    (copy / "blocks" / "response.yaml").unlink()
    with pytest.raises(KnowledgeFault, match=r"blocks/response.yaml"):
        load_knowledge(copy, cache=False)


def test_an_interval_that_misses_its_value_is_a_fault(copy: Path) -> None:
    path = copy / "priors" / "coccyx.yaml"
    text = path.read_text()
    start = text.index("interval_95: [")
    end = text.index("]", start)
    path.write_text(text[:start] + "interval_95: [0.9, 0.95" + text[end:])
    with pytest.raises(KnowledgeFault, match="outside its own interval"):
        load_knowledge(copy, cache=False)


def test_the_cache_follows_the_content_and_survives_damage(
    copy: Path, tmp_path, monkeypatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(cache))
    first = load_knowledge(copy)
    kept = next(cache.iterdir())
    assert load_knowledge(copy).version == first.version
    kept.write_text("not what it was")
    assert load_knowledge(copy).presentations.keys() == first.presentations.keys()
    path = copy / "plan" / "utilities.yaml"
    path.write_text(path.read_text().replace("worthwhile: 0.05", "worthwhile: 0.04"))
    changed = load_knowledge(copy)
    assert changed.version != first.version and changed.utilities.worthwhile == 0.04


def test_a_cache_that_cannot_be_written_is_no_error(copy: Path, tmp_path, monkeypatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(blocked / "below"))
    assert load_knowledge(copy).version


def test_the_cached_knowledge_equals_the_read_one(copy: Path, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_CACHE", str(tmp_path / "cache"))
    assert load_knowledge(copy) == load_knowledge(copy)


def test_every_zone_is_mapped_to_choir_segments(knowledge) -> None:
    segments = set(range(101, 137)) | set(range(201, 239))
    for zone in knowledge.anatomy.zones.values():
        left, right, middle = zone.choir_left, zone.choir_right, zone.choir_midline
        assert (left and right) if zone.paired else middle, zone.id
        assert {*left, *right, *middle} <= segments
        assert not set(left) & set(right), zone.id


def test_judged_numbers_are_never_verified(knowledge) -> None:
    assert not is_verified(Estimate(value=0.5), knowledge)
    read = next(e for _, _, e in all_estimates(knowledge) if is_verified(e, knowledge))
    ours = Estimate(value=read.value, rests_on=read.rests_on, judged=True)
    assert not is_verified(ours, knowledge)
