"""The pages of questionnaires, and the question that is asked of everyone with lasting pain."""

from __future__ import annotations

from needlepoint.core.chart import State, Symptom
from needlepoint.core.outcomes import score
from needlepoint.web.intake.asking import Asking
from needlepoint.web.intake.fields import PatientForm, Says
from needlepoint.web.phone.fields import choice
from needlepoint.web.phone.instruments import THOUGHTS, instrument_fields, said_of, stem_of

SHORT, LONG = "phq4", "phq9"
ALWAYS = ("peg", SHORT)


def asked(asking: Asking) -> tuple[str, ...]:
    """The instruments of this intake: the long one follows the short one that is positive."""
    known = asking.knowledge.guidance.instruments
    names = (*ALWAYS, LONG) if is_positive(asking) else ALWAYS
    return tuple(n for n in names if known[n].can_be_asked(asking.language))


def is_positive(asking: Asking) -> bool:
    """Whether the first two questions of mood reach the cut of the instrument they make up."""
    known = asking.knowledge.guidance.instruments
    two = known["phq2"]
    part = 1 + ALWAYS.index(SHORT)
    typed = {i.id: asking.one(f"measure-{part}", i.id) for i in two.items}
    answers = {name: float(text) for name, text in typed.items() if text}
    value = score(two, answers).value
    return value is not None and two.cut is not None and value >= two.cut.value


class Measure(PatientForm):
    """One instrument; it is scored by its own rule wherever the chart is read."""

    template = "intake/measure.html"

    def build(self) -> None:
        names = asked(self.asking)
        here = names[min(self.step.part, len(names)) - 1]
        self.instrument = self.asking.knowledge.guidance.instruments[here]
        self.fields.update(instrument_fields(self.instrument, self.asking.language, self.asking.t))
        if here == LONG:  # its first two were just asked
            for item in self.asking.knowledge.guidance.instruments["phq2"].items:
                earlier = self.asking.one(f"measure-{1 + ALWAYS.index(SHORT)}", item.id)
                self.fields[item.id].initial = earlier

    @property
    def heading(self) -> str:
        """What is said before its questions; the short name of an instrument is no question."""
        stem = stem_of(self.instrument, self.asking.language)
        named = stem in (self.instrument.label, self.instrument.label_es)
        return self.asking.t["measures_title"] if named else stem

    def answers(self) -> dict[str, float]:
        return {name: float(a) for name, a in self.cleaned_data.items() if a not in (None, "")}

    def says(self) -> Says:
        """The answers; an item that asks about self-harm settles it, and it is not asked again."""
        answers = self.answers()
        said = said_of(self.instrument, answers)
        asks = {item.id for item in self.instrument.items if item.alarm_from is not None}
        if not asks & set(answers):
            return {f"measure-{self.instrument.id}": said}
        if not self.alarms:
            note = f"{self.instrument.label}, item {', '.join(sorted(asks))}"
            said = (*said, Symptom(name=THOUGHTS, state=State.ABSENT, note=note))
        return {f"measure-{self.instrument.id}": said, "thoughts": ()}

    @property
    def alarms(self) -> bool:
        return bool(score(self.instrument, self.answers()).alarms)


def thoughts_said(asking: Asking) -> bool:
    """Whether an item of a questionnaire has asked about self-harm, and was answered."""
    known = asking.knowledge.guidance.instruments
    return any(
        item.alarm_from is not None and asking.one(f"measure-{part}", item.id)
        for part, name in enumerate(asked(asking), 1)
        for item in known[name].items
    )


class Thoughts(PatientForm):
    """Asked of everyone whom no questionnaire has asked: pain that lasts wears people down."""

    title = "thoughts_title"

    def build(self) -> None:
        t = self.asking.t
        answers = [("no", t["no"]), ("yes", t["yes"]), ("unsure", t["rather_not"])]
        self.fields["thoughts"] = choice(t["thoughts_ask"], answers, t=t)

    def says(self) -> Says:
        answer = self.cleaned_data["thoughts"]
        states = {"yes": State.PRESENT, "no": State.ABSENT}
        # A no here does not undo what an answer of a questionnaire has just said.
        if answer not in states or (answer == "no" and self._said_elsewhere()):
            return {"thoughts": ()}
        return {"thoughts": (Symptom(name=THOUGHTS, state=states[answer]),)}

    def _said_elsewhere(self) -> bool:
        for part, name in enumerate(asked(self.asking), 1):
            instrument = self.asking.knowledge.guidance.instruments[name]
            typed = {i.id: self.asking.one(f"measure-{part}", i.id) for i in instrument.items}
            if score(instrument, {k: float(v) for k, v in typed.items() if v}).alarms:
                return True
        return False

    @property
    def alarms(self) -> bool:
        return bool(self.cleaned_data["thoughts"] == "yes")


__all__ = ["Measure", "Thoughts", "asked", "thoughts_said"]
