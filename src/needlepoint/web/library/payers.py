"""Payers: what each asks for, a check of a new file, and which of them this clinic works with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from needlepoint.accounts.models import PayerFile, User
from needlepoint.accounts.payers import keep_payer_file, use_payer
from needlepoint.accounts.roles import Permission
from needlepoint.core.errors import Fault
from needlepoint.core.knowledge import Policy
from needlepoint.files.policies import BOUNDS, check_policy
from needlepoint.web.permissions import needs
from needlepoint.web.shell.parts import knowledge, shipped
from needlepoint.web.shell.payers import own_policies

MOST_BYTES = BOUNDS.bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerRow:
    """One policy, and whether this clinic works with it."""

    id: str
    authority: str
    title: str
    kind: str
    jurisdiction: str
    document: str
    techniques: int
    criteria: int
    is_own: bool
    is_used: bool
    has_ended: bool
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayersPage:
    """Exactly what the page prints."""

    rows: tuple[PayerRow, ...]
    used: int


class PayerForm(forms.Form):
    """A file of a payer, chosen or pasted."""

    file = forms.FileField(required=False, label="YAML file of one policy")
    text = forms.CharField(
        required=False, max_length=MOST_BYTES, label="Or its text, to correct here",
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The text, from wherever it came."""
        said = dict(self.cleaned_data)
        file = said.get("file")
        if file is not None:
            if file.size > MOST_BYTES:
                raise forms.ValidationError("The file is larger than 60 kB. One file a policy.")
            try:
                said["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                what = "The file is not UTF-8 text. Save it as UTF-8."
                raise forms.ValidationError(what) from error
        if not said.get("text", "").strip():
            raise forms.ValidationError("Choose a file, or paste its text.")
        return said


@needs(Permission.READ_KNOWLEDGE)
@require_http_methods(["GET", "HEAD", "POST"])
def payers(request: HttpRequest) -> HttpResponse:
    """List what payers ask for; posted, check a file and say what is wrong, line by line."""
    if request.method != "POST":
        return _page(request)
    form = PayerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    text = form.cleaned_data["text"]
    policy, faults = check_policy(text.encode(), shipped())
    again = PayerForm(initial={"text": text})
    return _page(request, form=again, checked=policy, faults=faults, status=422 if faults else 200)


@needs(Permission.MANAGE_CLINIC)
@require_POST
def add_payer(request: HttpRequest) -> HttpResponse:
    """Keep a file that can be judged; nothing else is kept."""
    by = cast(User, request.user)
    form = PayerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    text = form.cleaned_data["text"]
    policy, faults = check_policy(text.encode(), shipped())
    if policy is None:
        again = PayerForm(initial={"text": text})
        return _page(request, form=again, faults=faults, status=422)
    keep_payer_file(policy_id=policy.id, text=text, by=by)
    messages.success(request, f"{policy.authority}: {policy.title} is kept and used from now on.")
    return redirect("payers")


@needs(Permission.MANAGE_CLINIC)
@require_POST
def use(request: HttpRequest) -> HttpResponse:
    """Work with a payer, or do without it."""
    by = cast(User, request.user)
    name, is_used = request.POST.get("policy", ""), request.POST.get("use") == "yes"
    own = PayerFile.objects.filter(clinic=by.clinic, policy_id=name).exists()
    if not own and name not in shipped().guidance.policies:
        raise Http404
    use_payer(policy_id=name, is_used=is_used, by=by)
    return redirect("payers")


def payers_page(clinic_rows: tuple[tuple[PayerFile, Policy | None, tuple[Fault, ...]], ...],
                used: frozenset[str], today: date) -> PayersPage:  # fmt: skip
    """The clinic's own files first, then those that ship, by authority."""
    own = [
        _row(policy, row.policy_id, used, today, faults=faults, is_used=row.is_used, is_own=True)
        for row, policy, faults in clinic_rows
    ]
    ship = [
        _row(policy, policy.id, used, today)
        for policy in sorted(
            shipped().guidance.policies.values(), key=lambda p: (p.authority, p.title)
        )
    ]
    rows = (*own, *ship)
    return PayersPage(rows=rows, used=sum(row.is_used for row in rows))


def _row(
    policy: Policy | None, name: str, used: frozenset[str], today: date, *,
    faults: tuple[Fault, ...] = (), is_used: bool | None = None, is_own: bool = False,
) -> PayerRow:  # fmt: skip
    if policy is None:
        return PayerRow(
            id=name, authority=name, title="cannot be read by this edition", kind="",
            jurisdiction="", document="", techniques=0, criteria=0, is_own=True, is_used=False,
            has_ended=False, faults=faults,
        )  # fmt: skip
    return PayerRow(
        id=policy.id,
        authority=policy.authority,
        title=policy.title,
        kind=policy.kind.replace("_", " "),
        jurisdiction=policy.jurisdiction,
        document=policy.document or "",
        techniques=len(policy.applies_to),
        criteria=len(policy.criteria),
        is_own=is_own,
        is_used=policy.id in used if is_used is None else is_used,
        has_ended=policy.in_force_until is not None and policy.in_force_until < today,
        faults=faults,
    )


def _page(
    request: HttpRequest, *, form: PayerForm | None = None, checked: Policy | None = None,
    faults: tuple[Fault, ...] = (), status: int = 200,
) -> HttpResponse:  # fmt: skip
    user = cast(User, request.user)
    used = frozenset(knowledge().guidance.policies)
    page = payers_page(own_policies(user.clinic_id, shipped()), used, timezone.localdate())
    context = {
        "page": page, "form": form or PayerForm(), "checked": checked, "faults": faults,
        "may_manage": user.may(Permission.MANAGE_CLINIC), "here": "payers", "section": "knowledge",
    }  # fmt: skip
    return render(request, "library/payers.html", context, status=status)
