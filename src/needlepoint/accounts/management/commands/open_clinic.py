"""Make a clinic and its first administrator: needlepoint manage open_clinic."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from needlepoint.accounts.keys import DAYS, ask_for_key
from needlepoint.accounts.models import Clinic, User
from needlepoint.accounts.people import open_clinic
from needlepoint.config.addresses import address_of_clinic


class Command(BaseCommand):
    help = "Make a clinic and its first administrator, who chooses a password by a link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="of the clinic")
        parser.add_argument("--administrator", required=True, help="user name to sign in with")
        parser.add_argument("--person", required=True, help="the administrator's own name")
        parser.add_argument("--time-zone", default="UTC", help="e.g. America/Chicago")

    def handle(self, *args: Any, **given: Any) -> None:
        if User.objects.filter(username=given["administrator"]).exists():
            raise CommandError("There is a user of this name already. Choose another.")
        if Clinic.objects.filter(name=given["name"]).exists():
            raise CommandError("There is a clinic of this name already. Choose another.")
        _, first = open_clinic(
            name=given["name"],
            time_zone=given["time_zone"],
            username=given["administrator"],
            person=given["person"],
        )
        made = ask_for_key(first, lost_factor=False, by=None)
        self.stdout.write(f"{first.name} opens, once, within {DAYS} days, and signs in as")
        self.stdout.write(f"{first.username} with the password that is chosen there:")
        self.stdout.write(address_of_clinic(f"/join/{made.token}/"))
