"""Which medicines do the words of a line name?

Names come from the vocabulary. A misspelt name counts only if nothing else is nearly as close;
what cannot be told apart, or names a group only, is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from needlepoint.core.knowledge import Vocabulary, tokens_of

_CLOSE, _MARGIN, _SHORTEST = 84.0, 13.0, 5  # of 100: near enough; lead over the next; letters
_LONGEST_NAME = 6  # words
_PILLS = ("tab", "cap", "pil")
_CLASS_WORDS: dict[str, tuple[str, ...]] = {
    "blood thinner": ("anticoagulant", "antiplatelet"),
    "anticoagulant": ("anticoagulant",),
    "anticoagulation": ("anticoagulant",),
    "antiplatelet": ("antiplatelet",),
    "doac": ("doac",),
    "noac": ("doac",),
    "nsaid": ("nsaid",),
    "anti inflammatory": ("nsaid",),
    "antiinflammatory": ("nsaid",),
    "cortisone": ("corticosteroid",),
    "steroid": ("corticosteroid",),
    "antidepressant": ("ssri", "snri", "tca", "maoi"),
    "opioid": ("opioid",),
    "opiate": ("opioid",),
    "narcotic": ("opioid",),
    "painkiller": ("opioid", "nsaid"),
    "pain killer": ("opioid", "nsaid"),
    "pain pill": ("opioid", "nsaid"),
    "water pill": ("diuretic",),
    "sleeping pill": ("benzodiazepine", "sedative"),
    "herbal": ("herb_bleeding", "supplement_bleeding"),
    "local anaesthetic": ("local_anaesthetic",),
    "local anesthetic": ("local_anaesthetic",),
    "contrast": ("contrast_iodinated",),
}
_FILLER = frozenset(
    [
        "acetate",
        "after",
        "amounts",
        "and",
        "apply",
        "back",
        "before",
        "besylate",
        "bitartrate",
        "breakfast",
        "bromide",
        "buccal",
        "calcium",
        "caplet",
        "caplets",
        "capsule",
        "capsules",
        "chewable",
        "citrate",
        "coated",
        "continuous",
        "cream",
        "daily",
        "delayed",
        "dinner",
        "dispersible",
        "doctor",
        "dosage",
        "dose",
        "doses",
        "drops",
        "effervescent",
        "enteric",
        "estolate",
        "etexilate",
        "evening",
        "every",
        "extended",
        "extra",
        "fixed",
        "flush",
        "fluid",
        "from",
        "fumarate",
        "gluconate",
        "headache",
        "high",
        "home",
        "hour",
        "hours",
        "hydrobromide",
        "hydrochloride",
        "immediate",
        "inhaler",
        "injectable",
        "injection",
        "intramuscular",
        "intranasal",
        "intravenous",
        "kwikpen",
        "lactate",
        "lotion",
        "lozenge",
        "maleate",
        "marcain",
        "meals",
        "medication",
        "medicine",
        "mesylate",
        "migraine",
        "modified",
        "monohydrate",
        "morning",
        "mouth",
        "nasal",
        "night",
        "nitrate",
        "needed",
        "ointment",
        "once",
        "oral",
        "orally",
        "patch",
        "patches",
        "pen",
        "phosphate",
        "plain",
        "potassium",
        "powder",
        "prefilled",
        "preservative",
        "prolonged",
        "release",
        "relief",
        "rescue",
        "rinse",
        "sachet",
        "sodium",
        "solostar",
        "soluble",
        "solution",
        "spray",
        "strength",
        "subcut",
        "subcutaneous",
        "sublingual",
        "succinate",
        "sulfate",
        "sulphate",
        "supplement",
        "suppository",
        "suspension",
        "sustained",
        "syringe",
        "tablet",
        "tablets",
        "taking",
        "takes",
        "tartrate",
        "therapy",
        "topical",
        "transdermal",
        "vial",
        "weeks",
        "week",
        "years",
        "since",
        "until",
        "usual",
        "under",
        "tongue",
        "with",
        "without",
        "veces",
        "cada",
        "tomar",
        "tomo",
        "noche",
        "mañana",
        "manana",
        "comida",
        "comidas",
        "desayuno",
        "cena",
        "dolor",
        "horas",
        "dias",
        "diario",
        "diaria",
        "tableta",
        "tabletas",
        "pastilla",
        "pastillas",
        "capsula",
        "capsulas",
        "comprimido",
        "comprimidos",
        "gotas",
        "jarabe",
        "crema",
        "parche",
        "parches",
        "inyeccion",
        "inhalador",
        "vitaminas",
        "para",
        "acostarse",
        "necesario",
        "necesidad",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the words of a line name."""

    ingredients: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    read_as: str | None = None


