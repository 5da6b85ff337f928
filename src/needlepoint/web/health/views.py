"""Is the database there, with the right tables, and is there room to write?"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from needlepoint.web.permissions import open_to_anyone

_ROOM_MB = 500


@open_to_anyone("a monitor asks it; it says yes or no and nothing else")
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 if everything is well, 503 if anything is not."""
    checks = _checks()
    return JsonResponse(dict(checks), status=200 if all(checks.values()) else 503)


def _checks() -> Mapping[str, bool]:
    return {"database": _database(), "tables": _tables(), "room": _room()}


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    except DatabaseError:
        return False


def _tables() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _room() -> bool:
    folder = Path(settings.DATA_DIR)
    return folder.is_dir() and shutil.disk_usage(folder).free > _ROOM_MB * 1_000_000
