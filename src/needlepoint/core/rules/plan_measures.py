"""What is planned, for which pain, and do symptom, image and target agree?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from needlepoint.core.chart import Complaint, ImagingFinding, ImagingStudy, State
from needlepoint.core.record import Said
from needlepoint.core.rules.days import WEEKS_A_MONTH, months_between, weeks_between
from needlepoint.core.rules.facts import words
from needlepoint.core.rules.measured import Measured, Value, unknown
from needlepoint.core.rules.places import rank, sides_fit, touch, vertebrae

if TYPE_CHECKING:
    from needlepoint.core.rules.situation import Situation

# --- the pain -------------------------------------------------------------------------------------

_WHICH = "Say in the plan which complaint it is for."


def _said(now: Situation) -> Said[Complaint] | None:
    """The last word on the pain that the plan is for."""
    found = None
    for entry in now.entries_of(Complaint):
        one = entry.statement
        if isinstance(one, Complaint) and one.name == now.complaint:
            found = Said(entry=entry.id, occurred_at=entry.occurred_at, statement=one)
    return found


def _number_of(name: str) -> Callable[[Situation], Measured]:
    def read(now: Situation) -> Measured:
        said = _said(now)
        if said is None:
            return unknown(_WHICH)
        ask = f"Record the {name.removeprefix('nrs_')} pain on the 0-10 scale, as one number."
        return Measured(value=getattr(said.statement, name), entries=(said.entry,), ask=ask)

    return read


def _duration(now: Situation) -> Measured:
    """By the onset; else what was said then and the time that has passed since."""
    said, ask = _said(now), "Record since when the pain has lasted."
    if said is None:
        return unknown(_WHICH)
    one, today = said.statement, now.at.date()
    if one.onset is not None:
        value = months_between(one.onset, today)
    elif one.duration_months is not None:
        value = float(one.duration_months) + months_between(said.occurred_at.date(), today)
    else:
        return unknown(ask)
    return Measured(value=value, entries=(said.entry,), ask=ask)


def _duration_weeks(now: Situation) -> Measured:
    """By the onset to the day; else from the months that were said."""
    said, months = _said(now), _duration(now)
    if said is not None and said.statement.onset is not None:
        weeks = weeks_between(said.statement.onset, now.at.date())
    elif isinstance(months.value, float):
        weeks = months.value * WEEKS_A_MONTH
    else:
        return months
    return Measured(value=weeks, entries=months.entries, ask=months.ask)


def _side_fits(now: Situation) -> Measured:
    ask = "Record the side of the pain and of the plan."
    said = _said(now)
    if said is None:
        return unknown(_WHICH)
    fits = sides_fit(said.statement.side, now.planned.targets)
    return Measured(value=fits, entries=(said.entry,), ask=ask)


def _presentation(now: Situation) -> Measured:
    said = _said(now)
    if said is None:
        return unknown(_WHICH)
    return Measured(value=said.statement.presentation, entries=(said.entry,), ask=_WHICH)


PAIN: Mapping[str, Callable[[Situation], Measured]] = {
    "duration_months": _duration,
    "duration_weeks": _duration_weeks,
    "nrs_average": _number_of("nrs_average"),
    "nrs_worst": _number_of("nrs_worst"),
    "side_fits_plan": _side_fits,
    "presentation": _presentation,
}

# --- the plan -------------------------------------------------------------------------------------


def particulate(now: Situation) -> bool | None:
    """Whether a particulate steroid is planned; None while the steroid is not chosen."""
    if now.planned.medicines is None:
        return None if "steroid" in now.planned.technique.uses else False
    steroids = now.planned.of_class("corticosteroid")
    known = now.safety.steroids
    named = [s.ingredient for s in steroids if s.ingredient is not None and s.ingredient in known]
    said = [known[name].particulate.value for name in named]
    if len(said) < len(steroids):
        return True if "yes" in said else None
    return "yes" in said


def _levels(now: Situation) -> float | None:
    """Joints or levels, not nerves; both sides of one are one."""
    found = now.aimed_at
    return float(len({place for place, _ in found})) or None


def _bilateral(now: Situation) -> bool | None:
    found = now.aimed_at
    return len({side for _, side in found}) > 1 if found else None


def _end(now: Situation, *, highest: bool) -> str | None:
    """The level nearest the head, or furthest from it, as it is written."""
    found = [t.segment or t.level for t in now.planned.targets]
    levels = [place for place in found if place]
    if not levels:
        return None
    return min(levels, key=rank) if highest else max(levels, key=rank)


def _contrast(now: Situation) -> bool | None:
    if now.planned.medicines is None:
        return None
    return bool(
        now.planned.of_class("contrast_iodinated") or now.planned.of_class("contrast_gadolinium")
    )


def _biologic(now: Situation) -> bool | None:
    """Whether something is injected that is made of cells or tissue."""
    if now.planned.medicines is None:
        return None
    names = [one.text.lower() for one in now.planned.medicines]
    if any(word in name for name in names for word in words(now.safety.facts["plan/biologics"])):
        return True
    understood = all(one.ingredient is not None for one in now.planned.medicines)
    return False if understood else None


def _sedation(now: Situation) -> Value | None:
    return None if now.planned.sedation == "unknown" else now.planned.sedation


PLANNED: Mapping[str, Callable[[Situation], Value | None]] = {
    "technique": lambda now: now.planned.technique.id,
    "guidance": lambda now: now.planned.guidance,
    "sedation": _sedation,
    "levels": _levels,
    "bodies": lambda now: float(len(vertebrae(now.planned.targets))) or None,
    "bilateral": _bilateral,
    "steroid": lambda now: now.planned.uses_steroid,
    "particulate": particulate,
    "contrast": _contrast,
    "biologic": _biologic,
    "highest_level": lambda now: _end(now, highest=True),
    "lowest_level": lambda now: _end(now, highest=False),
}
PLANNED_ASK: Mapping[str, str] = {
    "guidance": "Plan the image guidance.",
    "sedation": "Plan the sedation, or none.",
    "levels": "Plan the levels and sides.",
    "bodies": "Plan the vertebral bodies.",
    "bilateral": "Plan the sides.",
    "contrast": "List the medicines of the plan, contrast among them.",
    "biologic": "List the medicines of the plan.",
    "particulate": "Choose the steroid.",
}

# --- images ---------------------------------------------------------------------------------------

_NAMED = {
    "lumbar": ("lumb", "l-spine", "l spine"),
    "sacral": ("sacr", "lumb", "pelv", "l-spine", "l spine"),
    "cervical": ("cerv", "neck", "c-spine", "c spine"),
    "thoracic": ("thor", "dorsal spine", "t-spine", "t spine"),
}  # how a report names the region
_ADVANCED = ("mri", "ct", "ct_myelography", "ct myelography")


def _age_of_image(now: Situation) -> Measured:
    """Months since the last MRI or CT of the region, or that saw something at a planned level."""
    ask = "Record the MRI or CT of the region with its date."
    region, latest = now.planned.technique.region, None
    for entry in now.entries_of(ImagingStudy, ImagingFinding):
        one, fits = entry.statement, False
        if isinstance(one, ImagingStudy) and one.modality.lower() in _ADVANCED:
            fits = any(word in (one.region or "").lower() for word in _NAMED.get(region, (region,)))
        elif isinstance(one, ImagingFinding):
            shown = (one.modality or one.name.rpartition("_on_")[2]).lower()
            fits = shown in _ADVANCED and touch(one.segment or "", now.planned.targets)
        if fits and (latest is None or entry.occurred_at >= latest.occurred_at):
            latest = entry
    if latest is None:
        return unknown(ask)
    months = months_between(latest.occurred_at.date(), now.at.date())
    return Measured(value=months, entries=(latest.id,), ask=ask)


def _concordant(now: Situation, name: str) -> Measured:
    """Whether a finding of the list was seen at a planned level, on a planned side.

    False where such findings were seen, and all of them elsewhere; not known where none was
    recorded, or none with its level.
    """
    ask = "Record what MRI or CT shows at the planned level and side, and plan level and side."
    listed = words(now.safety.facts[f"concordance/{name}"])
    elsewhere: list[str] = []
    targets, open_ = now.planned.targets, False
    for said in now.record.findings:
        one = said.statement
        if one.name not in listed or one.state is not State.PRESENT:
            continue
        if one.segment is None or not vertebrae(targets):
            open_ = True  # a caudal needle, for one, is aimed at no level
        elif touch(one.segment, targets) and sides_fit(one.side, targets) is not False:
            return Measured(value=True, entries=(said.entry,), ask=ask)
        else:
            elsewhere.append(said.entry)
    if elsewhere and not open_:
        return Measured(value=False, entries=tuple(elsewhere), ask=ask)
    return unknown(ask)


def image(word: str, now: Situation) -> Measured:
    """`age_months`, or `concordant/NAME` with the findings of concordance/NAME."""
    if word == "age_months":
        return _age_of_image(now)
    return _concordant(now, word.partition("/")[2])
