"""What came of the trial of stimulation or of intrathecal medicine?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from needlepoint.core.chart import Trial, TrialDay
from needlepoint.core.record import Said
from needlepoint.core.rules.measured import Measured, unknown

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation

_ASK = "Record the trial with its days, pain before and during, medicines and verdict."
_KINDS = (
    ("dorsal_root_ganglion", ("dorsal_root", "drg")),
    ("peripheral_nerve", ("peripheral", "pns")),
    ("spinal_cord", ("spinal_cord", "scs")),
    ("intrathecal", ("intrathecal", "intraspinal", "pump")),
)


def _kind(name: str) -> str | None:
    """Which therapy a trial or a technique is about."""
    word = name.strip().lower().replace(" ", "_").replace("-", "_")
    return next((kind for kind, words in _KINDS if any(w in word for w in words)), None)


def last_trial(now: Situation) -> Said[Trial] | None:
    """The last trial of the planned therapy that had begun before."""
    wanted, found = _kind(now.planned.technique.id), None
    for entry in now.entries_of(Trial):
        one = entry.statement
        if not isinstance(one, Trial) or entry.occurred_at >= now.at:
            continue
        if wanted is not None and _kind(one.of) == wanted:
            found = Said(entry=entry.id, occurred_at=entry.occurred_at, statement=one)
    return found


def _diary(trial: Trial) -> tuple[TrialDay, ...]:
    """Days with the therapy on; day 0 is the baseline."""
    return tuple(day for day in trial.diary if day.day > 0)


def _drop(trial: Trial) -> tuple[float, float] | None:
    """Pain before, and points by which it fell on average."""
    if trial.nrs_before is None:
        return None
    if trial.nrs_during is not None:
        return trial.nrs_before, trial.nrs_before - trial.nrs_during
    days = _diary(trial)
    if not days:
        return None
    return trial.nrs_before, trial.nrs_before - sum(day.nrs for day in days) / len(days)


def _relief(trial: Trial) -> float | None:
    drop = _drop(trial)
    return None if drop is None or drop[0] == 0 else 100 * drop[1] / drop[0]


def _points(trial: Trial) -> float | None:
    drop = _drop(trial)
    return None if drop is None else drop[1]


def _days(trial: Trial) -> float | None:
    if trial.days is not None:
        return trial.days
    return max((day.day for day in _diary(trial)), default=None)


def _opioids(trial: Trial) -> float | None:
    """Percent less opioid on the last day of the diary than on its day 0."""
    before = [d.opioid_mme for d in trial.diary if d.day == 0 and d.opioid_mme is not None]
    after = [d.opioid_mme for d in _diary(trial) if d.opioid_mme is not None]
    if not before or not after or before[0] == 0:
        return None
    return 100 * (before[0] - after[-1]) / before[0]


def _succeeded(trial: Trial) -> bool | None:
    return {"succeeded": True, "failed": False}.get(trial.verdict or "")


TRIAL: Mapping[str, Callable[[Trial], float | bool | None]] = {
    "relief_percent": _relief,
    "nrs_drop": _points,
    "days": _days,
    "opioid_reduction_percent": _opioids,
    "succeeded": _succeeded,
}


def trial(word: str, now: Situation) -> Measured:
    """One number of the last trial, or its verdict."""
    said = last_trial(now)
    if said is None:
        return unknown(_ASK)
    return Measured(value=TRIAL[word](said.statement), entries=(said.entry,), ask=_ASK)
