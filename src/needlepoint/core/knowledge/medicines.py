"""What do people and pharmacies call a medicine, what is in it, and what kind of drug is that?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from annotated_types import MinLen

from needlepoint.core.quantities import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugClass:
    """A word that rules use for a group of ingredients: `doac`, `nsaid`, `opioid`."""

    id: Text
    label: Text
    label_es: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """One active substance, or one herb or supplement, with the names it goes by."""

    id: Text  # the international non-proprietary name in lower case, words joined by _
    label: Text
    label_es: str | None = None  # where Spanish calls it otherwise
    classes: tuple[str, ...]
    brands: tuple[str, ...] = ()  # United States, United Kingdom, European Union
    synonyms: tuple[str, ...] = ()  # other spellings, abbreviations, salts
    rxcui: str | None = None
    atc: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product of several ingredients under one name."""

    names: Annotated[tuple[str, ...], MinLen(1)]
    ingredients: Annotated[tuple[str, ...], MinLen(2)]


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Every medicine that a rule names, and every name by which people write it."""

    classes: Mapping[str, DrugClass]
    ingredients: Mapping[str, Ingredient]
    products: tuple[Product, ...]
    ambiguous: Mapping[str, tuple[str, ...]]  # a name that may be several: "ASA", "MS"

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Every known name in lower case, and the ingredients it stands for."""
        known: dict[str, tuple[str, ...]] = {}
        for one in self.ingredients.values():
            said = (one.id, one.id.replace("_", " "), one.label, one.label_es or one.label)
            for name in (*said, *one.brands, *one.synonyms):
                known[name.lower()] = (one.id,)
        for product in self.products:
            for name in product.names:
                known[name.lower()] = product.ingredients
        return known

    @cached_property
    def phrases(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """The same by the words of each name, as a line of text is cut into words."""
        return {_phrase(name): meant for name, meant in self.names.items()}

    @cached_property
    def ambiguous_phrases(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Names that may be several, by their words."""
        return {_phrase(name): meant for name, meant in self.ambiguous.items()}

    def of_class(self, name: str) -> tuple[str, ...]:
        """Ids of every ingredient of a class."""
        return tuple(one.id for one in self.ingredients.values() if name in one.classes)


_TOKEN = re.compile(r"\d+(?:\.\d+)?|[^\W\d_][^\W_]*(?:'s?\b)?")


def tokens_of(text: str) -> list[tuple[str, int, int]]:
    """Words and numbers of a text in lower case without accents, each with its place.

    Hyphens, slashes and other marks part words; "St John's" and "St. Johns" are the same words.
    """
    return [
        (_bare(found[0]), found.start(), found.end()) for found in _TOKEN.finditer(text.lower())
    ]


def _bare(word: str) -> str:
    if word.isascii():
        return word.replace("'", "")
    letters = unicodedata.normalize("NFKD", word.replace("'", ""))
    return "".join(c for c in letters if not unicodedata.combining(c))


def _phrase(name: str) -> tuple[str, ...]:
    return tuple(word for word, _, _ in tokens_of(name))
