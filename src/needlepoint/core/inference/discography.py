"""What does a discogram say about each pattern? One factor a disc."""

from __future__ import annotations

import numpy as np

from needlepoint.core.chart import DiscLevel, Discogram, State
from needlepoint.core.findings import ObservedFindings
from needlepoint.core.inference.factor import Factor
from needlepoint.core.inference.frame import Frame
from needlepoint.core.knowledge import Estimate, Knowledge


def discography_factors(
    frame: Frame, observed: ObservedFindings, knowledge: Knowledge
) -> tuple[Factor, ...]:
    """One factor a disc: provoked or not, by the criteria; weaker without a control level."""
    if "disc" not in frame.columns_of_kind:
        return ()
    model = knowledge.discography
    false_positive = _false_positive(observed, knowledge)
    factors = []
    for said in observed.discograms:
        discogram: Discogram = said.statement
        controlled = any(not is_disc_positive(d, knowledge) for d in discogram.levels)
        for disc in discogram.levels:
            a = np.zeros(frame.columns)
            argument = 1 - (1 - model.sensitivity.value) / (1 - false_positive.value)
            for column in frame.columns_of_kind["disc"]:
                if disc.segment in frame.patterns[column].segments:
                    a[column] = argument
            positive = is_disc_positive(disc, knowledge)
            weight = 1.0 if controlled or not positive else model.weight_without_control
            factors.append(
                Factor(
                    name=f"discography/{disc.segment}",
                    label=f"Discography {disc.segment}",
                    station="discography",
                    present=positive,
                    leak=false_positive.value,
                    a=a,
                    exponent=knowledge.parameters.block_exponent.value * weight,
                    entries=(said.entry,),
                    sources=(model.sensitivity, false_positive),
                )
            )
    return tuple(factors)


def is_disc_positive(disc: DiscLevel, knowledge: Knowledge) -> bool:
    """Concordant, strong pain at low pressure and small volume, in a disrupted disc.

    What was not recorded is not held against the disc.
    """
    model = knowledge.discography
    above = None
    if disc.pressure_psi is not None:
        above = disc.pressure_psi - (disc.opening_pressure_psi or 0.0)
    return (
        disc.concordance in ("similar", "exact")
        and disc.intensity >= model.intensity_min
        and (above is None or above <= model.pressure_above_opening_psi_max)
        and (disc.volume_ml is None or disc.volume_ml <= model.volume_ml_max)
        and (disc.annular_grade is None or disc.annular_grade >= model.annular_grade_min)
    )


def _false_positive(observed: ObservedFindings, knowledge: Knowledge) -> Estimate:
    """The chance that an innocent disc answers, by what is known of the patient."""
    model = knowledge.discography
    states = {o.name: o.state for o in (*observed.observations, *observed.replaced)}
    if states.get("somatisation") is State.PRESENT:
        return model.false_positive_somatisation
    if states.get("widespread_pain") is State.PRESENT:
        return model.false_positive_chronic_pain
    if states.get("somatisation") is states.get("widespread_pain") is State.ABSENT:
        return model.false_positive_clean
    return model.false_positive_default
