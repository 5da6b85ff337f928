"""What share of each pattern's pain does a block reach?

A block numbs nerves, and nerves supply sites: it tests a nerve, not a cause. Whatever the knowledge
says lies further out on that nerve is reached as well.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from needlepoint.core.anatomy import Anatomy, Side, Site
from needlepoint.core.chart import BlockTarget, DiagnosticBlock
from needlepoint.core.inference.frame import Frame
from needlepoint.core.knowledge import Block, BlockCover, BlockValues
from needlepoint.core.quantities import Float

NerveAt = tuple[str, Side]  # "medial_branch/L3", left


def coverage_of(
    frame: Frame,
    block: Block,
    values: BlockValues,
    targets: Iterable[BlockTarget],
    volume_ml: float | None,
) -> Float:
    """(P + 2,) the share of each pattern's pain that the block reaches; 0 for none nameable."""
    aimed = tuple(targets)
    sites = tuple(site for target in aimed for site in sites_aimed_at(target, block))
    nerves = numbed_nerves(frame.anatomy, block, aimed)
    spread = spread_to_neighbours(values, volume_ml)
    reached = np.array(
        [
            _site_share(frame.anatomy, site, nerves, sites, values.covers, spread)
            for site in frame.sites
        ]
    )
    counts = frame.pattern_sites.sum(axis=1)
    coverage = np.zeros(frame.columns)
    coverage[: frame.none] = frame.pattern_sites @ reached / counts
    return np.clip(coverage, 0.0, 1.0)


def block_coverage(frame: Frame, block: Block, values: BlockValues, done: DiagnosticBlock) -> Float:
    """(P + 2,) the reach of a block as it was done."""
    volume = done.agent.volume_ml if done.agent else None
    return coverage_of(frame, block, values, done.targets, volume)


def sites_aimed_at(target: BlockTarget, block: Block) -> tuple[Site, ...]:
    """The sites of a target; a target that names a nerve aims at no site."""
    kind = target.kind or (
        block.structures[0] if target.nerve is None and len(block.structures) == 1 else None
    )
    if kind is None:
        return ()
    return tuple(
        Site(kind=kind, segment=target.segment, side=side)
        for side in (target.side or Side.MIDLINE).single
    )


def numbed_nerves(
    anatomy: Anatomy, block: Block, targets: Iterable[BlockTarget]
) -> frozenset[NerveAt]:
    """The nerves that were numbed: those named, and those that supply the sites named."""
    if not block.nerves:
        return frozenset()
    numbed: set[NerveAt] = set()
    for target in targets:
        sides = (target.side or Side.MIDLINE).single
        if target.nerve is not None:
            name = f"{target.nerve}/{target.level}" if target.level else target.nerve
            numbed |= {(name, side) for side in sides}
        elif target.kind is not None:
            for side in sides:
                site = Site(kind=target.kind, segment=target.segment, side=side)
                numbed |= {
                    (nerve, side)
                    for nerve in anatomy.nerves_of(site)
                    if nerve.split("/")[0] in block.nerves
                }
        elif target.level is not None or len(block.nerves) == 1:
            name = f"{block.nerves[0]}/{target.level}" if target.level else block.nerves[0]
            numbed |= {(name, side) for side in sides}
    return frozenset(numbed)


def spread_to_neighbours(values: BlockValues, volume_ml: float | None) -> float:
    """The share that reaches a neighbouring level: one less the selectivity at that volume."""
    if not values.selectivity_by_volume_ml or volume_ml is None:
        return 1.0
    points = sorted(values.selectivity_by_volume_ml.items())
    selectivity = np.interp(volume_ml, [v for v, _ in points], [s for _, s in points])
    return float(1 - selectivity)


def _site_share(
    anatomy: Anatomy,
    site: Site,
    nerves: frozenset[NerveAt],
    aimed: tuple[Site, ...],
    covers: tuple[BlockCover, ...],
    spread: float,
) -> float:
    by_nerve = sum(
        share * _side_share(nerve, site.side, nerves)
        for nerve, share in anatomy.nerves_of(site).items()
    )
    direct = max(
        (
            cover.share.value * (spread if cover.place == "neighbour_segment" else 1.0)
            for cover in covers
            if cover.kind == site.kind and _fits(anatomy, site, cover, aimed, nerves)
        ),
        default=0.0,
    )
    return min(1.0, max(by_nerve, direct))


def _side_share(nerve: str, side: Side, numbed: frozenset[NerveAt]) -> float:
    """How much of a nerve's share is numbed; a midline site is half supplied from each side."""
    if (nerve, Side.MIDLINE) in numbed or (nerve, side) in numbed:
        return 1.0
    if side is not Side.MIDLINE:
        return 0.0
    return 0.5 * sum((nerve, single) in numbed for single in (Side.LEFT, Side.RIGHT))


def _fits(
    anatomy: Anatomy,
    site: Site,
    cover: BlockCover,
    aimed: tuple[Site, ...],
    nerves: frozenset[NerveAt],
) -> bool:
    """Does the cover's place take in this site, given what was aimed at?"""
    if cover.place == "everywhere":
        return True
    sides = {target.side for target in aimed} | {side for _, side in nerves}
    same_side = site.side in sides or Side.MIDLINE in sides or site.side is Side.MIDLINE
    if not same_side:
        return False
    if cover.place == "same_side":
        return True
    if cover.place == "target":
        return any(target.kind == site.kind and target.segment == site.segment for target in aimed)
    levels = {target.segment for target in aimed if target.segment} | {
        nerve.split("/")[1] for nerve, _ in nerves if "/" in nerve
    }
    if site.segment is None:
        return False
    if cover.place == "same_segment":
        return site.segment in levels or bool(levels & set(site.segment.split("-")))
    order = anatomy.kinds[site.kind].segments
    return any(
        level in order and abs(order.index(level) - order.index(site.segment)) == 1
        for level in levels
    )
