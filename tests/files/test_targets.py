"""Targets as people type them: understood whole, or refused with what is missing."""

from __future__ import annotations

import pytest

from needlepoint.core.errors import NeedlepointError
from needlepoint.files.targets import parse_target


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("left L4-L5 facet joint", "left L4-L5 facet joint"),
        ("L4-5 facet_joint L", "left L4-L5 facet joint"),
        ("facet joint, R, l4/l5", "right L4-L5 facet joint"),
        ("bilateral L3 medial branch", "both L3 medial branch"),
        ("hip_joint right", "right hip joint"),
        ("L5-S1 disc", "L5-S1 disc"),
    ],
)
def test_a_target_is_read_in_any_order(text: str, said: str, knowledge) -> None:
    target = parse_target(text, knowledge)
    assert str(target) == said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("left facet joint", "has a level"),
        ("left L7-S1 facet joint", "no level L7-S1"),
        ("L4-L5 facet joint", "add the side"),
        ("left L4-L5 facett joint", "Did you mean 'facet_joint'"),
        ("", "is no structure"),
        ("left", "is no structure"),
    ],
)
def test_what_is_wrong_with_a_target_is_said(text: str, what: str, knowledge) -> None:
    with pytest.raises(NeedlepointError, match=what):
        parse_target(text, knowledge)
