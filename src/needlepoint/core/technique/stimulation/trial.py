"""Did the trial work? Pain, function, sleep and medicines of its diary."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

from needlepoint.core.chart import Trial, TrialDay
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.record import Said
from needlepoint.core.rules.facts import number
from needlepoint.core.rules.verdict import (
    Reason,
    Verdict,
    cannot_tell,
    caution,
    clear,
    clear_by,
    hold,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialReading:
    """A trial of stimulation, read."""

    verdict: Verdict  # clear: it succeeded; hold: it failed; cannot tell: what is missing
    days: float | None
    relief_percent: float | None  # mean of the days with stimulation, against before
    opioid_reduction_percent: float | None  # last day against first
    function_percent: float | None  # change, mean of the days that say
    sleep_hours: float | None  # last day less first


def read_trial(said: Said[Trial], knowledge: Knowledge) -> TrialReading:
    """Read the diary; the first line counts as before where no score before is given.

    Relief or a fall of opioids of at least the stated share is success; function, sleep and
    complications are shown beside it and must be weighed.
    """
    trial = said.statement
    diary = tuple(sorted(trial.diary, key=lambda line: line.day))
    relief, opioids = _relief(trial, diary), _opioid_reduction(diary)
    days = trial.days if trial.days is not None else (diary[-1].day if diary else None)
    function = [line.function_percent for line in diary if line.function_percent is not None]
    sleep = [line.sleep_hours for line in diary if line.sleep_hours is not None]
    reasons = [
        _success(relief, opioids, knowledge, said.entry),
        _length(days, knowledge, said.entry),
        *_beside(trial, opioids, function, sleep, said.entry),
    ]
    return TrialReading(
        verdict=Verdict(
            rule="stimulation_trial",
            label=f"Trial of {trial.of.replace('_', ' ')}",
            reasons=tuple(reasons),
        ),
        days=days,
        relief_percent=relief,
        opioid_reduction_percent=opioids,
        function_percent=fmean(function) if function else None,
        sleep_hours=sleep[-1] - sleep[0] if len(sleep) > 1 else None,
    )


def _relief(trial: Trial, diary: tuple[TrialDay, ...]) -> float | None:
    before = trial.nrs_before
    during = [line.nrs for line in diary if line.day > 0]
    if before is None and diary and diary[0].day == 0:
        before = diary[0].nrs
    if not during and trial.nrs_during is not None:
        during = [trial.nrs_during]
    if not before or not during:
        return None
    return 100 * (1 - fmean(during) / before)


def _opioid_reduction(diary: tuple[TrialDay, ...]) -> float | None:
    taken = [line.opioid_mme for line in diary if line.opioid_mme is not None]
    if len(taken) < 2 or taken[0] == 0:
        return None
    return 100 * (1 - taken[-1] / taken[0])


def _success(
    relief: float | None, opioids: float | None, knowledge: Knowledge, entry: str
) -> Reason:
    found = knowledge.guidance.neuromodulation.facts
    wanted = found["stimulation/trial_relief_percent"]
    fewer = found["stimulation/trial_analgesic_reduction_percent"]
    if relief is None:
        says = "Record pain before the trial and on its days, on the same scale."
        return cannot_tell(says, wanted, entries=[entry])
    said = f"Relief {relief:.0f} %"
    if relief >= number(wanted) - 1e-9:
        return clear_by(f"{said}; at least {number(wanted):g} % is asked for.", knowledge, wanted,
                        entries=[entry])  # fmt: skip
    if opioids is not None and opioids >= number(fewer) - 1e-9:
        says = f"{said}, and opioids fell by {opioids:.0f} %, which some payers take instead."
        return clear_by(says, knowledge, fewer, entries=[entry])
    return hold(f"{said}; at least {number(wanted):g} % is asked for.", wanted, entries=[entry])


def _length(days: float | None, knowledge: Knowledge, entry: str) -> Reason:
    found = knowledge.guidance.neuromodulation.facts
    least, most = found["stimulation/trial_days_least"], found["stimulation/trial_days_most"]
    if days is None:
        return cannot_tell("Record how many days the trial lasted.", least, entries=[entry])
    if days < number(least):
        says = f"{days:g} days; a trial of at least {number(least):g} days is asked for."
        return cannot_tell(says, least, entries=[entry])
    if days > number(most):
        says = f"{days:g} days; longer than the {number(most):g} days that some payers name."
        return caution(says, most, entries=[entry])
    return clear(f"{days:g} days.", [entry])


def _beside(
    trial: Trial,
    opioids: float | None,
    function: list[float],
    sleep: list[float],
    entry: str,
) -> list[Reason]:
    reasons = []
    if function:
        reasons.append(_weigh(fmean(function) > 0, f"Function {fmean(function):+.0f} %.", entry))
    else:
        reasons.append(cannot_tell("Record function during the trial.", entries=[entry]))
    if len(sleep) > 1:
        gained = sleep[-1] - sleep[0]
        reasons.append(_weigh(gained >= 0, f"Sleep {gained:+.1f} hours.", entry))
    if opioids is not None and opioids < 0:
        says = f"Opioids rose by {-opioids:.0f} %: relief may be theirs."
        reasons.append(caution(says, entries=[entry]))
    if trial.complications:
        reasons.append(caution(f"Complication: {trial.complications}.", entries=[entry]))
    return reasons


def _weigh(good: bool, says: str, entry: str) -> Reason:
    return clear(says, [entry]) if good else caution(says, entries=[entry])
