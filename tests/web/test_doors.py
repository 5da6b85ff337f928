"""Every page of a patient: the treating team sees it, another clinic does not, and each look is logged."""

from __future__ import annotations

import re
import uuid

import pytest
from django.test import Client

from clinic import a_clinic, a_user
from web.people import looks, practice

TABS = {
    "": "open the chart",
    "story/": "story",
    "story/drawing/pain/": "pain drawing",
    "examination/": "examination",
    "questions/": "history",
    "pain-source/": "pain source",
    "blocks/": "blocks",
    "treatment/": "treatment",
    "papers/": "papers",
    "papers/letter/chart/": "paper",
    "plan/lumbar_medial_branch_block/": "plan a procedure",
    "cards/last/": "emergency card",
    "imaging/": "imaging",
    "devices/": "devices",
    "devices/cards/": "pump emergency cards",
    "devices/mri/": "MRI card",
    "devices/pump/refill/": "pump refill",
    "devices/pump/change/": "pump change",
    "progress/": "progress",
}


@pytest.mark.parametrize("tab", TABS)
def test_the_treating_team_sees_it_and_the_look_is_written_down(sqlite: str, tab: str) -> None:
    here = practice()
    answer = here.physician.get(here.address(tab))
    assert answer.status_code == (302 if tab == "" else 200)
    assert looks(here.patient.pk) == [(TABS[tab], "allowed")]


@pytest.mark.parametrize("tab", TABS)
def test_another_clinic_gets_404_as_for_nobody_and_the_knock_is_written_down(
    sqlite: str, tab: str
) -> None:
    here = practice()
    refused = here.outsider.get(here.address(tab))
    nobody = here.outsider.get(f"/patients/{uuid.uuid4()}/{tab}")
    assert refused.status_code == nobody.status_code == 404
    assert "Rivera" not in refused.content.decode()
    assert looks(here.patient.pk) == [(TABS[tab], "refused")]


@pytest.mark.parametrize("tab", [*TABS, "story/add/goal/", "story/take-back/none/"])
def test_nobody_gets_in_without_signing_in(sqlite: str, tab: str) -> None:
    here = practice()
    answer = Client().get(here.address(tab))
    assert answer.status_code == 302 and "/account/login/" in answer["Location"]
    assert looks(here.patient.pk) == []


def test_the_demonstrations_door_does_not_exist_in_a_real_clinic(sqlite: str) -> None:
    practice()
    assert Client().get("/demonstration/").status_code == 404
    assert Client().post("/demonstration/", {"who": "physician"}).status_code == 404


def test_the_demonstrations_door_opens_on_this_machine_only(sqlite: str, settings: object) -> None:
    settings.DEMONSTRATION = True  # type: ignore[attr-defined]
    here = practice()
    who = {"who": here.user.username}
    far = Client(REMOTE_ADDR="192.0.2.7")
    assert far.post("/demonstration/", who).status_code == 404
    near = Client(REMOTE_ADDR="127.0.0.1")
    assert near.post("/demonstration/", who)["Location"] == "/"
    evil = Client(REMOTE_ADDR="127.0.0.1")
    for wanted in ("https://elsewhere.example/", "account_logout", "<b>", "\U0001f600"):
        gone = evil.post("/demonstration/", {**who, "next": wanted})
        assert gone["Location"] == "/", wanted


@pytest.mark.parametrize("address", ["/account/login/", "/account/2fa/totp/activate/"])
def test_the_pages_of_signing_in_look_like_ours_and_hold_nothing_inline(
    sqlite: str, address: str
) -> None:
    user, client = a_user(a_clinic(), second_factor=False), Client()
    if "2fa" in address:
        client.post("/account/login/", {"login": user.username, "password": "long enough"})
        client.post("/account/reauthenticate/", {"password": "long enough"})
    answer = client.get(address)
    assert answer.status_code == 200, answer["Location"]
    text = answer.content.decode()
    assert 'class="brand"' in text
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son[a-z]+=", text)
