"""Laws of the schedule of follow-up, over treatments and answers in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needlepoint.core.chart import (
    AdverseEvent,
    BlockTarget,
    Chart,
    Complaint,
    Entry,
    OtherBody,
    PlannedProcedure,
    Procedure,
    Provenance,
    Questionnaire,
    Retraction,
    Role,
    Statement,
)
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.outcomes import answered_slots, schedule_rules
from needlepoint.core.plan.due import DueKind, dues
from needlepoint.core.plan.follow_up import FollowUp, FollowUpState, follow_ups, open_questions
from needlepoint.core.record import fold

START = date(2027, 10, 1)  # a leap day and both changes of the clock lie in the years after it
ZONE = ZoneInfo("Europe/Berlin")
RF, ESI = "lumbar_medial_branch_radiofrequency", "lumbar_interlaminar_epidural"
IMPLANT, TRIAL, REFILL = (
    "spinal_cord_stimulator_implant", "spinal_cord_stimulator_trial", "intrathecal_pump_refill",
)  # fmt: skip


def entry(n: int, day: float, one: Statement, hour: int = 12) -> Entry:
    at = datetime.combine(START, time(hour), tzinfo=ZONE) + timedelta(days=day)
    return Entry(id=f"e{n}", occurred_at=at, recorded_at=at, author="x", role=Role.PHYSICIAN,
                 provenance=Provenance.CLINICIAN_FOUND, statement=one)  # fmt: skip


def pain(name: str) -> Complaint:
    return Complaint(name=name, presentation="axial_low_back" if name == "back" else "leg_dominant")


def done(name: str, of: str | None = "back") -> Procedure:
    return Procedure(name=name, complaint=of, body=OtherBody(details="as usual"))


def said(instrument: str, of: str | None = None) -> Questionnaire:
    return Questionnaire(instrument=instrument, score=4, complaint=of)


def chart_of(*entries: Entry) -> Chart:
    everything = (entry(900, -100, pain("back")), entry(901, -100, pain("leg")), *entries)
    return Chart(id="c", entries=everything)


def found(knowledge: Knowledge, *entries: Entry, until: int = 3000) -> tuple[FollowUp, ...]:
    as_of = datetime.combine(START, time(), tzinfo=UTC) + timedelta(days=until)
    return follow_ups(fold(chart_of(*entries), as_of=as_of), knowledge, zone=ZONE)


def after(knowledge: Knowledge, *entries: Entry) -> list[FollowUp]:
    return [one for one in found(knowledge, *entries) if not one.is_before]


ENTRIES = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 700), st.sampled_from([RF, ESI, IMPLANT, TRIAL, REFILL]).flatmap(
            lambda n: st.sampled_from(["back", "leg", None]).map(lambda of: done(n, of)))),
        st.tuples(st.integers(0, 700), st.sampled_from([
            said("nrs", "back"), said("NRS", "leg"), said("peg"), said("PGIC"), said("nrs")])),
    ),
    max_size=14,
).map(lambda all: [entry(n, day, one) for n, (day, one) in enumerate(all)])  # fmt: skip


@given(entries=ENTRIES, order=st.randoms(use_true_random=False))
def test_the_order_in_which_entries_were_written_does_not_matter(
    knowledge: Knowledge, entries: list[Entry], order: object
) -> None:
    shuffled = list(entries)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert found(knowledge, *shuffled) == found(knowledge, *entries)


@given(entries=ENTRIES, more=ENTRIES)
def test_what_was_taken_back_leaves_no_trace(
    knowledge: Knowledge, entries: list[Entry], more: list[Entry]
) -> None:
    wrong = [replace(one, id=f"w{one.id}") for one in more]
    back = [replace(entry(0, 720, Retraction(entry=one.id, reason="another patient's")),
                    id=f"r{one.id}") for one in wrong]  # fmt: skip
    assert found(knowledge, *entries, *wrong, *back) == found(knowledge, *entries)


@given(entries=ENTRIES)
def test_windows_hold_their_day_never_meet_and_no_answer_counts_twice_for_a_treatment(
    knowledge: Knowledge, entries: list[Entry]
) -> None:
    one_by_one: dict[str, list[FollowUp]] = {}
    for one in after(knowledge, *entries):
        one_by_one.setdefault(one.procedure, []).append(one)
        assert one.opens <= one.closes and one.opens <= one.on
        assert all(one.opens <= a.answered_on <= one.closes for a in one.asks if a.answered_on)
        assert all(a.later_on > one.closes for a in one.asks if a.later_on)
    for times in one_by_one.values():
        assert all(first.closes < second.opens for first, second in pairwise(times))


@given(entries=ENTRIES, link_every=st.integers(1, 5), answers=st.randoms(use_true_random=False))
def test_nobody_is_asked_the_same_question_twice_within_a_week_of_the_answer(
    knowledge: Knowledge, entries: list[Entry], link_every: int, answers: object
) -> None:
    treatments = [one for one in entries if isinstance(one.statement, Procedure)]
    chart, last = list(treatments), dict[tuple[str, str | None], date]()
    for day in range(0, 420, link_every):
        today = START + timedelta(days=day)
        asked = open_questions(found(knowledge, *chart, until=day + 1), today)
        assert len(set(asked)) == len(asked)
        for question in asked:
            assert question not in last or (today - last[question]).days >= 7
            if answers.random() < 0.6:  # type: ignore[attr-defined]
                last[question] = today
                chart.append(entry(1000 + len(chart), day, said(*question)))


@pytest.mark.parametrize(
    ("day", "counts"), [(69, False), (70, True), (91, True), (120, True), (121, False)]
)
def test_the_first_and_the_last_day_of_a_window_count_and_the_days_beside_them_do_not(
    knowledge: Knowledge, day: int, counts: bool
) -> None:
    scored = entry(1, day, said("nrs", "back"))
    (three,) = (f for f in after(knowledge, entry(0, 0, done(RF)), scored) if f.says == "3 months")
    (nrs,) = (a for a in three.asks if a.instrument == "nrs")
    assert (nrs.answered_on is not None) is counts
    # After the window it is kept on its own day and named as late, for no time it was not given at.
    assert nrs.later_on == (START + timedelta(days=121) if day == 121 else None)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"])
def test_a_window_ends_with_the_day_of_the_clinic_whatever_the_clock_did(
    knowledge: Knowledge, zone: str
) -> None:
    here = ZoneInfo(zone)
    at = datetime(2027, 10, 1, 9, tzinfo=here)
    last = datetime(2027, 10, 1, tzinfo=here).date() + timedelta(days=183 + 37)

    def six(moment: datetime) -> FollowUp:
        rows = [replace(entry(0, 0, done(RF)), occurred_at=at, recorded_at=at),
                replace(entry(1, 0, said("nrs", "back")), occurred_at=moment, recorded_at=moment)]  # fmt: skip
        record = fold(chart_of(*rows), as_of=datetime(2030, 1, 1, tzinfo=UTC))
        return next(f for f in follow_ups(record, knowledge, zone=here) if f.says == "6 months")

    assert six(at).closes == last
    assert six(datetime.combine(last, time(23, 59), tzinfo=here)).answered
    assert not six(datetime.combine(last + timedelta(days=1), time(0, 1), tzinfo=here)).answered


def test_a_treatment_on_a_leap_day_is_followed_a_year_later(knowledge: Knowledge) -> None:
    at = datetime(2028, 2, 29, 9, tzinfo=ZONE)
    record = fold(
        chart_of(replace(entry(0, 0, done(RF)), occurred_at=at, recorded_at=at)),
        as_of=datetime(2030, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    year = next(f for f in follow_ups(record, knowledge, zone=ZONE) if f.says == "12 months")
    assert year.on == date(2029, 2, 28)


def test_a_second_treatment_or_a_revision_of_the_same_pain_ends_what_was_to_come(
    knowledge: Knowledge,
) -> None:
    first, again = entry(0, 0, done(RF)), entry(1, 200, done(RF))
    scored = [entry(2 + n, 330, said(i, "back" if i == "nrs" else None))
              for n, i in enumerate(("nrs", "peg", "pgic"))]  # fmt: skip

    def of(*rows: Entry) -> list[str]:
        return [f.says for f in after(knowledge, *rows) if f.procedure == "e0"]

    assert of(first) == ["1 month", "3 months", "6 months", "12 months"]
    assert of(first, again) == ["1 month", "3 months", "6 months"]
    assert of(first, entry(1, 200, done(RF, "leg"))) == of(first), "another pain's treatment"
    assert of(first, entry(1, 200, done(REFILL))) == of(first), "a refill treats nothing anew"
    assert of(first, entry(1, 200, done(TRIAL))) == of(first, again)
    late = entry(9, 350, done(RF))
    assert of(first, *scored, late) == of(first), "what was answered before it stands"
    assert of(entry(0, 0, done(IMPLANT)), entry(1, 200, done("generator_or_pump_exchange"))) == of(
        first, again
    )


def test_a_death_ends_everything_that_was_to_come(knowledge: Knowledge) -> None:
    fatal = entry(1, 60, AdverseEvent(name="myocardial infarction", severity="fatal"))
    at = datetime.combine(START, time(12), tzinfo=ZONE) + timedelta(days=300)
    plan = entry(2, 50, PlannedProcedure(technique=RF, at=at, complaint="back"))
    rows = found(knowledge, entry(0, 0, done(RF)), plan, fatal)
    assert [f.says for f in rows] == ["before", "1 month"]
    record = fold(chart_of(entry(0, 0, done(RF)), fatal), as_of=fatal.occurred_at)
    late = [d for d in dues(record, knowledge, zone=ZONE) if d.kind is DueKind.FOLLOW_UP]
    assert all(d.until <= START + timedelta(days=60) for d in late)


def test_the_pain_before_a_planned_treatment_is_asked_until_it_is_done_and_never_after(
    knowledge: Knowledge,
) -> None:
    target = BlockTarget(kind="facet_joint", segment="L4-L5")
    at = datetime.combine(START, time(12), tzinfo=ZONE) + timedelta(days=30)
    plan = entry(0, 0, PlannedProcedure(technique=RF, at=at, complaint="back", targets=(target,)))
    (before,) = found(knowledge, plan)
    day = START + timedelta(days=30)
    assert before.is_before and before.is_planned and before.on == day
    assert [a.instrument for a in before.open_on(day - timedelta(days=14))] == ["nrs", "peg"]
    assert before.open_on(day - timedelta(days=15)) == ()
    carried_out = entry(1, 30, replace(done(RF), targets=(target,)))
    rows = found(knowledge, plan, carried_out)
    assert not any(f.is_planned for f in rows)
    assert rows[0].state(day) is FollowUpState.MISSED and rows[0].open_on(day) == ()
    block = entry(0, 0, PlannedProcedure(technique="lumbar_medial_branch_block", at=at))
    assert found(knowledge, block) == (), "a test is answered by its diary"


def test_what_is_due_runs_from_the_first_day_that_counts_to_the_last(knowledge: Knowledge) -> None:
    record = fold(chart_of(entry(0, 0, done(ESI))),
                  as_of=datetime.combine(START, time(13), tzinfo=ZONE))  # fmt: skip
    rows = [d for d in dues(record, knowledge, zone=ZONE) if d.kind is DueKind.FOLLOW_UP]
    days = [((d.on - START).days, (d.until - START).days) for d in rows]
    assert days == [(10, 21), (22, 45), (70, 120), (150, 220)]
    assert rows[2].says.startswith("3 months after ")


@given(
    given_at=st.lists(st.integers(0, 1200).map(float), max_size=12),
    times=st.sets(st.integers(1, 140), min_size=2, max_size=8).map(
        lambda some: tuple(5.0 * one for one in sorted(some))
    ),
)
def test_a_reading_answers_one_time_and_what_nobody_answered_is_missing(
    knowledge: Knowledge, given_at: list[float], times: tuple[float, ...]
) -> None:
    facts = knowledge.guidance.safety.facts
    rules = schedule_rules({name: fact.value for name, fact in facts.items()})
    answered = answered_slots(times, given_at, rules)
    within = {t for t in given_at if times[0] - 10 <= t <= times[-1] + 30}
    assert answered <= set(range(1, len(times) + 1)) and len(answered) <= len(within)
    assert bool(answered) is bool(within)
    assert answered_slots(times, reversed(given_at), rules) == answered
    assert answered_slots(times, times, rules) == set(range(1, len(times) + 1))
