"""What does the pain drawing say about each pattern? One factor a zone and side."""

from __future__ import annotations

from datetime import date

import numpy as np

from needlepoint.core.anatomy import Side
from needlepoint.core.findings import ObservedFindings
from needlepoint.core.inference.factor import Factor
from needlepoint.core.inference.frame import Frame
from needlepoint.core.inference.prior import Prior
from needlepoint.core.knowledge import (
    InferenceParameters,
    Knowledge,
    Referral,
    ReferralTable,
    in_force,
)
from needlepoint.core.quantities import Bool, Float


def drawing_factors(
    frame: Frame,
    observed: ObservedFindings,
    knowledge: Knowledge,
    prior: Prior,
    zones: Float | None = None,
) -> tuple[Factor, ...]:
    """One factor a zone and side of the complaint's territory.

    Painted zones always speak; zones left blank only if the drawing was finished. All at one small
    exponent, so that a finer map does not change the answer. None nameable paints as patients with
    this complaint do on the whole: a drawing tells sources apart and says nothing of there being
    none.
    """
    if observed.drawing_entry is None:
        return ()
    parameters = knowledge.parameters
    shares = zone_shares(frame, knowledge) if zones is None else zones
    spoken_for = {
        frame.anatomy.whole_zone(zone)
        for o in observed.observations
        for zone in knowledge.findings[o.name].painted
    }  # a finding that is read off these zones already says what they say
    rows = [
        (row, zone, side, (zone, side) in observed.painted)
        for row, (zone, side) in enumerate(zone_places(frame))
        if zone not in spoken_for
        and ((zone, side) in observed.painted or observed.drawing_complete)
    ]
    painted = np.array([here for *_, here in rows], dtype=bool)
    a = shares[[row for row, *_ in rows]].copy()
    a[:, frame.none] = _as_on_the_whole(a[:, : frame.none], painted, prior, parameters)
    return tuple(
        Factor(
            name=f"{zone}/{side.value}",
            label=_zone_label(frame, zone, side),
            station="drawing",
            present=here,
            leak=parameters.zone_leak,
            a=a[n],
            exponent=parameters.drawing_exponent.value,
            entries=(observed.drawing_entry,),
        )
        for n, (_, zone, side, here) in enumerate(rows)
    )


def _zone_label(frame: Frame, zone: str, side: Side) -> str:
    name = frame.anatomy.zones[zone].label
    return name if side is Side.MIDLINE else f"{name}, {side.value}"


def _as_on_the_whole(
    a: Float, painted: Bool, prior: Prior, parameters: InferenceParameters
) -> Float:
    """(Z,) the arguments of none nameable: each zone as expected from the zones before it.

    Patients on the whole are a mixture of sources, so the chance of a whole drawing is the mean
    over sources, not a product of mean zones. The product fits any drawing fairly, while real
    drawings stray from every map: it let a drawing speak for there being no source.
    """
    leak, exponent = parameters.zone_leak, parameters.drawing_exponent.value
    absent = (1 - leak) * (1 - a)
    chance = np.where(painted[:, None], 1 - absent, absent)
    so_far = prior.log_weight[: a.shape[1]] + np.cumsum(exponent * np.log(chance), axis=0)
    whole = np.logaddexp.reduce(np.vstack([prior.log_weight[: a.shape[1]], so_far]), axis=1)
    each = np.exp(np.diff(whole) / exponent)
    return np.asarray(1 - np.where(painted, 1 - each, each) / (1 - leak))


def zone_places(frame: Frame) -> tuple[tuple[str, Side], ...]:
    """The zones of the complaint's territory, each on each side it has."""
    zones = frame.anatomy.zones
    return tuple(
        (zone, side)
        for zone in frame.presentation.zones
        for side in ((Side.LEFT, Side.RIGHT) if zones[zone].paired else (Side.MIDLINE,))
    )


def zone_shares(frame: Frame, knowledge: Knowledge) -> Float:
    """(Z, P + 2) how often each pattern paints each zone and side."""
    places = zone_places(frame)
    shares = np.zeros((len(places), frame.columns))
    felt: dict[tuple[str, str | None, Side], Float] = {}
    for column, pattern in enumerate(frame.patterns):
        for segment in pattern.segments or (None,):
            key = (pattern.kind, segment, pattern.side)
            if key not in felt:
                table = referral_table(pattern.kind, segment, knowledge, frame.on)
                felt[key] = _felt(table, places, pattern.side)
            np.maximum(shares[:, column], felt[key], out=shares[:, column])
    limit = 1 - knowledge.parameters.floor
    priors = in_force(frame.presentation.values, frame.on)
    q = np.array([priors.kinds[kind].share.value for kind in frame.kinds])
    # None nameable: the marginal frequency, over kinds and, within a kind, over its places.
    mean_of_kind = np.stack(
        [shares[:, frame.columns_of_kind[kind]].mean(axis=1) for kind in frame.kinds], axis=1
    )
    shares[:, frame.none] = mean_of_kind @ (q / q.sum())
    return np.clip(shares, 0.0, limit)


def referral_table(
    kind: str, segment: str | None, knowledge: Knowledge, on: date
) -> ReferralTable | None:
    """The referral table of a kind at a segment; a table for the segment beats the general one."""
    general: Referral | None = None
    for referral in knowledge.referrals_by_kind.get(kind, ()):
        if segment is not None and segment in referral.segments:
            return in_force(referral.values, on)
        if not referral.segments:
            general = referral
    return in_force(general.values, on) if general else None


def _felt(table: ReferralTable | None, places: tuple[tuple[str, Side], ...], source: Side) -> Float:
    """(Z,) how often a source on a side paints each zone and side; 0 where nothing is known."""
    if table is None:
        return np.zeros(len(places))
    share = {zone: estimate.value for zone, estimate in table.zones.items()}
    here = (Side.MIDLINE, source) if source in (Side.LEFT, Side.RIGHT) else tuple(Side)
    return np.array(
        [
            share.get(zone, 0.0) * (1.0 if side in here else table.other_side)
            for zone, side in places
        ]
    )
