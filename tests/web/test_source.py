"""The pain source page prints exactly what the core says."""

from __future__ import annotations

import html
import re
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from needlepoint.core.assess import assess
from needlepoint.core.chart import State
from needlepoint.files.cases import read_case
from needlepoint.web.shell.parts import knowledge
from needlepoint.web.source.forms import read_question
from needlepoint.web.source.pages import assessment_page
from needlepoint.web.source.suppose import suppose
from web.people import CASES, entries, practice


def words_of(value: Any) -> list[str]:
    """Every string of a page that is for reading: drawings aside, and names of colours and kinds."""
    from needlepoint.web.drawings.svg import Drawing

    if isinstance(value, Drawing):
        return []
    if isinstance(value, str):
        return [value] if value.strip() else []
    if isinstance(value, tuple):
        return [word for one in value for word in words_of(one)]
    if is_dataclass(value):
        hidden = {"spec", "outcome", "kind", "name", "how", "supposed", "current", "is_current"}
        return [
            w
            for f in fields(value)
            if f.name not in hidden
            for w in words_of(getattr(value, f.name))
        ]
    return []


def text_of(answer: Any) -> str:
    plain = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(html.unescape(plain).split()).lower()


@pytest.mark.parametrize(
    "case", ["lumbar/facet_or_sacroiliac", "lumbar/two_generators", "red_flags/cauda_equina",
             "leg_and_hip/knee_osteoarthritis", "neck_and_arm/cervical_facet"],
)  # fmt: skip
def test_the_page_prints_all_that_its_dataclass_holds(sqlite: str, case: str) -> None:
    here = practice(case)
    answer = here.physician.get(here.address("pain-source/"))
    page = answer.context["page"]
    printed = text_of(answer)
    missing = [w for w in words_of(page) if " ".join(w.split()).lower() not in printed]
    titles = {one.how for one in page.pain.unknown}
    left = [w for w in missing if w not in titles]
    assert not left, left


def test_the_page_says_what_the_core_says() -> None:
    case = read_case(CASES / "lumbar/facet_or_sacroiliac.yaml", knowledge=knowledge())
    result = assess(case.chart, knowledge())
    page = assessment_page(result, knowledge())
    one = result.complaints[0]
    assert page.pain is not None
    shown = {source.kind: source.chance for source in page.pain.differential.sources}
    said = dict(zip(one.where.frame.kinds, one.where.posterior.kinds, strict=True))
    assert shown["facet_joint"] == f"{said['facet_joint']:.2f}"
    assert page.pain.ledger.end == shown["facet_joint"]
    assert page.pain.steps[0].label == one.plan.steps[0].label


def test_the_waterfall_adds_up_for_every_kind() -> None:
    case = read_case(CASES / "lumbar/facet_two_concordant_blocks.yaml", knowledge=knowledge())
    result = assess(case.chart, knowledge(), with_intervals=False)
    for kind in result.complaints[0].where.frame.kinds:
        page = assessment_page(result, knowledge(), why=kind)
        assert page.pain is not None
        start, steps = float(page.pain.ledger.start), page.pain.ledger.bars
        moved = sum(float(bar.change.replace("−", "-")) for bar in steps)
        # Each shown number is rounded to a hundredth; bars below 0.003 are left out.
        slack = 0.005 * (len(steps) + 2) + 0.003 * page.pain.ledger.left_out
        assert start + moved == pytest.approx(float(page.pain.ledger.end), abs=slack)


def test_an_emergency_stands_before_every_other_step(sqlite: str) -> None:
    here = practice("red_flags/cauda_equina")
    page = here.physician.get(here.address("pain-source/")).context["page"]
    assert page.verdicts.raised[0].urgency == "emergency"
    assert page.pain.steps[0].tier == "safety"


def test_what_if_moves_the_answer_and_writes_nothing(sqlite: str) -> None:
    here = practice()
    before = len(entries(here.patient.pk))
    known = here.physician.get(here.address("pain-source/")).context["page"]
    asked = {"if-pain_midline": "", "if-paraspinal_trigger_point": "present"}
    supposed = here.physician.get(here.address("pain-source/"), asked).context["page"]
    assert supposed.is_supposed and not known.is_supposed
    assert supposed.pain.differential != known.pain.differential
    assert len(entries(here.patient.pk)) == before


def test_supposing_equals_recording() -> None:
    """A supposed finding moves the answer exactly as the same finding in the chart would."""
    case = read_case(CASES / "lumbar/facet_or_sacroiliac.yaml", knowledge=knowledge())
    moment = case.as_of + timedelta(minutes=1)
    states = {"thigh_thrust": State.PRESENT}
    from needlepoint.core.anatomy import Side
    from needlepoint.files import read_chart

    supposed = suppose(case.chart, states, complaint="pain", side=Side.LEFT, as_of=moment,
                       knowledge=knowledge())  # fmt: skip
    written = read_chart(
        {"as_of": moment, "entries": [
            {"kind": "complaint", "name": "pain", "presentation": "axial_low_back", "side": "left"},
            {"kind": "exam_finding", "name": "thigh_thrust", "state": "present", "side": "left"}]},
        knowledge=knowledge(),
    ).entries[1].statement  # fmt: skip
    last = supposed.entries[-1].statement
    assert (last.name, last.state, last.side) == (written.name, written.state, written.side)  # type: ignore[union-attr]


