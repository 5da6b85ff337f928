"""A place that the chart names exists, however unusual."""

from __future__ import annotations

from datetime import UTC, datetime

from needlepoint import assess, read_chart

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def places(text: str, knowledge, kind: str) -> dict[str, float]:
    chart = read_chart(text, knowledge=knowledge, now=NOW)
    where = assess(chart, knowledge, with_intervals=False).complaints[0].where
    found: dict[str, float] = {}
    for column in where.frame.columns_of_kind[kind]:
        for segment in where.frame.patterns[column].segments:
            chance = float(where.posterior.patterns[column])
            found[segment] = found.get(segment, 0.0) + chance
    return found


HEAD = "as_of: 2026-03-01\nentries:\n  - {kind: complaint, presentation: axial_low_back}\n"


def test_a_sixth_lumbar_vertebra_is_a_place_once_named(knowledge) -> None:
    assert "L6-S1" not in places(HEAD, knowledge, "disc")
    named = HEAD + (
        "  - {kind: discogram, levels: ["
        "{segment: L6-S1, intensity: 9, concordance: exact, volume_ml: 1, annular_grade: 4}, "
        "{segment: L4-L5, intensity: 0, concordance: none}]}\n"
    )
    found = places(named, knowledge, "disc")
    assert max(found, key=lambda segment: found[segment]) == "L6-S1"


def test_an_s1_s2_disc_is_a_place_once_named(knowledge) -> None:
    named = HEAD + "  - {kind: imaging_finding, name: modic_1_on_mri, segment: S1-S2}\n"
    assert "S1-S2" in places(named, knowledge, "disc")
