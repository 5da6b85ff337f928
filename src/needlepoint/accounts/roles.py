"""What may each role do? The one table; addresses name a permission, never a role."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from needlepoint.core.chart import Entry, Provenance
from needlepoint.core.chart import Role as AuthorRole


class Role(StrEnum):
    """What a member of staff is in the clinic."""

    PHYSICIAN = "physician"
    ADVANCED_PRACTITIONER = "advanced_practitioner"
    NURSE = "nurse"
    COORDINATOR = "coordinator"
    RESEARCHER = "researcher"  # charts without identity, through the registry only
    ADMINISTRATOR = "administrator"  # the clinic, without its charts


class Permission(StrEnum):
    """Something that an address lets one do."""

    FIND_PATIENT = "find_patient"  # names, numbers and birth dates of the treating team's patients
    REGISTER_PATIENT = "register_patient"
    READ_CHART = "read_chart"
    WRITE_CHART = "write_chart"  # symptoms, medicines, measurements, consent
    EXAMINE = "examine"  # examination and imaging findings, procedures, device settings
    DECIDE = "decide"  # sign a decision
    SEND_LINK = "send_link"  # intake, diary and measures by link or desk code
    BREAK_GLASS = "break_glass"
    READ_SCHEDULE = "read_schedule"  # the boards of today and of what is due
    READ_REGISTRY = "read_registry"
    READ_KNOWLEDGE = "read_knowledge"
    MANAGE_CLINIC = "manage_clinic"  # teams, users, payer files
    READ_AUDIT = "read_audit"
    REVIEW_BREAK_GLASS = "review_break_glass"
    CONFIRM_COLLEAGUE = "confirm_colleague"  # the second of two who let someone in
    OWN_ACCOUNT = "own_account"  # password, second factor, signing out


_EVERYONE = {Permission.READ_KNOWLEDGE, Permission.OWN_ACCOUNT}
_CARE = _EVERYONE | {
    Permission.FIND_PATIENT,
    Permission.REGISTER_PATIENT,
    Permission.READ_CHART,
    Permission.WRITE_CHART,
    Permission.SEND_LINK,
    Permission.READ_SCHEDULE,
    Permission.BREAK_GLASS,
}
_TREAT = _CARE | {Permission.EXAMINE, Permission.DECIDE, Permission.READ_REGISTRY}

ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.PHYSICIAN: frozenset(
        _TREAT | {Permission.CONFIRM_COLLEAGUE, Permission.REVIEW_BREAK_GLASS}
    ),
    Role.ADVANCED_PRACTITIONER: frozenset(_TREAT),
    Role.NURSE: frozenset(_CARE | {Permission.EXAMINE}),
    Role.COORDINATOR: frozenset(_CARE - {Permission.BREAK_GLASS}),
    Role.RESEARCHER: frozenset(_EVERYONE | {Permission.READ_REGISTRY}),
    Role.ADMINISTRATOR: frozenset(
        _EVERYONE
        | {
            Permission.MANAGE_CLINIC,
            Permission.READ_AUDIT,
            Permission.REVIEW_BREAK_GLASS,
            Permission.CONFIRM_COLLEAGUE,
        }
    ),
}


def may(role: Role | str, permission: Permission) -> bool:
    """Whether a role holds a permission."""
    return permission in ALLOWED[Role(role)]


class Override(StrEnum):
    """Something that is done although the program says stop, or that nobody undoes lightly."""

    PROCEDURE_HOLD = "procedure_hold"  # a procedure is done although something holds
    PUMP_CHANGE_HOLD = "pump_change_hold"  # the pump is changed although something holds
    REFILL_HOLD = "refill_hold"  # what was drawn does not fit, and the refill stands
    TRIAL_VERDICT = "trial_verdict"  # a trial is judged, also against its diary
    TREATMENT = "treatment"  # an option is accepted or refused, also against its rank
    PAPER = "paper"  # a paper goes out in the clinic's name
    CONSENT = "consent"  # the patient was told, and agrees
    OTHER_PATIENT = "other_patient"  # images that name someone else are kept
    UNUSUAL_PROGRAM = "unusual_program"  # numbers of a stimulator outside what is usual
    SELF_HARM_ANSWERED = "self_harm_answered"
    TOLD_CONFIRMED = "told_confirmed"  # what a patient told stands as found


# Who may do it. A reason that lets something dangerous go on is signed by who answers for it; what
# was found (a volume, a name, a program) is confirmed by who looked. Refusing is open to all.
OVERRULED_BY: Mapping[Override, Permission] = {
    Override.PROCEDURE_HOLD: Permission.DECIDE,
    Override.PUMP_CHANGE_HOLD: Permission.DECIDE,
    Override.REFILL_HOLD: Permission.DECIDE,
    Override.TRIAL_VERDICT: Permission.DECIDE,
    Override.TREATMENT: Permission.DECIDE,
    Override.PAPER: Permission.DECIDE,
    Override.CONSENT: Permission.EXAMINE,
    Override.OTHER_PATIENT: Permission.EXAMINE,
    Override.UNUSUAL_PROGRAM: Permission.EXAMINE,
    Override.SELF_HARM_ANSWERED: Permission.EXAMINE,
    Override.TOLD_CONFIRMED: Permission.EXAMINE,
}


# Kinds that only someone who examines writes; whoever may not write one does not undo one.
_OF_EXAMINERS = frozenset({
    "adverse_event", "diagnostic_block", "discogram", "exam_finding", "imaging_finding",
    "imaging_study", "laboratory_value", "planned_procedure", "procedure", "pump_setting",
    "radiation_dose", "refill", "stimulator_program", "trial",
})  # fmt: skip


def to_take_back(entry: Entry) -> Permission:
    """What someone other than its author must be allowed, to take an entry back."""
    if entry.statement.kind == "decision":
        return Permission.DECIDE
    clinical = entry.statement.kind in _OF_EXAMINERS
    if clinical or entry.provenance is Provenance.CLINICIAN_FOUND:
        return Permission.EXAMINE
    return Permission.WRITE_CHART


def author_role(role: Role | str) -> AuthorRole:
    """The role under which a member of staff writes in a chart.

    Raises:
        ValueError: a researcher or an administrator writes in no chart.
    """
    return AuthorRole(str(role))
