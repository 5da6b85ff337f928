"""Small pieces that many templates print."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from needlepoint.web.patients.bar import PatientBar
from needlepoint.web.shell.menu import Place, menu_for, tabs_of

register = template.Library()

_ICONS = {
    "hold": '<path d="M7.5 2h9L22 7.5v9L16.5 22h-9L2 16.5v-9z"/><path d="M8 12h8" class="in"/>',
    "cannot_tell": '<path d="M12 2l10.5 19h-21z"/><path d="M12 9v5.5M12 17.4v.4" class="in"/>',
    "clear": '<circle cx="12" cy="12" r="10"/><path d="M7.5 12.5l3.2 3.2 6-6.6" class="in"/>',
}


@register.simple_tag
def icon(outcome: str) -> SafeString:
    """The sign of a verdict: stop, question, tick. The word stands beside it."""
    shape = _ICONS[outcome]
    return mark_safe(
        f'<svg class="icon {outcome}" viewBox="0 0 24 24" aria-hidden="true">{shape}</svg>'
    )


_RAIL = (("planned", "Planned"), ("performed", "Performed"), ("diary", "Diary running"),
         ("read", "Read"))  # fmt: skip


@register.inclusion_tag("procedures/_rail.html")
def rail(state: str) -> dict[str, Any]:
    """The four states of a block, the present one marked."""
    return {"states": _RAIL, "state": state}


@register.simple_tag
def place_of(bar: PatientBar, tab: str, anchor: str = "") -> str:
    """The address of a tab, or of the story where this installation lacks the tab."""
    try:
        address = reverse(tab, args=[bar.patient_id])
    except NoReverseMatch:
        address = reverse("story", args=[bar.patient_id])
    return f"{address}#{anchor}" if anchor else address


@register.simple_tag(takes_context=True)
def main_menu(context: Any) -> tuple[Place, ...]:
    """The main menu for who is signed in."""
    request = context.get("request")
    return menu_for(getattr(request, "user", None))


@register.simple_tag
def patient_tabs(bar: PatientBar) -> tuple[Place, ...]:
    """The tabs of the patient whose bar this is."""
    return tabs_of(bar.patient_id)
