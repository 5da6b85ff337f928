"""Charts that were opened in an emergency: who, when, why, what was looked at, and was it one?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from needlepoint.accounts.models import Clinic, User
from needlepoint.accounts.roles import Permission
from needlepoint.store.glass import GlassNotBroken, looked_at, review_glass
from needlepoint.store.models import GlassBreak
from needlepoint.web.administration.forms import ReviewForm
from needlepoint.web.administration.staff import administrator
from needlepoint.web.permissions import needs

MOST = 100
_STATES = (("open", "to be reviewed"), ("reviewed", "reviewed"), ("all", "all"))


class BoardForm(forms.Form):
    """Which emergencies are shown."""

    state = forms.ChoiceField(choices=_STATES, required=False, label="Show")
    person = forms.ModelChoiceField(
        User.objects.none(), required=False, label="Who", empty_label="anyone"
    )

    def __init__(self, *given: Any, clinic: Clinic, **named: Any) -> None:
        super().__init__(*given, **named)
        who = self.fields["person"]
        assert isinstance(who, forms.ModelChoiceField)
        who.queryset = User.objects.filter(clinic=clinic).order_by("name")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRow:
    """One emergency. Of the chart a random id; of what was in it nothing."""

    id: UUID
    who: str
    role: str
    chart: str
    reason: str
    opened_at: datetime
    ends_at: datetime
    looks: tuple[tuple[str, int], ...]  # what for, and how often
    finding: str
    reviewed_by: str
    reviewed_at: datetime | None
    review: str
    is_own: bool  # of who looks at the board: somebody else reviews it


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyPage:
    """Exactly what the board prints."""

    rows: tuple[EmergencyRow, ...]
    waiting: int
    more: bool


def emergency_rows(
    broken: Sequence[GlassBreak], looks: dict[UUID, list[str]], by: User
) -> tuple[EmergencyRow, ...]:
    """As this reviewer sees them."""
    return tuple(
        EmergencyRow(
            id=one.pk,
            who=one.user.name,
            role=one.user.role.replace("_", " "),
            chart=str(one.patient_id)[:8],
            reason=one.reason,
            opened_at=one.opened_at,
            ends_at=one.ends_at,
            looks=tuple(Counter(looks.get(one.pk, ())).most_common()),
            finding={True: "an emergency", False: "not an emergency", None: ""}[one.justified],
            reviewed_by=one.reviewed_by.name if one.reviewed_by else "",
            reviewed_at=one.reviewed_at,
            review=one.review,
            is_own=one.user_id == by.pk,
        )
        for one in broken
    )


@needs(Permission.REVIEW_BREAK_GLASS)
@require_safe
def emergencies(request: HttpRequest) -> HttpResponse:
    """The board: those to be reviewed, the longest waiting first; or those that were."""
    by = administrator(request)
    form = BoardForm(request.GET or None, clinic=by.clinic)
    said = form.cleaned_data if form.is_bound and form.is_valid() else {}
    state = said.get("state") or "open"
    here = GlassBreak.objects.filter(clinic=by.clinic)
    waiting = here.filter(reviewed_at=None).count()
    if said.get("person"):
        here = here.filter(user=said["person"])
    if state != "all":
        here = here.filter(reviewed_at__isnull=state == "open")
    ordered = here.order_by("opened_at" if state == "open" else "-opened_at")
    found = list(ordered.select_related("user", "reviewed_by")[: MOST + 1])
    page = EmergencyPage(
        rows=emergency_rows(found[:MOST], looked_at(found[:MOST]), by), waiting=waiting,
        more=len(found) > MOST,
    )  # fmt: skip
    context = {"page": page, "form": form, "state": state, "most": MOST, **_around(by)}
    status = 422 if form.errors else 200
    return render(request, "administration/emergencies.html", context, status=status)


@needs(Permission.REVIEW_BREAK_GLASS)
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, broken_id: UUID) -> HttpResponse:
    """Say whether an emergency was one; once, and never of one's own."""
    by = administrator(request)
    broken = get_object_or_404(GlassBreak, pk=broken_id, clinic=by.clinic)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            review_glass(
                broken=broken, by=by, justified=said["justified"] == "yes", review=said["review"]
            )
        except GlassNotBroken as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("emergencies")
    row = emergency_rows([broken], looked_at([broken]), by)[0]
    status = 422 if form.errors else 200
    context = {"form": form, "row": row, **_around(by)}
    return render(request, "administration/review.html", context, status=status)


def _around(by: User) -> dict[str, Any]:
    return {"manages": by.may(Permission.MANAGE_CLINIC), "section": "people"}


__all__ = ["BoardForm", "EmergencyPage", "EmergencyRow", "emergencies", "emergency_rows", "review"]
