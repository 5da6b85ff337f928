"""A small knowledge base with invented numbers, built in code, for laws and brute force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from needlepoint.core.anatomy import Anatomy, Kind, Nerve, Side, Supply, Zone
from needlepoint.core.chart import Chart, Entry, Provenance, Role
from needlepoint.core.knowledge import (
    ActionCosts,
    Agent,
    Argument,
    Block,
    BlockCover,
    BlockResponse,
    BlockValues,
    Cluster,
    DiscographyModel,
    EarlierTreatments,
    Estimate,
    EvidenceGrade,
    FindingGroup,
    FindingKnowledge,
    FindingTable,
    FindingTables,
    InferenceParameters,
    KindShare,
    Knowledge,
    MechanismKnowledge,
    PairOdds,
    PlaceTable,
    Presentation,
    PriorTable,
    RedFlag,
    RedFlagCriterion,
    Referral,
    ReferralTable,
    Therapy,
    TherapyCategory,
    TherapyResponse,
    TreatmentKnown,
    Utilities,
)

DAY = date(2026, 1, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
GROUNDS: dict[str, Any] = {
    "rests_on": (),
    "method": "invented for tests",
    "adopted_by": "tests",
    "checked_by": None,
    "review_by": date(2030, 1, 1),
}


def number(value: float, low: float | None = None, high: float | None = None) -> Estimate:
    interval = None if low is None or high is None else (low, high)
    return Estimate(value=value, interval_95=interval)


def anatomy() -> Anatomy:
    segments = ("L2-L3", "L3-L4", "L4-L5", "L5-S1")
    kinds = [
        Kind(
            id="facet_joint",
            label="facet joint",
            segments=segments,
            paired=True,
            longest_run=3,
            bilateral=True,
        ),
        Kind(id="disc", label="disc", segments=segments, paired=False, longest_run=2),
        Kind(id="sacroiliac_joint", label="sacroiliac joint", paired=True, bilateral=True),
        Kind(
            id="nerve_root",
            label="nerve root",
            segments=("L4", "L5", "S1"),
            paired=True,
            mechanism="neuropathic",
        ),
        Kind(id="hip_joint", label="hip joint", paired=True),
    ]
    nerves = [
        Nerve(id="medial_branch", label="medial branch", levels=("L1", "L2", "L3", "L4")),
        Nerve(id="dorsal_ramus", label="dorsal ramus", levels=("L5",)),
        Nerve(id="spinal_nerve", label="spinal nerve", levels=("L4", "L5", "S1")),
    ]
    branches = {"L2-L3": ("L1", "L2"), "L3-L4": ("L2", "L3"), "L4-L5": ("L3", "L4")}
    supplies = [
        Supply(
            kind="facet_joint",
            segment=segment,
            nerves={f"medial_branch/{upper}": 0.5, f"medial_branch/{lower}": 0.5},
        )
        for segment, (upper, lower) in branches.items()
    ]
    supplies.append(
        Supply(
            kind="facet_joint",
            segment="L5-S1",
            nerves={"medial_branch/L4": 0.5, "dorsal_ramus/L5": 0.5},
        )
    )
    supplies += [
        Supply(kind="nerve_root", segment=root, nerves={f"spinal_nerve/{root}": 1.0})
        for root in ("L4", "L5", "S1")
    ]
    zones = [
        Zone(id=name, label=name, label_es=name, paired=paired, view="back")
        for name, paired in (
            ("lower_lumbar", True),
            ("lumbar_midline", False),
            ("buttock", True),
            ("groin", True),
            ("posterior_leg", True),
            ("shoulder", True),
        )
    ]
    zones.append(
        Zone(
            id="upper_buttock_part",
            label="part",
            label_es="parte",
            paired=True,
            view="back",
            part_of="buttock",
        )
    )
    zones.append(
        Zone(
            id="lower_buttock_part",
            label="part",
            label_es="parte",
            paired=True,
            view="back",
            part_of="buttock",
        )
    )
    return Anatomy(
        kinds={k.id: k for k in kinds},
        nerves={n.id: n for n in nerves},
        supplies=tuple(supplies),
        zones={z.id: z for z in zones},
    )


def finding(name: str, base: float, kinds: Mapping[str, float], **more: Any) -> FindingKnowledge:
    table = FindingTable(base_rate=number(base), kinds={k: number(v) for k, v in kinds.items()})
    return FindingKnowledge(
        id=f"toy/{name}",
        label=name.replace("_", " "),
        how="as invented",
        station=more.pop("station", "examination"),
        presentations=("back",),
        values={DAY: FindingTables(table=table, **GROUNDS)},
        **more,
    )


def findings() -> dict[str, FindingKnowledge]:
    all_of = [
        finding("extension_rotation", 0.5, {"facet_joint": 0.9}, sided=True),
        finding(
            "thigh_thrust",
            0.25,
            {"sacroiliac_joint": 0.8},
            sided=True,
            group="provocation",
            examiner_dependent=True,
        ),
        finding("gaenslen", 0.3, {"sacroiliac_joint": 0.55}, sided=True, group="provocation"),
        finding("compression", 0.3, {"sacroiliac_joint": 0.7}, sided=True, group="provocation"),
        finding(
            "three_provocation_tests",
            0.2,
            {"sacroiliac_joint": 0.9},
            sided=True,
            cluster=Cluster(members=("thigh_thrust", "gaenslen", "compression"), at_least=2),
        ),
        finding("straight_leg_raise", 0.2, {"nerve_root": 0.85, "disc": 0.3}, sided=True),
        finding("centralisation", 0.12, {"disc": 0.45, "facet_joint": 0.02, "hip_joint": 0.02}),
        finding("hip_rotation_painful", 0.3, {"hip_joint": 0.9, "facet_joint": 0.1}, sided=True),
        finding(
            "midline_pain", 0.14, {"disc": 0.95}, station="history", painted=("lumbar_midline",)
        ),
        finding("modic", 0.1, {"disc": 0.35}, station="imaging", modality="mri", levelled=True),
        finding(
            "herniation",
            0.15,
            {"nerve_root": 0.8},
            station="imaging",
            modality="mri",
            levelled=True,
        ),
    ]
    graded = FindingTables(
        grades={
            "mild": FindingTable(base_rate=number(0.5), kinds={"facet_joint": number(0.7)}),
            "severe": FindingTable(base_rate=number(0.1), kinds={"facet_joint": number(0.35)}),
        },
        **GROUNDS,
    )
    all_of.append(
        FindingKnowledge(
            id="toy/facet_arthropathy",
            label="facet arthropathy",
            how="x",
            station="imaging",
            modality="ct",
            presentations=("back",),
            sided=True,
            levelled=True,
            values={DAY: graded},
        )
    )
    all_of.append(
        FindingKnowledge(
            id="toy/urinary_retention",
            label="urinary retention",
            how="ask",
            station="history",
            red_flag=True,
        )
    )
    return {f.name: f for f in all_of}


def prior(
    kinds: Mapping[str, float] | None = None,
    *,
    none: float = 0.15,
    pairs: tuple[PairOdds, ...] = (),
) -> PriorTable:
    shares = kinds or {
        "facet_joint": 0.3,
        "disc": 0.35,
        "sacroiliac_joint": 0.2,
        "nerve_root": 0.1,
        "hip_joint": 0.05,
    }
    slopes = {"facet_joint": 0.4, "disc": -0.4}
    return PriorTable(
        kinds={
            kind: KindShare(
                share=number(share),
                age_log_odds_per_decade=number(slopes[kind]) if kind in slopes else None,
                age_at_share=50 if kind in slopes else None,
            )
            for kind, share in shares.items()
        },
        none_nameable=number(none),
        sources=(0.76, 0.21, 0.03),
        pairs=pairs,
        **GROUNDS,
    )


def places() -> tuple[PlaceTable, ...]:
    spine = {
        "L2-L3": number(0.05),
        "L3-L4": number(0.15),
        "L4-L5": number(0.4),
        "L5-S1": number(0.4),
    }
    rows: list[dict[str, Any]] = [
        {
            "kind": "facet_joint",
            "segments": spine,
            "runs": {1: 0.5, 2: 0.4, 3: 0.1},
            "bilateral": 0.5,
        },
        {"kind": "disc", "segments": spine, "runs": {1: 0.8, 2: 0.2}},
        {"kind": "sacroiliac_joint", "bilateral": 0.2},
        {
            "kind": "nerve_root",
            "segments": {"L4": number(0.1), "L5": number(0.5), "S1": number(0.4)},
        },
        {"kind": "hip_joint"},
    ]
    return tuple(PlaceTable(region="lumbosacral", **row, **GROUNDS) for row in rows)


def referrals() -> tuple[Referral, ...]:
    tables = {
        "facet_joint": {"lower_lumbar": 0.8, "buttock": 0.4, "lumbar_midline": 0.1},
        "disc": {"lumbar_midline": 0.9, "lower_lumbar": 0.6, "buttock": 0.3},
        "sacroiliac_joint": {
            "buttock": 0.9,
            "lower_lumbar": 0.5,
            "groin": 0.15,
            "posterior_leg": 0.3,
        },
        "nerve_root": {"posterior_leg": 0.8, "buttock": 0.6},
        "hip_joint": {"groin": 0.7, "buttock": 0.6},
    }
    return tuple(
        Referral(
            id=kind,
            kind=kind,
            values={DAY: ReferralTable(zones={z: number(f) for z, f in zones.items()}, **GROUNDS)},
        )
        for kind, zones in tables.items()
    )


def costs(
    minutes: float = 30, discomfort: float = 0.2, harm: float = 0.0005, price: float = 3
) -> ActionCosts:
    return ActionCosts(
        minutes=minutes, discomfort=discomfort, serious_harm=number(harm), price=price, **GROUNDS
    )


def block(
    name: str,
    nonspecific: float,
    *,
    nerves: tuple[str, ...] = (),
    structures: tuple[str, ...] = (),
    covers: tuple[BlockCover, ...] = (),
    selectivity: Mapping[float, float] | None = None,
    controlled: bool = False,
) -> Block:
    return Block(
        id=f"toy/{name}",
        label=name.replace("_", " "),
        how="as invented",
        presentations=("back",),
        nerves=nerves,
        structures=structures,
        volume_ml=(0.3, 1.0),
        agents=("lidocaine", "bupivacaine"),
        controlled=controlled,
        values={
            DAY: BlockValues(
                nonspecific=number(nonspecific),
                covers=covers,
                selectivity_by_volume_ml=selectivity or {},
                **GROUNDS,
            )
        },
        costs=costs(),
    )


def blocks() -> dict[str, Block]:
    whole = number(1.0)
    all_of = [
        block(
            "medial_branch_block", 0.3, nerves=("medial_branch", "dorsal_ramus"), controlled=True
        ),
        block(
            "sacroiliac_injection",
            0.13,
            structures=("sacroiliac_joint",),
            covers=(BlockCover(kind="sacroiliac_joint", share=whole),),
        ),
        block(
            "hip_injection",
            0.06,
            structures=("hip_joint",),
            covers=(BlockCover(kind="hip_joint", share=whole),),
        ),
        block(
            "root_block",
            0.3,
            nerves=("spinal_nerve",),
            covers=(BlockCover(kind="nerve_root", share=whole, place="neighbour_segment"),),
            selectivity={0.2: 0.79, 0.6: 0.33, 1.2: 0.06},
        ),
    ]
    return {b.name: b for b in all_of}


def therapies() -> dict[str, Therapy]:
    def therapy(
        name: str, kind: str, success: float, *, destructive: bool = False, blocks_first: int = 0
    ) -> Therapy:
        return Therapy(
            id=name,
            label=name.replace("_", " "),
            category=TherapyCategory.ABLATION if destructive else TherapyCategory.INJECTION,
            evidence=(EvidenceGrade(authority="none", grade="invented"),),
            speaks_for=(),
            speaks_against=(),
            dissent=(),
            would_change=(Argument(says="Another block."),),
            kinds=(kind,),
            destructive=destructive,
            blocks_first=blocks_first,
            values={
                DAY: TherapyResponse(
                    success=number(success),
                    success_elsewhere=number(0.15),
                    duration_months=number(9),
                    **GROUNDS,
                )
            },
            costs=costs(minutes=60, discomfort=0.3, harm=0.001, price=8),
        )

    all_of = [
        therapy(
            "medial_branch_radiofrequency", "facet_joint", 0.65, destructive=True, blocks_first=2
        ),
        therapy("sacroiliac_steroid", "sacroiliac_joint", 0.5),
        therapy("hip_steroid", "hip_joint", 0.5),
        therapy("transforaminal_steroid", "nerve_root", 0.5),
        therapy("basivertebral_ablation", "disc", 0.4, destructive=True),
    ]
    return {t.id: t for t in all_of}


def parameters(**changes: Any) -> InferenceParameters:
    values: dict[str, Any] = {
        "finding_exponent": number(0.85, 0.7, 1.0),
        "drawing_exponent": number(0.3, 0.2, 0.4),
        "block_exponent": number(1.0, 0.8, 1.0),
        "floor": 0.004,
        "soft_sign_floor": 0.2,
        "neighbour_weight": 0.5,
        "zone_leak": 0.03,
        "complaint_side": {
            "left": {"left": 0.88, "both": 0.10, "right": 0.02},
            "right": {"right": 0.88, "both": 0.10, "left": 0.02},
            "both": {"both": 0.7, "left": 0.15, "right": 0.15},
            "midline": {"both": 0.6, "left": 0.2, "right": 0.2},
        },
        "triple_patterns": 50,
        "redraws": 200,
        "redraw_prior_log_sd": 0.25,
        "redraw_between_studies_logit_sd": 0.35,
        "interval_hypotheses": 1000,
        "age_flat_below": 30,
        "age_flat_above": 70,
    }
    return InferenceParameters(**{**values, **changes}, **GROUNDS)


def response(**changes: Any) -> BlockResponse:
    values: dict[str, Any] = {
        "true_relief_beta": (9, 1.5),
        "true_relief_beta_low": (7.2, 2.5),
        "true_relief_beta_high": (12, 1.3),
        "nonspecific_relief_beta": (4, 1.6),
        "background_relief_beta": (0.93, 5.1),
        "noise_sd": 0.06,
        "technical_failure": number(0.11),
        "technical_failure_vascular": number(0.5),
        "technical_failure_spread_elsewhere": number(0.5),
        "patient_sd": 1.3,
        "clinic_sd": 0.6,
        "sedation_shift": number(0.7),
        "shares_beta": (2, 2),
        "duration_in_order": number(1.6),
        "duration_out_of_order": number(0.7),
        "words": {
            "none": (0.0, 0.2),
            "minimal": (0.0, 0.3),
            "good": (0.5, 1.0),
            "complete": (0.95, 1.0),
        },
    }
    return BlockResponse(**{**values, **changes}, **GROUNDS)


def knowledge(**changes: Any) -> Knowledge:
    """The toy knowledge; keyword arguments replace its parts."""
    parts: dict[str, Any] = {
        "version": "toy",
        "anatomy": anatomy(),
        "sources": {},
        "extracts": {},
        "presentations": {
            "back": Presentation(
                id="back",
                label="Back pain",
                label_es="Dolor",
                region="lumbosacral",
                says="x",
                zones=("lower_lumbar", "lumbar_midline", "buttock", "groin", "posterior_leg"),
                values={DAY: prior()},
            )
        },
        "places": places(),
        "findings": findings(),
        "groups": {"provocation": FindingGroup(id="provocation", rho=number(0.1), **GROUNDS)},
        "referrals": referrals(),
        "blocks": blocks(),
        "block_response": response(),
        "agents": {
            "lidocaine": Agent(
                id="lidocaine",
                label="lidocaine",
                onset_minutes=(2, 10),
                duration_minutes=(60, 180),
                **GROUNDS,
            ),
            "bupivacaine": Agent(
                id="bupivacaine",
                label="bupivacaine",
                onset_minutes=(5, 20),
                duration_minutes=(180, 480),
                **GROUNDS,
            ),
        },
        "discography": DiscographyModel(
            intensity_min=7,
            pressure_above_opening_psi_max=50,
            volume_ml_max=3.5,
            annular_grade_min=3,
            sensitivity=number(0.82),
            false_positive_clean=number(0.02),
            false_positive_default=number(0.06),
            false_positive_chronic_pain=number(0.04),
            false_positive_somatisation=number(0.5),
            weight_without_control=0.5,
            **GROUNDS,
        ),
        "earlier_treatments": EarlierTreatments(
            exponent=number(0.5, 0.25, 0.8),
            weight_without_duration=0.5,
            rho=0.5,
            relief_min=0.5,
            lasting_share=0.5,
            lasting_weeks_most=12,
            brief_weeks=2,
            treatments=(
                TreatmentKnown(names=("facet rfa",), therapies=("medial_branch_radiofrequency",)),
                TreatmentKnown(
                    names=("epidural steroid",),
                    reaches={"nerve_root": 1.0, "disc": 0.4},
                    success=number(0.4, 0.2, 0.6),
                    success_elsewhere=number(0.2, 0.1, 0.3),
                    duration_months=number(3),
                ),
            ),
            **GROUNDS,
        ),
        "mechanism": MechanismKnowledge(
            prior={"nociceptive": 0.6, "neuropathic": 0.25, "nociplastic": 0.15},
            exponent=0.7,
            findings={
                "straight_leg_raise": {
                    "nociceptive": number(0.2),
                    "neuropathic": number(0.7),
                    "nociplastic": number(0.2),
                }
            },
            **GROUNDS,
        ),
        "red_flags": (
            RedFlag(
                id="cauda_equina",
                label="Cauda equina",
                urgency="emergency",
                presentations=(),
                do="MRI today.",
                ask=("urinary_retention",),
                criteria=(RedFlagCriterion(any_of=("urinary_retention",)),),
                **GROUNDS,
            ),
        ),
        "therapies": therapies(),
        "utilities": Utilities(
            success=1,
            full_worth_months=9,
            least_reach=0,
            half_worth_months=9,
            failed_destructive=0.3,
            per_bit=0.2,
            per_discomfort=0.1,
            per_serious_harm=10,
            per_visit=0.01,
            per_minute=0.0002,
            per_extra_site=0.25,
            worthwhile=0.02,
            **GROUNDS,
        ),
        "parameters": parameters(),
    }
    return Knowledge(**{**parts, **changes})


def chart(*statements: Any, at: datetime = NOON) -> Chart:
    """A chart of these statements, all of one moment."""
    return Chart(
        id="toy",
        entries=tuple(
            Entry(
                id=f"e{n}",
                occurred_at=at,
                recorded_at=at,
                author="dr",
                role=Role.PHYSICIAN,
                provenance=Provenance.CLINICIAN_FOUND,
                statement=statement,
            )
            for n, statement in enumerate(statements, start=1)
        ),
    )


__all__ = [
    "DAY",
    "NOON",
    "Side",
    "anatomy",
    "block",
    "blocks",
    "chart",
    "findings",
    "knowledge",
    "number",
    "parameters",
    "places",
    "prior",
    "response",
    "therapies",
]
