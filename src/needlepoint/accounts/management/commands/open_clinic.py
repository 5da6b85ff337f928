"""Make a clinic and its first administrator: needlepoint manage open_clinic."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from needlepoint.accounts.models import Clinic, User
from needlepoint.accounts.people import open_clinic


class Command(BaseCommand):
    help = "Make a clinic and its first administrator, whose first password is printed once."

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
        _, password = open_clinic(
            name=given["name"],
            time_zone=given["time_zone"],
            username=given["administrator"],
            person=given["person"],
        )
        self.stdout.write(f"Sign in as {given['administrator']} with the password {password}")
        self.stdout.write("It is asked to be changed, and a second factor set up, at once.")
