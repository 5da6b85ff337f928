"""No English is left on a patient's Spanish page: every page is walked in both languages and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from needlepoint.core.chart import DiagnosticBlock
from needlepoint.store.models import Scope
from needlepoint.store.reading import entries_of
from needlepoint.web import intake as package
from needlepoint.web.phone.words import two_languages
from needlepoint.web.shell.parts import knowledge
from web.intake import begin, phone, walk
from web.people import practice
from web.test_diary_and_measures import with_block

WEB = Path(package.__file__).parent.parent
# Words that are the same in both languages, names, and what the patient typed.
SAME = {
    "No", "Diabetes", "Glaucoma", "Diabetes: No", "Glaucoma: No", "Needlepoint", "English", "Español", "Eliquis 5 mg twice a day",
    "ibuprofen 400", "apixiban", "penicilin: rash", "Walk to the market.", "mystery pill",
    "It began after moving house.", "prednison", "Chest pain (mine)", "ozone shots", "No (2)",
    "PHQ-9", "PHQ-4", "PEG", "English · Español", "· Español",
}  # fmt: skip
TREATMENTS = list(two_languages(WEB / "phone" / "lists.yaml")["treatments"])
ANSWERS: dict[str, Any] = {
    "place-1": {"place": "leg_dominant", "side": "both"},
    "place-2": {"place": "neck", "side": "left"},
    "place-3": {"place": "headache_from_neck", "side": "unsure"},
    "place-4": {"place": "thoracic", "side": "midline"},
    "more-1": {"more": "yes"},
    "more-2": {"more": "yes"},
    "more-3": {"more": "yes"},
    "treatments": {"tried": TREATMENTS, "others": "ozone shots"},
    "medicines": {"list": "Eliquis 5 mg twice a day\napixiban\nprednison\nmystery pill",
                  "nothing_else": "on"},
    "allergies": {"others": "yes", "which": "penicilin: rash"},
    "measure-2": {"gad1": "3", "gad2": "3", "phq1": "3", "phq2": "3"},
}  # fmt: skip


class Words(HTMLParser):
    """The pieces of text that a page shows or reads aloud, without what is marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        had = dict(attrs)
        void = tag in ("input", "meta", "link", "br", "img", "rect", "circle", "path")
        if tag in ("script", "style") or (had.get("lang") == "en" and tag != "html"):
            if not void:
                self.hidden.append(tag)
            return
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.append(tag)
        if not self.hidden:
            names = ("aria-label", "placeholder", "title", "alt")
            self.found += [value for name in names if (value := had.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


def words_of(html: str) -> set[str]:
    parser = Words()
    parser.feed(html)
    pieces = {" ".join(piece.split()) for piece in parser.found}
    return {p for p in pieces if re.search(r"[^\W\d_]{2,}", p) and not p.startswith("xxx")}


def english_left(english: str, spanish: str) -> set[str]:
    return (words_of(english) & words_of(spanish)) - SAME


def pages_of(language: str) -> dict[str, str]:
    """Every page of an intake that goes everywhere, by its name."""
    here = practice(None)
    device = phone(here)
    shown: dict[str, str] = {}
    address, n = begin(device, language), 0
    while address != reverse("intake_review"):
        shown[address] = device.get(address).content.decode()
        name = address.rstrip("/").rpartition("/")[2]
        if "/page/" not in address:
            address = re.findall(r'class="button primary" href="([^"]+)"', shown[address])[0]
            continue
        answers = {**ANSWERS, "flags-2": {"saddle_anaesthesia": "yes", "urinary_retention": "yes"}}
        if name.startswith("measure-3"):
            answers[name] = {f"phq{i}": "3" for i in range(1, 10)}
        nothing = device.post(address, {"place": "moon", "list": "x" * 9000, "number": "?",
                                        "began": "2999-01", "weeks": "-1", "words": "x" * 9000,
                                        "goal": "x" * 900, "which": "x" * 900})  # fmt: skip
        shown[f"{address} refused"] = nothing.content.decode()
        address, n = walk_one(device, address, answers), n + 1
        assert n < 90
    shown[address] = device.get(address).content.decode()
    for name in ("intake_help", "intake_urgent", "intake_declined"):
        shown[name] = device.get(reverse(name)).content.decode()
    shown["thanks"] = device.post(reverse("intake_review"), follow=True).content.decode()
    return shown


def walk_one(device: Client, address: str, answers: dict[str, Any]) -> str:
    """Answer this page and stop at the next."""
    steps: list[str] = []
    original = device.post

    def once(path: str, data: Any = None, **more: Any) -> Any:
        answer = original(path, data, **more)
        if answer.status_code == 302:
            steps.append(str(answer["Location"]))
            answer["Location"] = "/done/"
        return answer

    device.post = once  # type: ignore[method-assign]
    try:
        walk(device, address, answers)
    finally:
        device.post = original  # type: ignore[method-assign]
    return steps[-1]


def test_every_page_of_the_intake_is_spanish_throughout(sqlite: str) -> None:
    english, spanish = pages_of("en"), pages_of("es")
    assert set(english) == set(spanish)
    assert len(spanish) > 120
    left = {
        name: found for name in spanish if (found := english_left(english[name], spanish[name]))
    }
    assert left == {}


@pytest.mark.parametrize("scope", [Scope.DIARY, Scope.MEASURES])
def test_the_other_pages_of_a_patient_are_spanish_throughout(sqlite: str, scope: Scope) -> None:
    shown: dict[str, list[str]] = {}
    for language in ("en", "es"):
        here, subject = practice("lumbar/facet_or_sacroiliac"), ""
        if scope is Scope.DIARY:
            here, _ = with_block(90)
            subject = next(e.id for e in entries_of(here.patient.chart_id)
                           if isinstance(e.statement, DiagnosticBlock))  # fmt: skip
        device = phone(here, scope, subject)
        device.post(reverse("mine_language"), {"language": language})
        shown[language] = [page.content.decode() for page in walk_links(device, scope.value)]
    assert len(shown["en"]) == len(shown["es"]) >= 1
    for english, spanish in zip(shown["en"], shown["es"], strict=True):
        assert english_left(english, spanish) == set()


def walk_links(device: Client, name: str) -> Iterator[Any]:
    """Page after page by its first choice, until nothing is asked."""
    page = device.get(reverse(name), follow=True)
    for _ in range(12):
        if page.status_code == 404:
            return
        yield page
        form = page.context.get("form") if page.context else None
        if form is None:
            return
        sent = {n: str(f.choices[0][0]) for n, f in form.fields.items() if hasattr(f, "choices")}
        page = device.post(page.request["PATH_INFO"], sent, follow=True)


def pairs_of(found: Any) -> Iterator[tuple[str, str]]:
    if isinstance(found, list) and len(found) == 2 and all(isinstance(x, str) for x in found):
        yield found[0], found[1]
    elif isinstance(found, dict | list):
        for one in found.values() if isinstance(found, dict) else found:
            yield from pairs_of(one)


def test_no_pair_of_words_says_the_same_in_both_languages_or_speaks_familiarly() -> None:
    files = [WEB / "phone" / "words.yaml", WEB / "phone" / "places.yaml",
             WEB / "intake" / "questions.yaml", WEB / "phone" / "lists.yaml"]  # fmt: skip
    familiar = re.compile(r"\b(tú|tu|tus|te|ti|tienes|puedes|quieres|eres|estás|vuelve|escribe)\b")
    for path in files:
        for english, spanish in pairs_of(yaml.safe_load(path.read_text())):
            assert english != spanish or english in SAME, english
            assert not familiar.search(spanish.lower()), spanish
            assert ("?" in english) == ("¿" in spanish), spanish


def test_instruments_zones_techniques_and_risks_have_spanish_of_their_own() -> None:
    known = knowledge()
    pairs = [(z.label, z.label_es) for z in known.anatomy.zones.values()]
    pairs += [(t.label, t.label_es) for t in known.guidance.techniques.values()]
    for one in known.guidance.instruments.values():
        if one.can_be_asked("es"):
            pairs += [(i.says, i.says_es) for i in one.items if i.says]
            pairs += [(c.says, c.says_es) for c in one.choices if c.says]
    assert [pair for pair in pairs if not pair[1] or pair[0] == pair[1]] == []
