"""The fixed words of papers that patients read, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from needlepoint.core.anatomy import Side
from needlepoint.core.chart import BlockTarget
from needlepoint.core.papers.model import Language

_WORDS: dict[str, tuple[str, str]] = {
    "instructions": ("Your procedure", "Su procedimiento"),
    "when": ("When", "Cuándo"),
    "medicines": ("Your medicines", "Sus medicinas"),
    "eating": ("Eating and drinking", "Comer y beber"),
    "after": ("Afterwards", "Después"),
    "call": ("Whom to call", "A quién llamar"),
    "call_us": ("Call us: {phone}.", "Llámenos: {phone}."),
    "call_us_where": (
        "The clinic has not set its telephone. Write it here before this is handed out:",
        "La clínica no ha indicado su teléfono. Escríbalo aquí antes de entregar esta hoja:",
    ),
    "call_help": ("In an emergency: {phone}.", "En una emergencia: {phone}."),
    "ask_first": (
        "Do not stop any medicine before the doctor who prescribes it has agreed.",
        "No deje ninguna medicina antes de que esté de acuerdo el médico que la receta.",
    ),
    "last_dose": (
        "{drug}: last dose no later than {by}.",
        "{drug}: última dosis a más tardar el {by}.",
    ),
    "again": (
        "{drug}: again from {since}, unless you are told otherwise.",
        "{drug}: de nuevo desde el {since}, si no le dicen otra cosa.",
    ),
    "when_fixed": (
        "{drug}: we will tell you about its last dose when the day is fixed. Until then continue.",
        "{drug}: le diremos cuándo es la última dosis cuando el día esté fijado. Hasta entonces, "
        "continúe.",
    ),
    "stop": ("{drug}: last dose by now", "{drug}: última dosis hasta ahora"),
    "start": ("{drug}: may be taken again", "{drug}: puede volver a tomarse"),
    "continue": ("{drug}: continue as usual.", "{drug}: continúe como siempre."),
    "talk": (
        "{drug}: we will talk with the doctor who prescribes it before you change anything.",
        "{drug}: hablaremos con el médico que la receta antes de que cambie nada.",
    ),
    "no_list": (
        "Your list of medicines is not complete. Tell us everything you take.",
        "Su lista de medicinas no está completa. Díganos todo lo que toma.",
    ),
    "fasting": (
        "You will be sedated: nothing to eat for {meal} hours ({fatty} hours after a fatty meal), "
        "clear fluids until {clear} hours before.",
        "Recibirá sedación: no coma durante {meal} horas ({fatty} horas después de una comida "
        "grasosa); líquidos claros hasta {clear} horas antes.",
    ),
    "slow_stomach": (
        "{drug} keeps food in the stomach: no solid food for {hours} hours, only clear fluids.",
        "{drug} retiene la comida en el estómago: nada sólido durante {hours} horas, solo líquidos "
        "claros.",
    ),
    "held_heading": ("Not released", "No autorizado"),
    "held": (
        "Something holds this procedure. Staff: do not hand this out before it is settled.",
        "Algo impide este procedimiento. Personal: no entregue esta hoja hasta que se resuelva.",
    ),
    "on_hold": ("On hold: {label}", "En espera: {label}"),
    "no_fasting": ("You may eat and drink as usual.", "Puede comer y beber como siempre."),
    "ask_eating": (
        "Ask us whether you will be sedated; it decides whether you may eat.",
        "Pregúntenos si recibirá sedación; de eso depende si puede comer.",
    ),
    "no_aftercare": (
        "Ask us what to look out for before you go home.",
        "Pregúntenos a qué debe prestar atención antes de irse a casa.",
    ),
    "consent": ("Consent", "Consentimiento"),
    "what": ("What will be done", "Qué se hará"),
    "chance": ("How likely it is to help", "Qué probabilidad hay de que ayude"),
    "helps": (
        "About {n} of 100 people like you have at least half of this pain gone; when it helps, it "
        "lasts about {months} months.",
        "A unas {n} de cada 100 personas como usted se les quita al menos la mitad de este dolor; "
        "cuando ayuda, dura unos {months} meses.",
    ),
    "chance_unknown": (
        "How likely it is to help was not worked out.",
        "No se calculó qué probabilidad hay de que ayude.",
    ),
    "risks": ("What can go wrong", "Qué puede salir mal"),
    "risk": ("{label}: about 1 in {n}.", "{label}: cerca de 1 de cada {n}."),
    "risk_without": ("{label}.", "{label}."),
    "risk_often": ("{label}: about {n} of 100 people.", "{label}: unas {n} de cada 100 personas."),
    "no_risks": (
        "The risks of this procedure are not on file. Do not sign before they are explained.",
        "Los riesgos de este procedimiento no constan. No firme antes de que se los expliquen.",
    ),
    "for_you": ("For you in particular", "En su caso en particular"),
    "instead": ("What else could be done", "Qué más se podría hacer"),
    "other": ("{label}: helps about {n} of 100.", "{label}: ayuda a unas {n} de cada 100."),
    "where": ("Where: {where}.", "Dónde: {where}."),
    "not_fixed": (
        "The day and time are not fixed yet. Ask us.",
        "El día y la hora aún no están fijados. Pregúntenos.",
    ),
    "date": ("date", "fecha"),
    "not_asked": (
        "Some things that matter for your safety were not asked or measured yet. Ask about them "
        "before you sign.",
        "Algo que importa para su seguridad todavía no se preguntó o no se midió. Pregunte por "
        "ello antes de firmar.",
    ),
    "patient": ("Patient", "Paciente"),
    "physician": ("Physician", "Médico"),
    "on": ("On {day}.", "El {day}."),
}
_MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre",
           "octubre", "noviembre", "diciembre")  # fmt: skip
_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def word(name: str, language: Language, **values: object) -> str:
    """The words of that name, with values filled in."""
    return _WORDS[name][language == "es"].format(**values)


def moment(at: datetime, language: Language) -> str:
    """A day and a time in full words, so that month and day cannot be confused."""
    zone = f" ({at:%Z})" if at.tzinfo else ""
    if language == "es":
        day = f"{_DAYS[at.weekday()]} {at.day} de {_MONTHS[at.month - 1]} de {at.year}"
        return f"{day}, {at:%H:%M}{zone}"
    return f"{at:%A} {at.day} {at:%B %Y, %H:%M}{zone}"


_SIDES = {
    Side.LEFT: ("left", "lado izquierdo"),
    Side.RIGHT: ("right", "lado derecho"),
    Side.BOTH: ("both sides", "ambos lados"),
    Side.MIDLINE: ("midline", "línea media"),
}


def side_words(side: Side, language: Language = "en") -> str:
    """A side as it is said."""
    return _SIDES[side][language == "es"]


def places(targets: Iterable[BlockTarget], language: Language = "en") -> str:
    """Every place with level and side; in Spanish the structure stands in the procedure's name."""
    return "; ".join(dict.fromkeys(text for t in targets if (text := _place(t, language))))


def _place(target: BlockTarget, language: Language) -> str:
    level, side = target.segment or target.level or "", target.side
    if language == "es":
        said = side_words(side, language) if side else ""
        return ", ".join(part for part in (level, said) if part)
    name = (target.nerve or target.kind or "").replace("_", " ")
    if side in (Side.BOTH, Side.MIDLINE):
        whole = " ".join(part for part in (level, name) if part)
        return f"{whole}, {side_words(side)}"
    return str(target)


def chance(probability: float) -> str:
    """To two places; the ends are never said to be certain."""
    if probability < 0.005:
        return "under 0.01"
    return "over 0.99" if probability >= 0.995 else f"{probability:.2f}"
