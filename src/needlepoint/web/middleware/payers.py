"""With whose payers is this request answered?"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from needlepoint.accounts.models import User
from needlepoint.web.shell.payers import asking

Answer = Callable[[HttpRequest], HttpResponse]


class ClinicPayers:
    """Coverage is judged by the policies that the clinic of the signed-in user works with."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, User):
            return self.answer(request)
        with asking(request.user.clinic_id):
            return self.answer(request)
