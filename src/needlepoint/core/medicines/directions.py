"""How much and how often does a line of a medicine list say?

Where a line gives a range, the higher end counts, because totals must never be counted short; a
stated maximum is the most that is taken. What is not unmistakable is left open and asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One strength as written; of a range the higher end."""

    amount: float
    unit: str | None  # mg, mcg, g, units, mcg/h, mg/kg, mg/ml, ml, percent; None: not written
    low: float | None = None  # the lower end of a range

    @property
    def mg(self) -> float | None:
        """In milligrams, where the unit is one of mass; a bare number is not."""
        factor = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}.get(self.unit or "")
        return None if factor is None else self.amount * factor


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """What a line says beside the name."""

    per_day: float | None = None  # times a day; 1/3 for a patch every 72 hours
    units_each: float = 1.0  # "2 tablets"
    most_per_day: Dose | None = None  # "up to 8 a day": tablets where it has no unit
    as_needed: bool = False
    unclear: bool = False  # several times a day with several doses


# --- language -------------------------------------------------------------------------------------

_N = r"\d+(?:\.\d+)?"
_SPAN = rf"(?:{_N}\s*(?:-|–|to|or)\s*)?({_N})"  # of a range the second, higher number
_DAY = r"(?:day|d\b|24\s*(?:h|hr|hrs|hours)\b)"
_UNITS: tuple[tuple[str, str], ...] = (
    ("mcg/h", r"(?:mcg|ug|micrograms?|microgrammes?)\s*(?:/|per)\s*(?:h|hr|hour)\b"),
    ("mg/kg", r"(?:mg|mcg|ug|units?|iu)\s*(?:/|per)\s*kg\b(?:\s*/\s*(?:min|h|hr|day|dose))?"),
    ("mcg", r"(?:mcg|ug|micrograms?|microgrammes?)\b"),
    ("mg", r"(?:mgs?|milligrams?|milligrammes?)\b"),
    ("ml", r"(?:mls?|cc|millilit(?:re|er)s?)\b"),
    ("units", r"(?:units?|iu|u)\b"),
    ("g", r"(?:g|gm|grams?|grammes?)\b"),
    ("percent", r"%"),
)
_UNIT = "|".join(pattern for _, pattern in _UNITS)
_PILL = (
    r"(?:tab(?:let)?s?|cap(?:sule)?s?|pills?|puffs?|films?|patch(?:es)?|drops?|sprays?"
    r"|tabletas?|pastillas?|c[aá]psulas?|comprimidos?|parches?|gotas)\b"
)
_WORDS = {"half": "0.5", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
          "six": "6", "eight": "8", "½": "0.5", "media": "0.5", "una": "1", "dos": "2",
          "tres": "3", "cuatro": "4"}  # fmt: skip
