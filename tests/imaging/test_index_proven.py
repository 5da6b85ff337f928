"""The index of images is proven against the files themselves."""

from __future__ import annotations

from django.db import connection
from sending import attached, clinic

from needlepoint.imaging.keeping import image_fault
from needlepoint.store.models import ImageRow
from needlepoint.store.verifying import verify


def test_an_index_that_was_changed_behind_the_programs_back_is_found(postgresql: str) -> None:
    attached(clinic())
    assert ImageRow.objects.exists()
    assert verify(with_files=True, image_fault=image_fault).damage == ()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE store_imagerow SET study = '1.2.3'")
        cursor.execute("SET session_replication_role = DEFAULT")
    assert verify().damage == ()
    damage = verify(with_files=True, image_fault=image_fault).damage
    assert damage and all("its study is not what its file says" in said for said in damage)
