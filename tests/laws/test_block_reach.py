"""What a block reaches: the nerves of its own side, and of them no more than anatomy gives."""

from __future__ import annotations

from datetime import date

import pytest

from needlepoint.core.anatomy import Side, Site
from needlepoint.core.chart import BlockTarget
from needlepoint.core.inference.coverage import coverage_of
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.localise import compiled_frame
from needlepoint.core.knowledge import in_force
from needlepoint.core.plan.actions import targets_of
from needlepoint.files import load_knowledge

KNOWLEDGE = load_knowledge()
TODAY = date(2026, 3, 1)


def frame_for(presentation: str) -> Frame:
    return compiled_frame(presentation, KNOWLEDGE, TODAY)[0]


def reach(frame: Frame, name: str, *targets: BlockTarget) -> dict[str, float]:
    """The share of each single-site pattern that the block reaches, by the name of the site."""
    block = KNOWLEDGE.blocks[name]
    shares = coverage_of(frame, block, in_force(block.values, TODAY), targets, block.volume_ml[0])
    return {str(p.sites[0]): float(shares[n]) for n, p in enumerate(frame.patterns)
            if len(p.sites) == 1}  # fmt: skip


def facet(segment: str, side: Side) -> str:
    return str(Site(kind="facet_joint", segment=segment, side=side))


def test_a_joint_shares_one_of_its_two_nerves_with_each_neighbour_and_none_across() -> None:
    frame = frame_for("axial_low_back")
    aimed = BlockTarget(kind="facet_joint", segment="L4-L5", side=Side.LEFT)
    found = reach(frame, "lumbar_medial_branch_block", aimed)
    expected = {"L2-L3": 0.0, "L3-L4": 0.5, "L4-L5": 1.0, "L5-S1": 0.5}
    for segment, share in expected.items():
        assert found[facet(segment, Side.LEFT)] == pytest.approx(share), segment
        assert found[facet(segment, Side.RIGHT)] == 0.0, segment
    named = [BlockTarget(nerve="medial_branch", level=level, side=Side.LEFT)
             for level in ("L3", "L4")]  # fmt: skip
    assert reach(frame, "lumbar_medial_branch_block", *named) == found


@pytest.mark.parametrize("name", sorted(b.name for b in KNOWLEDGE.blocks.values()))
def test_a_block_of_one_side_never_reaches_the_other(name: str) -> None:
    block = KNOWLEDGE.blocks[name]
    values = in_force(block.values, TODAY)
    everywhere = {cover.kind for cover in values.covers if cover.place == "everywhere"}
    frame = frame_for(block.presentations[0])
    for pattern in frame.patterns:
        if pattern.side is not Side.LEFT or len(pattern.sites) != 1:
            continue
        found = reach(frame, name, *targets_of(pattern))
        across = {site for site, share in found.items() if share and site.endswith("right")}
        spread = {kind.replace("_", " ") for kind in everywhere}
        assert not {site for site in across if not any(site.startswith(k) for k in spread)}
