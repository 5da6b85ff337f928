"""Whom a patient may call stands on every paper and page that says "call": the clinic's own numbers."""

from __future__ import annotations

from typing import Any

import pytest

from needlepoint.accounts.models import Clinic
from web.people import practice
from web.test_blocks import CASE, planned


@pytest.mark.parametrize("language", ["en", "es"])
def test_instructions_give_the_clinics_own_number_or_say_that_there_is_none(
    sqlite: str, settings: Any, language: str
) -> None:
    settings.CLINIC_PHONE = settings.EMERGENCY_NUMBER = ""
    here = practice(CASE)
    address = here.address(f"papers/instructions/{planned(here)}/text/?language={language}")
    text = here.physician.get(address).content.decode()
    none = {"en": "The clinic has not set its telephone", "es": "no ha indicado su teléfono"}
    assert none[language] in text
    Clinic.objects.filter(pk=here.user.clinic_id).update(
        phone="312 555 0100", emergency_number="555 0199"
    )
    text = here.physician.get(address).content.decode()
    assert "312 555 0100" in text and "555 0199" in text and none[language] not in text
    Clinic.objects.exclude(pk=here.user.clinic_id).update(phone="444 555 0100")
    assert "444 555 0100" not in here.physician.get(address).content.decode()
