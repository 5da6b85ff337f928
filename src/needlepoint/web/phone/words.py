"""In which language does this patient read, and what do the words say in it?"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from django.http import HttpRequest

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")
_SESSION = "needlepoint_language"
_FILE = Path(__file__).with_name("words.yaml")
LISTS = Path(__file__).with_name("lists.yaml")  # of what is picked: treatments, allergies ...
_PLACES = Path(__file__).with_name("places.yaml")


@cache
def words(language: Language) -> Mapping[str, str]:
    """Every word of the patient's pages, by its key."""
    return {key: pair[LANGUAGES.index(language)] for key, pair in two_languages(_FILE).items()}


@cache
def two_languages(path: Path) -> Mapping[str, Any]:
    """A file of pairs: English, then Spanish."""
    loaded: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def in_language(pair: Any, language: Language) -> str:
    """The half of a pair that this patient reads."""
    return str(pair[LANGUAGES.index(language)])


def place_words(presentation: str, language: Language) -> str:
    """Where it hurts, as a patient calls it."""
    return in_language(two_languages(_PLACES)[presentation], language)


def places(language: Language) -> dict[str, str]:
    """Every place that a patient can choose, by the table of sources that it opens."""
    return {id: in_language(pair, language) for id, pair in two_languages(_PLACES).items()}


def language_of(request: HttpRequest, otherwise: str = "") -> Language:
    """The language chosen on this device, or else the one that the clinic has on file."""
    chosen = request.session.get(_SESSION) or otherwise
    return cast(Language, chosen) if chosen in LANGUAGES else "en"


def choose_language(request: HttpRequest, language: str) -> None:
    """Keep the choice on this device; what is no language changes nothing."""
    if language in LANGUAGES:
        request.session[_SESSION] = language


__all__ = [
    "LANGUAGES",
    "LISTS",
    "Language",
    "choose_language",
    "in_language",
    "language_of",
    "place_words",
    "places",
    "two_languages",
    "words",
]
