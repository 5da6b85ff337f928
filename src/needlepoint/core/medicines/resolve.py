"""What medicine is meant by "Eliquis 5 bid", "apixaban 5 MG Oral Tablet" or "apixiban"?

Names come from the vocabulary; how people write doses and frequencies is language and stands here.
What cannot be told apart is asked about, never guessed: a fuzzy match counts only if nothing else
is nearly as close.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from needlepoint.core.knowledge import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One strength as written."""

    amount: float
    unit: str | None  # mg, mcg, g, units, mcg/h, ml, percent; None: not written

    @property
    def mg(self) -> float | None:
        """In milligrams, where the unit is one of mass; a bare number is not."""
        factor = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}.get(self.unit or "")
        return None if factor is None else self.amount * factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """What a line of a medicine list means, and what in it could not be understood."""

    text: str
    ingredients: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()  # where only a class was named: "blood thinner"
    doses: tuple[Dose, ...] = ()  # in the order written
    per_day: float | None = None  # times a day; 1/3 for a patch every 72 hours
    units_each: float = 1.0  # "2 tablets"
    as_needed: bool = False
    read_as: str | None = None  # the known name a misspelt one was taken for
    candidates: tuple[str, ...] = ()  # what it may be, where that cannot be told

    @property
    def is_understood(self) -> bool:
        return bool(self.ingredients) and not self.candidates

    @property
    def question(self) -> str | None:
        """What to ask where it is not understood."""
        if self.candidates:
            names = " or ".join(name.replace("_", " ") for name in self.candidates)
            return f"{self.text!r} may be {names}. Ask which."
        if self.classes:
            names = ", ".join(name.replace("_", " ") for name in self.classes)
            return f"{self.text!r} names a group ({names}). Ask for the medicine itself."
        if not self.ingredients:
            return f"{self.text!r} is not a medicine we know. Ask what it is and what is in it."
        return None


