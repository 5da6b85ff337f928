"""Choosing the language, and the end of every patient's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from needlepoint.accounts.limits import may_try
from needlepoint.store.models import Link
from needlepoint.web.links.session import any_held_link
from needlepoint.web.permissions import ANY_LINK, by_link, open_to_anyone
from needlepoint.web.phone.words import LANGUAGES, Language, choose_language, language_of, words


@by_link(ANY_LINK)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Read on in the other language."""
    choose_language(request, request.POST.get("language", ""))
    link = any_held_link(request)
    return redirect("mine" if link is None else link.scope)


@open_to_anyone("it thanks, and shows nothing of any patient")
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """After handing in; the link has ended."""
    return phone_page(request, "phone/thanks.html", language_of(request))


def too_fast(link: Link) -> bool:
    """Whether this link sends more than a person can answer: a page every two seconds for long."""
    return not may_try("answers", str(link.pk), times=300, minutes=10)


def phone_page(
    request: HttpRequest, template: str, language: Language, status: int = 200, **context: object
) -> HttpResponse:
    """A patient's page in one language; `t` holds its words."""
    others = [one for one in LANGUAGES if one != language]
    every = [(one, words(one)) for one in (language, *others)]
    page = {"t": words(language), "language": language, "others": others, "every": every, **context}
    return render(request, template, page, status=status)