def test_a_day_that_is_none_is_said_beside_its_field_and_kept(sqlite: str) -> None:
    here = practice()
    answer = here.physician.get(here.address("pain-source/"), {"as_of": "31.3.2026"})
    assert "Write it as 2026-03-31" in answer.content.decode()
    assert 'value="31.3.2026"' in answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "field", "says"),
    [
        ({"since": "soon"}, "since", "Write it as 2026-03-31"),
        ({"as_of": "2026-04-01"}, "as_of", "has not come yet"),
        ({"as_of": "9999-12-31"}, "as_of", "has not come yet"),
        ({"as_of": "1931-01-01"}, "as_of", "It begins on 2026-01-10"),
        ({"as_of": "2026-02-01", "since": "2026-02-01"}, "since", "Give an earlier day"),
        ({"since": "2026-03-31"}, "since", "Give an earlier day"),
    ],
)
def test_a_day_that_cannot_be_looked_at_is_left_out_with_the_reason(
    asked: dict[str, str], field: str, says: str
) -> None:
    question = read_question(asked, first=date(2026, 1, 10), today=date(2026, 3, 31))
    assert says in question.error_of[field]
    assert getattr(question, field) is None


def test_today_is_no_earlier_day_and_an_empty_chart_has_none() -> None:
    today = date(2026, 3, 31)
    assert read_question({"as_of": "2026-03-31"}, first=today, today=today).as_of is None
    empty = read_question({"as_of": "2026-03-01"}, first=None, today=today)
    assert "It is empty" in empty.error_of["as_of"]


def test_an_earlier_day_shows_what_was_known_then(sqlite: str) -> None:
    here = practice()
    answer = here.physician.get(here.address("pain-source/"), {"as_of": "2020-01-01"})
    assert answer.context["page"].pain is not None
    assert "Nothing was in the chart on 2020-01-01" in answer.content.decode()


def test_the_difference_names_what_came_and_what_was_taken_back() -> None:
    from needlepoint.files import read_chart

    def on(day: int, **statement: Any) -> dict[str, Any]:
        return {**statement, "occurred_at": f"2026-03-{day:02}T09:00Z"}

    chart = read_chart(
        {"as_of": "2026-03-20T09:00Z", "entries": [
            on(1, kind="complaint", name="pain", presentation="axial_low_back"),
            on(2, kind="symptom", name="worse_sitting", state="present", id="sitting"),
            on(9, kind="exam_finding", name="thigh_thrust", state="present", side="left"),
            on(10, kind="retraction", entry="sitting", reason="Another patient."),
        ]},
        knowledge=knowledge(),
    )  # fmt: skip
    look = lambda day: assess(  # noqa: E731
        chart, knowledge(), as_of=datetime(2026, 3, day, tzinfo=UTC), with_intervals=False
    )
    page = assessment_page(look(15), knowledge(), earlier=look(5))
    assert page.pain is not None and page.pain.difference is not None
    assert any("Thigh thrust" in one for one in page.pain.difference.came)
    assert page.pain.difference.went == ("Worse on sitting: present",)


def test_another_complaint_than_the_one_asked_for_says_so(sqlite: str) -> None:
    here = practice("traps/two_complaints")
    ask = lambda **q: here.physician.get(here.address("pain-source/"), q)  # noqa: E731
    named = ask().context["page"].choices
    assert not ask(complaint=named[1].name).context["page"].is_elsewhere
    other = ask(complaint="shoulder that nobody wrote down")
    assert other.context["page"].is_elsewhere
    assert "Another complaint is shown" in other.content.decode()
    odd = ask(**{"if-no_such_finding": "present"}).context["page"]
    assert not odd.is_supposed


def test_htmx_gets_the_named_part_alone(sqlite: str) -> None:
    here = practice()
    part = here.physician.get(
        here.address("pain-source/"), {"intervals": "1"},
        headers={"HX-Request": "true", "HX-Target": "differential"},
    )  # fmt: skip
    text = part.content.decode()
    assert "<html" not in text and 'id="differential"' in text
    assert part.context["page"].pain.differential.has_intervals


def test_a_chart_without_a_complaint_teaches(sqlite: str) -> None:
    here = practice(None)
    text = here.physician.get(here.address("pain-source/")).content.decode()
    assert "Add the complaint" in text


def test_a_ledger_links_each_finding_to_its_numbers(sqlite: str) -> None:
    here = practice()
    text = here.physician.get(here.address("pain-source/")).content.decode()
    links = set(re.findall(r'href="(/knowledge/[a-z0-9_]+/)"', text))
    assert len(links) > 5
    for link in links:
        assert here.physician.get(link).status_code == 200
    assert here.physician.get("/knowledge/no_such_finding/").status_code == 404


def test_nothing_stands_inline_that_the_policy_forbids(sqlite: str) -> None:
    here = practice()
    for tab in ("pain-source/", "story/", "examination/", "story/drawing/pain/"):
        answer = here.physician.get(here.address(tab))
        text = answer.content.decode()
        assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", text)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)
        assert "'unsafe" not in answer["Content-Security-Policy"]