_UNITS = {
    "mcg/h": r"(?:mcg|µg|μg|ug|microgram(?:me)?s?)\s*(?:/|per)\s*(?:h|hr|hour)\b",
    "mcg": r"(?:mcg|µg|μg|ug|microgram(?:me)?s?)\b",
    "mg": r"(?:mg|milligram(?:me)?s?)\b",
    "g": r"(?:g|gram(?:me)?s?)\b",
    "units": r"(?:units?|iu|u)\b",
    "ml": r"(?:ml|millilit(?:re|er)s?)\b",
    "percent": r"%",
}
_NUMBER = r"(?<![\w.])(\d+(?:[.,]\d+)?)"
_STRENGTHS = re.compile(
    _NUMBER + r"(?:\s*[-/]\s*(\d+(?:[.,]\d+)?))?\s*(?:-\s*)?(" + "|".join(_UNITS.values()) + r")?",
    re.IGNORECASE,
)
_PER_DAY: tuple[tuple[str, float], ...] = (
    (r"\b(?:qid|qds|q\.i\.d\.?|four times (?:a|per) day|4x(?:/day| daily)?)(?![\w])", 4),
    (r"\b(?:tid|tds|t\.i\.d\.?|three times (?:a|per) day|3x(?:/day| daily)?)(?![\w])", 3),
    (
        r"\b(?:bid|bd|b\.i\.d\.?|twice (?:a|per) day|twice daily|two times (?:a|per) day"
        r"|2x(?:/day| daily)?)(?![\w])",
        2,
    ),
    (r"\b(?:once (?:a|per) week|once weekly|weekly|every week|qw)\b", 1 / 7),
    (r"\b(?:every other day|alternate days|qod)\b", 1 / 2),
    (
        r"\b(?:qd|od|q\.d\.?|qhs|hs|qam|qpm|once (?:a|per) day|once daily|one daily|nightly"
        r"|at night|at bedtime|in the morning|every (?:day|morning|evening|night)|daily)(?![\w])",
        1,
    ),
)
_EVERY = re.compile(
    r"\b(?:q|every)\s*(\d+(?:\.\d+)?)\s*(?:-\s*\d+\s*)?(h|hr|hrs|hours?|d|days?)\b", re.IGNORECASE
)
_COUNT = re.compile(
    r"\b(\d+(?:\.\d+)?|one|two|three|half)\s*(?:x\s*)?(?:tab(?:let)?s?|cap(?:sule)?s?|pills?|puffs?)\b",
    re.IGNORECASE,
)
_COUNTS = {"one": 1.0, "two": 2.0, "three": 3.0, "half": 0.5}
_AS_NEEDED = re.compile(r"\b(?:prn|p\.r\.n\.?|as needed|when (?:needed|required))\b", re.IGNORECASE)
_FILLER = frozenset(
    [
        "oral",
        "tablet",
        "tablets",
        "tab",
        "tabs",
        "capsule",
        "capsules",
        "cap",
        "caps",
        "pill",
        "pills",
        "extended",
        "release",
        "modified",
        "prolonged",
        "delayed",
        "immediate",
        "er",
        "xr",
        "xl",
        "sr",
        "cr",
        "mr",
        "ir",
        "la",
        "dr",
        "ec",
        "enteric",
        "coated",
        "film",
        "chewable",
        "dispersible",
        "effervescent",
        "soluble",
        "solution",
        "suspension",
        "injection",
        "injectable",
        "syringe",
        "prefilled",
        "pen",
        "patch",
        "patches",
        "transdermal",
        "topical",
        "cream",
        "gel",
        "ointment",
        "spray",
        "drops",
        "inhaler",
        "nasal",
        "po",
        "sc",
        "im",
        "iv",
        "subcutaneous",
        "intravenous",
        "subcut",
        "by",
        "mouth",
        "take",
        "takes",
        "taking",
        "low",
        "high",
        "dose",
        "baby",
        "hydrochloride",
        "hcl",
        "sodium",
        "sulfate",
        "sulphate",
        "phosphate",
        "acetate",
        "citrate",
        "tartrate",
        "besylate",
        "maleate",
        "mesylate",
        "bromide",
        "succinate",
        "potassium",
        "fumarate",
        "etexilate",
        "per",
        "day",
        "for",
        "since",
        "and",
        "with",
        "the",
        "a",
        "of",
        "in",
        "at",
        "once",
        "day",
    ]
)
_CLASS_WORDS = {
    "blood thinner": ("anticoagulant", "antiplatelet"),
    "blood thinners": ("anticoagulant", "antiplatelet"),
    "anticoagulant": ("anticoagulant",),
    "antiplatelet": ("antiplatelet",),
    "doac": ("doac",),
    "noac": ("doac",),
    "nsaid": ("nsaid",),
    "nsaids": ("nsaid",),
    "anti inflammatory": ("nsaid",),
    "steroid": ("corticosteroid",),
    "steroids": ("corticosteroid",),
    "antidepressant": ("ssri", "snri", "tca", "maoi"),
    "opioid": ("opioid",),
    "painkiller": ("opioid", "nsaid"),
    "insulin": ("insulin",),
}
_CLOSE, _MARGIN, _SHORTEST = 84.0, 6.0, 5  # of 100: near enough; lead over the next; letters


def resolve(text: str, vocabulary: Vocabulary) -> Medicine:
    """Say which ingredients a line of a medicine list means, with dose and frequency if stated."""
    per_day, rest = _frequency(text)
    as_needed = bool(_AS_NEEDED.search(rest))
    rest = _AS_NEEDED.sub(" ", rest)
    units_each, rest = _count(rest)
    doses, rest = _doses(rest, vocabulary)
    named = _Named.of(_words(rest), vocabulary)
    return Medicine(
        text=text,
        ingredients=named.ingredients,
        classes=named.classes,
        doses=doses,
        per_day=per_day,
        units_each=units_each,
        as_needed=as_needed,
        read_as=named.read_as,
        candidates=named.candidates,
    )


