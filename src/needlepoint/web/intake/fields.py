"""One page of the intake as a form that says what its answers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from needlepoint.core.chart import Statement
from needlepoint.web.intake.asking import Asking, Step

Says = Mapping[str, Sequence[Statement]]


class PatientForm(forms.Form):
    """One page of the intake."""

    title = ""  # a key of the words
    template = "intake/step.html"
    hint = ""

    def __init__(self, data: Any = None, *, asking: Asking, step: Step) -> None:
        super().__init__(data)
        self.asking, self.step = asking, step
        self.use_required_attribute = False
        self.build()
        for name, field in self.fields.items():
            field.error_messages["required"] = asking.t["must_say"]
            field.error_messages["max_length"] = asking.t["too_long"]
            field.error_messages["null_characters_not_allowed"] = asking.t["wrong"]
            if name in self.data:
                field.widget.attrs["data-typed"] = "1"

    def build(self) -> None:
        """Add the fields of this page."""

    def says(self) -> Says:
        """What the answers say, by the beginning of the entries' ids."""
        return {}

    @property
    def heading(self) -> str:
        return self.asking.t[self.title]

    def shown(self) -> Sequence[str] | None:
        """What the review says of this page, where it is not simply its fields one by one."""
        return None

    def context(self) -> Mapping[str, Any]:
        """What the page shows beside its fields."""
        return {}


__all__ = ["PatientForm", "Says"]