# "two fentanyl 25 mcg/h patches": the number stands far from what it counts
_MANY_PILLS = re.compile(rf"\b(two|three|four|dos|tres)\b(?=[^,;\d]*{_N}[^,;]*{_PILL})")
_PILL_TIMES = re.compile(
    rf"({_PILL})\s*x\s*([2-9])\b(?!\s*(?:/|a\b|per|dail|d\b|day|w|week|month|dose))"
)
_TIMES = r"(?:x|times|vez|veces)"
_PER_DAY: tuple[tuple[str, float | None, float], ...] = (  # pattern, times (None: group 1), days
    (rf"\b{_SPAN}\s*{_TIMES}\s*(?:/|a|per|each|every|al|por)?\s*(?:{_DAY}|daily|d[ií]a\b)", None,
     1),
    (rf"\b{_SPAN}\s*{_TIMES}\s*(?:/|a|per|each|every)?\s*week(?:ly)?\b", None, 7),
    (r"\b(?:qid|qds|q\.i\.d|4x)(?![\w])", 4, 1),
    (r"\b(?:tid|tds|t\.i\.d|thrice daily|3x)(?![\w])", 3, 1),
    (r"\b(?:once or )?twice (?:a|per) (?:day|24 h)|\b(?:once or )?twice (?:daily|weekly)\b", 2, 1),
    (r"\b(?:bid|bd|b\.i\.d|2x)(?![\w])", 2, 1),
    (r"\b(?:morning and (?:night|evening|bedtime)|am and pm|mane et nocte)\b", 2, 1),
    (r"\b(?:once (?:a|per) week|once weekly|weekly|every week|each week|qw|qweek)\b", 1, 7),
    (r"\b(?:once (?:a|per) month|once monthly|monthly|every month)\b", 1, 30),
    (r"\b(?:por la (?:noche|mañana)|al acostarse|cada (?:d[ií]a|noche|mañana)|diari[oa]"
     r"|diariamente)\b", 1, 1),
    (r"\b(?:un d[ií]a s[ií] y otro no|cada dos d[ií]as)\b", 1, 2),
    (r"\b(?:every other day|alternate days|qod)\b", 1, 2),
    (r"\b(?:qd|od|q\.d|once (?:a|per) day|once daily|one daily|(?:every|each) ?day)(?![\w])", 1, 1),
    (r"\b(?:qhs|q hs|hs|qam|qpm|nocte|mane|nightly|at night|at bedtime|before bed"
     r"|(?:in the|every|each) (?:morning|evening|night))(?![\w])", 1, 1),
    (r"\bdaily\b", 1, 1),
    (rf"(?<=g)\s*(?:/|per|a)\s*{_DAY}", 1, 1),  # 60 mg/day
)  # fmt: skip
_EVERY = re.compile(
    rf"\b(?:q|every|each|cada)\s*({_N})\s*(?:(?:-|–|to|a)\s*{_N}\s*)?"
    r"(h|hrs?|hours?|horas?|d|days?|d[ií]as?|w|wks?|weeks?)\b"
    rf"|\b({_N})(?:\s*(?:-|–|to)\s*{_N})?\s*hourly\b"
)
_MOST = re.compile(
    r"\b(?:max(?:imum)?|up to|no more than|not more than|(?:not|do not|don't) (?:to )?exceed|nte)"
    rf"\s*(?:of|dose)?\s*({_N})\s*({_UNIT})?\s*(?:{_PILL})?"
    rf"\s*(?:/|per|a|in|each|every)?\s*(?:{_DAY}|daily)"
)
_COUNT_A_DAY = re.compile(rf"\b({_N})\s*(?:{_PILL})?\s*(?:/|per|a)\s*{_DAY}")
_COUNT = re.compile(rf"(?:\bx\s*)?\b(?:{_N}\s*(?:-|–|to|or)\s*)?({_N})\s*(?:x\s*)?{_PILL}")
_BARE_COUNT = re.compile(rf"(?<=[\s,;x])(?:{_N}\s*(?:-|–|to)\s*)?([1-9])\s*(?:po\s*)?$")
_RATIO = re.compile(r"\b1\s*:\s*\d[\d, ]*\d|\b1\s+in\s+\d[\d, ]*000")
_AS_NEEDED = re.compile(
    r"\b(?:prn|p\.r\.n|as needed|if needed|when (?:needed|required)|sos"
    r"|si (?:hay|tengo) dolor|cuando (?:hay|tengo) dolor|seg[uú]n (?:necesidad|necesite)"
    r"|si (?:es )?neces(?:ario|ito|ita))\b"
)
_STRENGTH = re.compile(
    rf"(?<![\w.])({_N})(?:\s*-?\s*({_UNIT}))?"
    rf"(?:\s*(-|–|to\b|/|\band\b)\s*({_N})?(?:\s*-?\s*({_UNIT}))?)?"
    rf"(?:\s*(-|/)\s*({_N})(?:\s*({_UNIT}))?)?"
)
_NO_STRENGTH = re.compile(
    r"#\s*\d+|\b(?:x|for)\s*\d+\s*(?:days?|weeks?|months?|doses?)\b|\brefills?\s*\d+"
    r"|\b\d+\s*-?\s*(?:hr|hour)s?\b"  # #3, x 7 days, refills 2, 12 HR tablets
)


def plain(text: str) -> str:
    """Lower case, one kind of dash, micro sign and decimal point, number words as digits."""
    text = text.lower().replace("µg", "mcg").replace("μg", "mcg").replace("’", "'")
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)  # 5,000 is five thousand
    text = re.sub(r"(?<=\d),(?=\d)", ".", text)  # 2,5 is two and a half
    text = re.sub(
        rf"({_N})\s*mg\s*/\s*(?:h|hr|hour)\b", lambda f: f"{float(f[1]) * 1000:g} mcg/h", text
    )
    text = _PILL_TIMES.sub(r"\2 \1", text)  # patch x2
    text = re.sub(r"\b1\s*/\s*2(?=\s*(?:a\s*)?(?:tab|pill|cap))", "0.5", text)
    words = "|".join(_WORDS)
    text = _MANY_PILLS.sub(lambda found: f"{_WORDS[found[1]]} ", text)
    return re.sub(
        rf"\b({words})\b(?=\s*(?:a\s+)?(?:-|to|or|{_PILL}|times|x\b|vez\b|veces\b))|½",
        lambda found: f"{_WORDS[found[0]]} ",
        text,
    )


