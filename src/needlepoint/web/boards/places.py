"""Where does each line of a board lead? To the page that mends it, or the nearest there is."""

from __future__ import annotations

from uuid import UUID

from django.urls import NoReverseMatch, reverse

from needlepoint.core.plan.due import DueKind


def first_of(*candidates: tuple[str, tuple[object, ...]]) -> str:
    """The first address that this installation has."""
    for name, arguments in candidates:
        try:
            return reverse(name, args=arguments)
        except NoReverseMatch:
            continue
    raise AssertionError("every list of pages ends with one that is always there")


def action_of(kind: DueKind, patient: UUID, subject: str) -> tuple[str, str]:
    """What to do, and where."""
    here: tuple[object, ...] = (patient,)
    match kind:
        case DueKind.SELF_HARM:
            return "See the answer", first_of(("progress", here))
        case DueKind.PUMP_STOPPED:
            return "Is it running?", first_of(("pump_running", here))
        case DueKind.REFILL_HELD:
            return "Sign it", first_of(("devices", here))
        case DueKind.REFILL:
            return "Enter the refill", first_of(("pump_refill", here))
        case DueKind.ALARM | DueKind.BRIDGE:
            return "Look at the pump", first_of(("devices", here))
        case DueKind.DEVICE:
            return "Look at the device", f"{first_of(('devices', here))}#h-implants"
        case DueKind.DIARY:
            return "Enter the diary", first_of(("block", (patient, subject)), ("links", here))
        case DueKind.FOLLOW_UP:
            return "Call", f"{first_of(('progress', here))}#h-score"
        case DueKind.REPEAT:
            return "Look at treatment", first_of(("treatment", here), ("progress", here))
        case DueKind.AUTHORISATION:
            return "Look at papers", first_of(("papers", here), ("treatment", here),
                                              ("story", here))  # fmt: skip
        case DueKind.UNREAD:
            return "Look at the chart", first_of(("story", here))
        case DueKind.UNPLACED | DueKind.PLANNED:
            return "Day and room", first_of(("appointment", (patient, subject)))


def mend(look: str, patient: UUID, entry: str) -> str:
    """The page that mends one of the five looks."""
    plan = first_of(("planned", (patient, entry)), ("story", (patient,)))
    if look == "time_out":
        return first_of(("sheet", (patient, entry)), ("story", (patient,)))
    return plan


__all__ = ["action_of", "first_of", "mend"]
