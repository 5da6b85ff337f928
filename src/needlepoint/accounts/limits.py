"""How often may something be tried? Counted in the database, for all workers together."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from needlepoint.accounts.models import Attempt


def may_try(what: str, who: str, *, times: int, minutes: int) -> bool:
    """Count one try, and say whether it is still within the limit.

    Args:
        who: an address of the network, a user's id ...; only a keyed hash of it is kept.
    """
    key = keyed_hash(f"{what}:{who}")
    now = timezone.now()
    since = now - timedelta(minutes=minutes)
    with transaction.atomic():
        _one_at_a_time(what)
        Attempt.objects.filter(what=what, at__lt=since).delete()
        tried = Attempt.objects.filter(what=what, who=key, at__gte=since).count()
        if tried >= times:
            return False  # what is refused does not count, so that a limit ends by itself
        Attempt.objects.create(what=what, who=key, at=now)
    return True


def forget_try(what: str, who: str) -> None:
    """A try that succeeded was no guess: it does not count against the next."""
    tried = Attempt.objects.filter(what=what, who=keyed_hash(f"{what}:{who}"))
    newest = tried.order_by("-pk").first()
    if newest is not None:
        newest.delete()


def _one_at_a_time(what: str) -> None:
    """Let tries that arrive together be counted one after another; SQLite does so by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])


def keyed_hash(text: str) -> str:
    """A hash that nobody can compute or search without the clinic's secret."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()