def directions(text: str) -> tuple[Directions, str]:
    """What a plain line says of how much and how often, and the line without it."""
    text = _RATIO.sub(" ", text)
    as_needed = bool(_AS_NEEDED.search(text))
    text = _AS_NEEDED.sub(" ", text)
    most, text = _most(text)
    per_day, units, text, unclear = _frequency(text)
    counted = _COUNT.search(text)
    if counted:
        units = float(counted[1])
        text = _COUNT.sub(" ", text)
    if most is None and per_day is None and (found := _COUNT_A_DAY.search(text)):
        most, text = Dose(amount=float(found[1]), unit=None), _COUNT_A_DAY.sub(" ", text)
    return (
        Directions(
            per_day=per_day,
            units_each=units,
            most_per_day=most,
            as_needed=as_needed,
            unclear=unclear,
        ),
        text,
    )


def in_words(says: Directions) -> str:
    """The same again in words that are read the same way; nothing where they are not clear."""
    if says.unclear:
        return ""
    most = says.most_per_day
    parts = [
        f"{says.units_each:g} tablets" if says.units_each != 1 else "",
        f"{says.per_day:.6g} times a day" if says.per_day is not None else "",
        "as needed" if says.as_needed else "",
        f"max {most.amount:g} {most.unit or 'tablets'} per day" if most else "",
    ]
    return " ".join(part for part in parts if part)


def _most(text: str) -> tuple[Dose | None, str]:
    found = _MOST.search(text)
    if not found:
        return None, text
    return Dose(amount=float(found[1]), unit=_unit(found[2])), _MOST.sub(" ", text)


def _frequency(text: str) -> tuple[float | None, float, str, bool]:
    """Times a day, a bare count of tablets before it, the rest, and whether it is unclear."""
    found: list[tuple[int, int, float]] = []
    for match in _EVERY.finditer(text):
        hours = float(match[1] or match[3]) * _HOURS[(match[2] or "h")[0]]
        if hours:
            found.append((match.start(), match.end(), 24 / hours))
    for pattern, times, days in _PER_DAY:
        for match in re.finditer(pattern, text):
            if any(start < match.end() and match.start() < end for start, end, _ in found):
                continue
            days = 7 if match[0].endswith("weekly") else days
            found.append((match.start(), match.end(), float(times or match[1]) / days))
    if not found:
        return None, 1.0, text, False
    found.sort()
    units = 1.0
    before = text[: found[0][0]]
    bare = _BARE_COUNT.search(before)
    if bare and re.search(r"\d", before[: bare.start()]):
        units = float(bare[1])
        before = before[: bare.start()]
    rest = before + " " + " ".join(
        text[one[1] : two[0]] for one, two in zip(found, [*found[1:], (len(text), 0, 0.0)])
    )  # fmt: skip
    times_a_day = {per_day for _, _, per_day in found}
    return max(times_a_day), units, rest, len(found) > 1 and len(times_a_day) >= 1


_HOURS = {"h": 1, "d": 24, "w": 168}


def strengths(text: str, ingredients: int) -> tuple[Dose, ...]:
    """Every strength, in the order written.

    "5/325" is one strength for each of two ingredients, "2-4 mg" a range of one, "10 mg/5 ml" a
    concentration: with a volume beside it, it gives milligrams; without one it gives no dose.
    """
    doses: list[Dose] = []
    for found in _STRENGTH.finditer(_NO_STRENGTH.sub(" ", text)):
        doses += _chain(found, ingredients)
    concentrations = [one for one in doses if one.unit == "mg/ml"]
    volumes = [one for one in doses if one.unit == "ml"]
    if len(concentrations) == 1 and len(volumes) == 1:
        mg = concentrations[0].amount * volumes[0].amount
        doses = [Dose(amount=mg, unit="mg")]
    return tuple(doses)


def _chain(found: re.Match[str], ingredients: int) -> list[Dose]:
    one, unit, joint, two, unit_2, _, three, unit_3 = found.groups()
    first, last_unit = float(one), _unit(unit_3 or unit_2 or unit)
    if joint == "/" and _unit(unit_2) == "ml" and _unit(unit) in ("mg", "mcg", "g"):
        mg = Dose(amount=first, unit=_unit(unit)).mg or 0.0
        return [Dose(amount=mg / float(two or 1), unit="mg/ml")]
    if two is None:
        return [Dose(amount=first, unit=_unit(unit))]
    second = float(two)
    unit_1 = _unit(unit) or last_unit
    if joint == "/" or ingredients > 1 or joint == "and":
        doses = [
            Dose(amount=first, unit=unit_1),
            Dose(amount=second, unit=_unit(unit_2) or last_unit),
        ]
        return doses + ([Dose(amount=float(three), unit=last_unit)] if three else [])
    low, high = sorted((first, second))
    return [Dose(amount=high, unit=last_unit, low=low)]


def _unit(written: str | None) -> str | None:
    if written is None:
        return None
    return next(unit for unit, pattern in _UNITS if re.fullmatch(pattern, written))
