"""The assessment as plain data, for JSON: keys that stay."""

from __future__ import annotations

from typing import Any

import numpy as np

from needlepoint.core.assess import Assessment, ComplaintAssessment
from needlepoint.core.findings import Observation
from needlepoint.core.inference import versus
from needlepoint.core.knowledge import Estimate, Knowledge, citations, is_verified
from needlepoint.core.plan import NextStep, Standing
from needlepoint.core.plan.offered import option_data
from needlepoint.core.rules import Outcome, Verdict
from needlepoint.core.rules.bleeding import DrugHold
from needlepoint.core.rules.eligibility import Eligibility


def as_data(result: Assessment, knowledge: Knowledge) -> dict[str, Any]:
    """The whole answer. The keys of the first complaint also stand at the top."""
    complaints = [complaint_data(one, knowledge) for one in result.complaints]
    verdicts = [verdict_data(v) for v in result.verdicts]
    planned = [standing_data(one) for one in result.planned]
    verdicts += [verdict_data(v) for v in result.devices]
    verdicts += [{"technique": p["technique"], **v} for p in planned for v in p["verdicts"]]
    first = {k: v for k, v in complaints[0].items() if k != "complaint"} if complaints else {}
    return {
        **first,
        "verdicts": verdicts,
        "planned": planned,
        "knowledge_version": result.knowledge_version,
        "as_of": result.as_of.isoformat(),
        "complaints": complaints,
    }


def complaint_data(one: ComplaintAssessment, knowledge: Knowledge) -> dict[str, Any]:
    """Everything about one pain."""
    frame, posterior = one.where.frame, one.where.posterior
    none_interval = one.intervals.none if one.intervals else None
    return {
        "complaint": one.observed.complaint,
        "presentation": one.observed.presentation,
        "differential": [_source(one, k) for k in one.where.ranked_kinds],
        "kinds": {
            **{kind: _p(p) for kind, p in zip(frame.kinds, posterior.kinds, strict=True)},
            "none_nameable": _p(posterior.none),
        },
        "none_nameable": {"probability": _p(posterior.none), "interval": _pair(none_interval)},
        "sources": {
            str(n): _p(p) for n, p in zip(("none", 1, 2, 3), posterior.by_count, strict=True)
        },
        "left_out_at_most": float(f"{posterior.left_out:.3g}"),
        "sites": [
            {"kind": s.kind, "segment": s.segment, "side": s.side.value, "probability": _p(p)}
            for s, p in sorted(
                zip(frame.sites, posterior.sites, strict=True), key=lambda item: -item[1]
            )[:20]
        ],
        "findings": {
            "present": [_observation(o) for o in one.observed.present],
            "absent": [_observation(o) for o in one.observed.absent],
            "unexamined": list(one.observed.unexamined),
            "replaced": [_observation(o) for o in one.observed.replaced],
        },
        "treatments_not_weighed": [
            {"entry": left.entry, "treatment": left.treatment, "why": left.why}
            for left in one.where.unweighed
        ],
        "contributions": _contributions(one, knowledge),
        "versus": _versus(one, knowledge),
        "mechanism": {k: _p(v) for k, v in one.mechanism.probability.items()},
        "next_steps": [_step(step) for step in one.plan.steps],
        "not_proposed": [
            {"action": n.action, "target": n.target, "why": n.why} for n in one.plan.not_proposed
        ],
        "options": [
            {
                **option_data(option, one.where, knowledge),
                **_standing_of(standing),
            }
            for option, standing in zip(one.plan.options, one.standings, strict=True)
        ],
    }


def best_column(one: ComplaintAssessment, kind: int) -> int:
    """The most probable place of a kind."""
    columns = one.where.frame.columns_of_kind[one.where.frame.kinds[kind]]
    return int(columns[np.argmax(one.where.posterior.patterns[columns])])


def _source(one: ComplaintAssessment, k: int) -> dict[str, Any]:
    frame, posterior = one.where.frame, one.where.posterior
    pattern = frame.patterns[best_column(one, k)]
    columns = frame.columns_of_kind[frame.kinds[k]]
    order = columns[np.argsort(-posterior.patterns[columns], kind="stable")][:5]
    return {
        "kind": frame.kinds[k],
        "segment": pattern.segment,
        "side": pattern.side.value,
        "probability": _p(posterior.kinds[k]),
        "interval": _pair(one.intervals.kinds[k]) if one.intervals else None,
        "places": [
            {
                "segment": frame.patterns[c].segment,
                "side": frame.patterns[c].side.value,
                "probability": _p(posterior.patterns[c]),
            }
            for c in order
        ],
    }