def named(text: str, vocabulary: Vocabulary) -> tuple[Named, str]:
    """What a plain line names, and the line without the known names."""
    spans = tokens_of(text)
    words = [word for word, _, _ in spans]
    ingredients: list[str] = []
    candidates: list[str] = []
    used: list[tuple[int, int]] = []
    left: list[str] = []
    at = 0
    while at < len(words):
        length = _longest(words[at : at + _LONGEST_NAME], vocabulary)
        if not length:
            left.append(words[at])
            at += 1
            continue
        phrase = tuple(words[at : at + length])
        meant = vocabulary.phrases.get(phrase)
        if meant is None:
            candidates += vocabulary.ambiguous_phrases[phrase]
        else:
            ingredients += meant
        used.append((spans[at][1], spans[at + length - 1][2]))
        at += length
    return _concluded(ingredients, candidates, left, vocabulary), _without(text, used)


def _longest(words: list[str], vocabulary: Vocabulary) -> int:
    for length in range(len(words), 0, -1):
        phrase = tuple(words[:length])
        if phrase not in vocabulary.phrases and phrase not in vocabulary.ambiguous_phrases:
            continue
        if phrase[-1].isdigit() and words[length : length + 1] and words[length][:3] in _PILLS:
            continue  # "Tylenol 3 tabs" is three tablets of Tylenol
        return length
    return 0


def _without(text: str, used: Iterable[tuple[int, int]]) -> str:
    for start, end in reversed(list(used)):
        text = f"{text[:start]} {text[end:]}"
    return text


def _concluded(
    ingredients: list[str], candidates: list[str], left: list[str], vocabulary: Vocabulary
) -> Named:
    known = tuple(dict.fromkeys(ingredients))
    rest = [w for w in left if w not in _FILLER and not w[0].isdigit() and w.isalpha()]
    if candidates and not known:
        return Named(candidates=tuple(dict.fromkeys(candidates)))
    if not known and (classes := _classes(" ".join(left))):
        return Named(classes=classes)
    near = _near(rest, vocabulary)
    if known and near.candidates and not set(near.candidates) - set(known):
        near = Named()
    return Named(
        ingredients=tuple(dict.fromkeys((*known, *near.ingredients))),
        candidates=near.candidates,
        read_as=near.read_as,
    )


def _classes(phrase: str) -> tuple[str, ...]:
    return next((c for words, c in _CLASS_WORDS.items() if words in phrase), ())


def _near(words: list[str], vocabulary: Vocabulary) -> Named:
    """The one known name that a misspelt one is close to; several: they are asked about."""
    from rapidfuzz import fuzz, process  # loaded when something is misspelt, not at start

    best: dict[tuple[str, ...], tuple[float, str]] = {}
    joined = [" ".join(words)] if len(words) > 1 and all(len(w) > 3 for w in words) else []
    for phrase in (*words, *joined):
        if len(phrase) < _SHORTEST:
            continue
        for name, score, _ in process.extract(
            phrase, vocabulary.names.keys(), scorer=fuzz.ratio, limit=8, score_cutoff=70.0
        ):
            begins = name.isalpha() and name.startswith(phrase) and len(phrase) > _SHORTEST
            score = max(score, _CLOSE) if begins else score
            if score > best.get(vocabulary.names[name], (0.0, ""))[0]:
                best[vocabulary.names[name]] = (score, name)
    order = sorted(best.items(), key=lambda one: (-one[1][0], one[1][1]))
    if not order or order[0][1][0] < _CLOSE:
        return Named()
    rivals = [one for one in order if one[1][0] > order[0][1][0] - _MARGIN]
    if len(rivals) > 1:
        return Named(candidates=tuple(dict.fromkeys(i for one in rivals for i in one[0])))
    return Named(ingredients=order[0][0], read_as=order[0][1][1])
