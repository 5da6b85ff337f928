"""What do people and pharmacies call a medicine, what is in it, and what kind of drug is that?"""

from __future__ import annotations

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
            for name in (one.id, one.id.replace("_", " "), one.label, *one.brands, *one.synonyms):
                known[name.lower()] = (one.id,)
        for product in self.products:
            for name in product.names:
                known[name.lower()] = product.ingredients
        return known

    def of_class(self, name: str) -> tuple[str, ...]:
        """Ids of every ingredient of a class."""
        return tuple(one.id for one in self.ingredients.values() if name in one.classes)
