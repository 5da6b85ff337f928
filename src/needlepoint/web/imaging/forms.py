"""From the cells of the grid to statements, and from typed numbers to a dose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from needlepoint.core.anatomy import Side
from needlepoint.core.assess import Assessment
from needlepoint.core.chart import ImagingFinding, RadiationDose, State
from needlepoint.core.knowledge import FindingKnowledge, Knowledge
from needlepoint.core.record import Said
from needlepoint.web.imaging.grid import (
    covering,
    findings_of,
    grades_of,
    place_of,
    places,
    readable,
)
from needlepoint.web.source.complaints import complaint_of
from needlepoint.web.source.suppose import finding_name

Standing = tuple[Said[ImagingFinding], ...]
_Cell = tuple[str, str]


def read_grid(
    posted: Mapping[str, str], result: Assessment, knowledge: Knowledge, *, complaint: str
) -> tuple[ImagingFinding, ...]:
    """Statements for the cells that were changed; what was not touched is not said again."""
    one = complaint_of(result, complaint)
    if one is None:
        return ()
    standing = findings_of(result, one)
    said: list[ImagingFinding] = []
    for finding in readable(one, knowledge):
        cells = places(finding, one)
        said += _of_finding(posted, finding, cells, standing, one.observed.complaint)
    return tuple(said)


def _of_finding(
    posted: Mapping[str, str],
    finding: FindingKnowledge,
    cells: Sequence[_Cell],
    standing: Standing,
    complaint: str,
) -> Iterable[ImagingFinding]:
    """A statement about more than one cell is split as soon as one of its cells differs."""
    name = finding_name(finding)
    before = {cell: _shown(covering(standing, name, *cell)) for cell in cells}
    after = {cell: _sent(posted, finding, cell, before[cell]) for cell in cells}
    touched = {cell for cell in cells if after[cell] != before[cell]}
    wide = {
        said.entry: said.statement
        for cell in touched
        if (said := covering(standing, name, *cell)) and not _is_exact(said.statement, cell)
    }
    for statement in wide.values():
        yield ImagingFinding(
            name=name, state=State.UNEXAMINED, side=statement.side, segment=statement.segment,
            complaint=statement.complaint, modality=statement.modality,
        )  # fmt: skip
        touched |= {c for c in cells if covering(standing, name, *c) in _said_as(standing, wide)}
    for cell in cells:
        exact = covering(standing, name, *cell)
        fresh = exact is None or not _is_exact(exact.statement, cell)
        if cell in touched and not (fresh and not after[cell][0]):
            yield _statement(finding, cell, after[cell], exact, complaint)


def _said_as(standing: Standing, wide: Mapping[str, ImagingFinding]) -> list[Said[ImagingFinding]]:
    return [said for said in standing if said.entry in wide]


def _is_exact(statement: ImagingFinding, cell: _Cell) -> bool:
    return place_of(statement) == cell and statement.side is not Side.BOTH


def _shown(said: Said[ImagingFinding] | None) -> tuple[str, str]:
    """State and grade as the form showed them."""
    if said is None:
        return ("", "")
    return (said.statement.state.value, said.statement.grade or "")


def _sent(
    posted: Mapping[str, str], finding: FindingKnowledge, cell: _Cell, before: tuple[str, str]
) -> tuple[str, str]:
    key = f"{finding_name(finding)}.{cell[0]}.{cell[1]}"
    state = posted.get(f"s.{key}")
    if state is None or state not in ("", State.PRESENT, State.ABSENT):
        return before
    grade = posted.get(f"g.{key}", "")
    known = grade in grades_of(finding) and state == State.PRESENT
    return (str(state), grade if known else "")


def _statement(
    finding: FindingKnowledge,
    cell: _Cell,
    now: tuple[str, str],
    before: Said[ImagingFinding] | None,
    complaint: str,
) -> ImagingFinding:
    segment, side = cell
    exact = before is not None and _is_exact(before.statement, cell)
    # A later statement replaces an earlier one of the same name, place and complaint.
    about = before.statement.complaint if exact and before is not None else complaint
    return ImagingFinding(
        name=finding_name(finding),
        state=State(now[0] or State.UNEXAMINED),
        side=Side(side) if side else None,
        segment=segment or None,
        grade=now[1] or None,
        complaint=about,
        modality=finding.modality,
    )


class DoseForm(forms.Form):
    """What the X-ray machine showed. At least one of the three numbers."""

    procedure = forms.ChoiceField(label="Procedure")
    dose_area_product = forms.FloatField(
        required=False, min_value=0, max_value=5000, label="Dose area product, Gy·cm²"
    )
    air_kerma = forms.FloatField(
        required=False, min_value=0, max_value=50000, label="Air kerma at the reference point, mGy"
    )
    seconds = forms.FloatField(
        required=False, min_value=0, max_value=36000, label="Fluoroscopy time, seconds"
    )
    study = forms.ChoiceField(required=False, label="Its images")
    once = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        procedures: Sequence[tuple[str, str]],
        studies: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        procedure, study = self.fields["procedure"], self.fields["study"]
        assert isinstance(procedure, forms.ChoiceField) and isinstance(study, forms.ChoiceField)
        procedure.choices = [*procedures]
        study.choices = [("", "none kept here"), *studies]

    def clean(self) -> dict[str, Any]:
        """Without a number and without images, nothing is said."""
        said = super().clean() or {}
        names = ("dose_area_product", "air_kerma", "seconds", "study")
        if not self.errors and all(said.get(name) in (None, "") for name in names):
            raise forms.ValidationError(
                "Enter at least one of dose area product, air kerma, fluoroscopy time and images."
            )
        return said

    def statement(self) -> RadiationDose:
        """The dose as an entry."""
        said = self.cleaned_data
        return RadiationDose(
            procedure_entry=said["procedure"],
            dose_area_product_gy_cm2=said["dose_area_product"],
            air_kerma_mgy=said["air_kerma"],
            fluoroscopy_seconds=said["seconds"],
            study_uid=said["study"] or None,
        )


__all__ = ["DoseForm", "read_grid"]