def _contributions(one: ComplaintAssessment, knowledge: Knowledge) -> list[dict[str, Any]]:
    """What each observation did to each kind, in clinical order."""
    kinds = one.where.frame.kinds
    return [
        {
            "name": step.name,
            "label": step.label,
            "station": step.station,
            "state": step.state,
            "entries": list(step.entries),
            "effect": {
                kind: _p(after - before)
                for kind, before, after in zip(kinds, step.before, step.after, strict=True)
                if abs(after - before) >= 0.0005
            },
            "citations": list(citations(step.sources, knowledge)),
            "verified": _verified(step.sources, knowledge),
        }
        for step in one.steps
    ]


def _verified(sources: tuple[Estimate, ...], knowledge: Knowledge) -> bool:
    return bool(sources) and any(is_verified(s, knowledge) for s in sources)


def _versus(one: ComplaintAssessment, knowledge: Knowledge) -> dict[str, Any] | None:
    """Why the best place and not the best of the rival kind."""
    where, order = one.where, one.where.ranked_kinds
    if len(order) < 2:
        return None
    favoured, rival = best_column(one, order[0]), best_column(one, order[1])
    answer = versus(
        where.frame, where.prior, where.factors, where.blocks, favoured, rival,
        knowledge.parameters.floor,
    )  # fmt: skip
    return {
        "favoured": answer.favoured,
        "rival": answer.rival,
        "log_odds": round(answer.total, 4),
        "parts": [{"what": what, "log_odds": round(part, 4)} for what, part in answer.parts],
    }


def _observation(o: Observation) -> dict[str, Any]:
    return {
        "name": o.name,
        "side": o.side.value if o.side else None,
        "segment": o.segment,
        "grade": o.grade,
        "entries": list(o.entries),
    }


def _step(step: NextStep) -> dict[str, Any]:
    return {
        "tier": step.tier.value,
        "action": step.action,
        "label": step.label,
        "target": step.target,
        "value": None if step.value == float("inf") else round(step.value, 5),
        "information_bits": round(step.information_bits, 4),
        "worthwhile": step.worthwhile,
        "why": step.why,
        "expected": {outcome: _p(chance) for outcome, chance in step.expected},
        "value_two_steps": None if step.look_ahead is None else round(step.look_ahead, 5),
    }


def _standing_of(standing: Standing | None) -> dict[str, Any]:
    if standing is None:
        return {"verdicts": [], "coverage": []}
    return {
        "verdicts": [verdict_data(v) for v in standing.safety.verdicts],
        "coverage": [coverage_data(e) for e in standing.coverage],
    }


def standing_data(one: Standing) -> dict[str, Any]:
    """Everything the rules and the authorities say of one procedure."""
    planned, bleeding = one.planned, one.safety.bleeding
    return {
        "technique": planned.technique.id,
        "label": planned.technique.label,
        "entry": planned.entry,
        "at": planned.at.isoformat(),
        "targets": [str(target) for target in planned.targets],
        "outcome": one.safety.outcome.value,
        "verdicts": [verdict_data(v) for v in one.safety.verdicts],
        "bleeding_tier": bleeding.tier,
        "calendar": [_hold_data(hold) for hold in bleeding.calendar],
        "coverage": [coverage_data(e) for e in one.coverage],
    }


def verdict_data(v: Verdict) -> dict[str, Any]:
    """One verdict with its reasons."""
    return {
        "rule": v.rule,
        "label": v.label,
        "outcome": v.outcome.value,
        "urgency": v.urgency,
        "do": v.do if v.outcome is Outcome.HOLD else None,
        "reasons": [
            {
                "outcome": r.outcome.value,
                "says": r.says,
                "caution": r.caution,
                "rests_on": list(r.rests_on),
                "entries": list(r.entries),
            }
            for r in v.reasons
        ],
    }


def coverage_data(e: Eligibility) -> dict[str, Any]:
    """What one authority would say, and what it wants documented."""
    return {
        "policy": e.policy.id,
        "authority": e.policy.authority,
        "standing": e.standing.value,
        "document": list(e.document),
    }


def _hold_data(hold: DrugHold) -> dict[str, Any]:
    def moment(at: Any) -> str | None:
        return None if at is None else str(at.isoformat())

    return {
        "drug": hold.drug,
        "action": hold.action,
        "last_dose_by": moment(hold.last_dose_by),
        "restart_from": moment(hold.restart_from),
        "restart_after_traumatic_puncture": moment(hold.restart_after_trauma),
        "authorities": list(dict.fromkeys(row.authority for row in hold.rows)),
        "entry": hold.entry,
    }


def _p(probability: float) -> float:
    return round(float(probability), 5)


def _pair(interval: Any) -> list[float] | None:
    return None if interval is None else [_p(interval[0]), _p(interval[1])]
