"""The last resort: let somebody in from the machine itself: needlepoint manage readmit."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from needlepoint.accounts.keys import DAYS, ask_for_key
from needlepoint.accounts.models import User
from needlepoint.accounts.people import NotChanged
from needlepoint.config.addresses import address_of_clinic


class Command(BaseCommand):
    help = "Print a link with which a user chooses a password. It is written down in the clinic."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--lost-phone", action="store_true", help="the second factor goes too")

    def handle(self, *args: Any, **given: Any) -> None:
        user = User.objects.filter(username=given["username"]).first()
        if user is None:
            raise CommandError("There is no user of this name. Look under Clinic, People.")
        try:
            made = ask_for_key(user, lost_factor=given["lost_phone"], by=None)
        except NotChanged as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"{user.name} opens, once, within {DAYS} days:")
        self.stdout.write(address_of_clinic(f"/join/{made.token}/"))
