"""The commands of the clinic: they need Django, which the rest of the command line does not."""

from __future__ import annotations

import argparse
import os
from importlib.util import find_spec

from needlepoint.core.errors import NeedlepointError


class ClinicNotInstalled(NeedlepointError):
    """The web part was not installed."""


def set_up() -> None:
    """Make Django ready, and on the first start give the clinic a secret of its own."""
    if find_spec("django") is None:
        raise ClinicNotInstalled(
            "The clinic needs more packages. Install them with: pip install 'needlepoint[web]'"
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "needlepoint.config.settings")
    from needlepoint.config import environment

    environment.make_secret()
    import django

    django.setup()


def run_manage(parsed: argparse.Namespace) -> int:
    """Run one of Django's own commands: migrate, shell, check ..."""
    set_up()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["needlepoint manage", *parsed.arguments])
    return 0