def _frequency(text: str) -> tuple[float | None, str]:
    found = _EVERY.search(text)
    if found:
        hours = float(found[1]) * (24 if found[2].lower().startswith("d") else 1)
        return (24 / hours if hours else None), _EVERY.sub(" ", text)
    for pattern, per_day in _PER_DAY:
        if re.search(pattern, text, re.IGNORECASE):
            return per_day, re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return None, text


def _count(text: str) -> tuple[float, str]:
    found = _COUNT.search(text)
    if not found:
        return 1.0, text
    word = found[1].lower()
    return _COUNTS.get(word) or float(word), _COUNT.sub(" ", text)


def _doses(text: str, vocabulary: Vocabulary) -> tuple[tuple[Dose, ...], str]:
    """Every strength, and the text without them; a number within a known name is no strength."""
    doses: list[Dose] = []
    for found in _STRENGTHS.finditer(text):
        around = text[: found.end()].lower().split()
        if around and " ".join(around[-2:]).strip() in vocabulary.names:
            continue
        unit = _unit(found[3])
        amounts = [one for one in (found[1], found[2]) if one]
        doses += [Dose(amount=float(one.replace(",", ".")), unit=unit) for one in amounts]
    return tuple(doses), _STRENGTHS.sub(" ", text)


def _unit(written: str | None) -> str | None:
    if written is None:
        return None
    return next(
        unit for unit, pattern in _UNITS.items() if re.fullmatch(pattern, written, re.IGNORECASE)
    )


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^\w'.-]+", text.lower()) if word.strip(".-'")]


@dataclass(frozen=True, slots=True)
class _Named:
    """What the words name."""

    ingredients: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    read_as: str | None = None

    @classmethod
    def of(cls, words: list[str], vocabulary: Vocabulary) -> _Named:
        known, ambiguous = vocabulary.names, {k.lower(): v for k, v in vocabulary.ambiguous.items()}
        ingredients: list[str] = []
        candidates: list[str] = []
        left: list[str] = []
        at = 0
        while at < len(words):
            for length in range(min(5, len(words) - at), 0, -1):
                phrase = " ".join(words[at : at + length])
                if phrase in ambiguous and phrase not in known:
                    candidates += ambiguous[phrase]
                elif phrase in known:
                    ingredients += known[phrase]
                else:
                    continue
                at += length
                break
            else:
                left.append(words[at])
                at += 1
        if ingredients:
            return cls(ingredients=tuple(dict.fromkeys(ingredients)))
        if candidates:
            return cls(candidates=tuple(candidates))
        phrase = " ".join(left)
        for words_of_class, classes in _CLASS_WORDS.items():
            if words_of_class in phrase.replace("-", " "):
                return cls(classes=classes)
        return cls._near([word for word in left if word not in _FILLER], known)

    @classmethod
    def _near(cls, words: list[str], known: Mapping[str, tuple[str, ...]]) -> _Named:
        """The one known name that a misspelt one is close to; several: they are asked about."""
        from rapidfuzz import fuzz, process  # loaded when something is misspelt, not at start

        best: dict[tuple[str, ...], tuple[float, str]] = {}
        for phrase in (*words, " ".join(words)):
            if len(phrase) < _SHORTEST:
                continue
            for name, score, _ in process.extract(phrase, known.keys(), scorer=fuzz.ratio, limit=6):
                if score >= _CLOSE and score > best.get(known[name], (0.0, ""))[0]:
                    best[known[name]] = (score, name)
        if not best:
            return cls()
        order = sorted(best.items(), key=lambda one: (-one[1][0], one[1][1]))
        rivals = [one for one in order if one[1][0] > order[0][1][0] - _MARGIN]
        if len(rivals) > 1:
            return cls(candidates=tuple(dict.fromkeys(i for one in rivals for i in one[0])))
        return cls(ingredients=order[0][0], read_as=order[0][1][1])


__all__ = ["Dose", "Medicine", "resolve"]
