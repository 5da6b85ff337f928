"""What is drawn up: each agent, how much for each place, and how much in all?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from needlepoint.core.errors import RefusedPlan
from needlepoint.core.knowledge import Knowledge, Span, TechniqueAgent, is_verified
from needlepoint.core.rules.anaesthetic import limit_of
from needlepoint.core.rules.safety import SafetyCheck
from needlepoint.core.rules.situation import MG_PER_ML_PER_PERCENT, Injected, Planned
from needlepoint.core.rules.verdict import Outcome

Range = tuple[float, float]  # lowest, highest


@dataclass(frozen=True, slots=True, kw_only=True)
class Syringe:
    """One agent over the whole session."""

    purpose: str  # skin, test_dose, diagnostic, treatment, contrast, before_lesion, neurolysis ...
    role: str
    drug: str  # ingredient id
    label: str
    concentration_percent: float | None
    places: int  # how many it is shared out to
    each_ml: Range | None  # for one place
    total_ml: Range | None
    total_mg: Range | None
    first_choice: bool
    note: str | None
    rests_on: tuple[str, ...]
    verified: bool


def syringes(
    agents: Iterable[TechniqueAgent], places: int, knowledge: Knowledge, *, diagnostic: bool
) -> tuple[Syringe, ...]:
    """The technique's agents for this many places; a diagnostic injection holds no steroid."""
    return tuple(
        _syringe(agent, max(places, 1), knowledge)
        for agent in agents
        if not (diagnostic and agent.role == "steroid")
    )


def _syringe(agent: TechniqueAgent, places: int, knowledge: Knowledge) -> Syringe:
    shared = places if agent.per == "site" else 1
    volume, dose = _pair(agent.volume_ml), _pair(agent.dose_mg)
    total_ml = _times(volume, shared)
    total_mg = _times(dose, shared)
    if total_mg is None and total_ml is not None and agent.concentration_percent is not None:
        total_mg = _times(total_ml, agent.concentration_percent * MG_PER_ML_PER_PERCENT)
    spans = [span for span in (agent.volume_ml, agent.dose_mg) if span is not None]
    known = knowledge.guidance.vocabulary.ingredients.get(agent.drug)
    return Syringe(
        purpose=agent.purpose,
        role=agent.role,
        drug=agent.drug,
        label=known.label if known else agent.drug.replace("_", " "),
        concentration_percent=agent.concentration_percent,
        places=shared,
        each_ml=volume if agent.per == "site" else None,
        total_ml=total_ml,
        total_mg=total_mg,
        first_choice=agent.first_choice,
        note=agent.note,
        rests_on=tuple(name for span in spans for name in span.rests_on),
        verified=all(is_verified(span, knowledge) for span in spans),
    )


def _pair(span: Span | None) -> Range | None:
    return None if span is None else (span.low, span.high)


def _times(pair: Range | None, factor: float) -> Range | None:
    return None if pair is None else (pair[0] * factor, pair[1] * factor)


def as_injected(drawn: Iterable[Syringe], knowledge: Knowledge) -> tuple[Injected, ...]:
    """The first choices at their highest, one line a drug, as the safety rules weigh them."""
    ingredients = knowledge.guidance.vocabulary.ingredients
    chosen: dict[str, list[Syringe]] = {}
    for one in drawn:
        if one.first_choice and one.drug in ingredients:
            chosen.setdefault(one.drug, []).append(one)
    return tuple(
        Injected(
            text=lines[0].label,
            ingredient=drug,
            classes=ingredients[drug].classes,
            mg=_most(line.total_mg for line in lines),
            volume_ml=_most(line.total_ml for line in lines),
            adrenaline=None,
        )
        for drug, lines in chosen.items()
    )


def _most(ranges: Iterable[Range | None]) -> float | None:
    """The sum of the upper ends; not known where one of them is not."""
    known = list(ranges)
    return None if None in known else sum(pair[1] for pair in known if pair is not None)


def refuse_overdose(planned: Planned, safety: SafetyCheck) -> None:
    """A dose that somebody wrote down and that is above its ceiling is not drawn up.

    Raises:
        RefusedPlan: the local anaesthetic, the steroid or the neurolytic is too much.
    """
    if planned.medicines is None:
        return
    for says in _too_much(planned, safety):
        raise RefusedPlan(f"{planned.technique.label}: {says}")


def _too_much(planned: Planned, safety: SafetyCheck) -> Iterator[str]:
    for verdict in safety.verdicts:
        if verdict.rule in ("anaesthetic_dose", "neurolytic"):
            yield from (r.says for r in verdict.reasons if r.outcome is Outcome.HOLD)
    for one in planned.medicines or ():
        if one.mg is None:
            continue
        limit = limit_of(one, safety.now)  # the absolute ceiling holds for any weight
        if limit is not None and limit.max_mg is not None and one.mg > limit.max_mg.value:
            yield f"{one.text} {one.mg:g} mg; never more than {limit.max_mg.value:g} mg."
        steroid = safety.now.safety.steroids.get(one.ingredient or "")
        if planned.technique.neuraxial and steroid and one.mg > steroid.session_max_mg.value:
            most = steroid.session_max_mg.value
            yield f"{one.text} {one.mg:g} mg; at most {most:g} mg in one session."


def unusual(planned: Planned, drawn: tuple[Syringe, ...]) -> Iterator[str]:
    """What was planned beside or beyond the technique's own amounts."""
    for one in planned.medicines or ():
        rows = [row for row in drawn if row.drug == one.ingredient]
        if not rows:
            if one.ingredient is not None:
                yield f"{one.text} is planned, and is not among the agents of this technique."
            continue
        if one.volume_ml is None:
            continue
        volumes = [row.total_ml for row in rows if row.total_ml is not None]
        most = sum(high for _, high in volumes)
        if volumes and one.volume_ml > most + 1e-9:
            yield (
                f"{one.text} {one.volume_ml:g} ml in all; usual here at most {most:g} ml. More "
                "spreads to what is not meant."
            )
