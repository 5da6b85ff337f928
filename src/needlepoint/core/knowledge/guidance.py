"""Everything adopted for after the source is found: medicines, safety, technique, devices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from needlepoint.core.knowledge.follow_up import USUAL, FollowUpSchedule
from needlepoint.core.knowledge.instruments import Instrument
from needlepoint.core.knowledge.medicines import Vocabulary
from needlepoint.core.knowledge.neuromodulation import NeuromodulationKnowledge
from needlepoint.core.knowledge.safety import BleedingKnowledge, Policy, SafetyKnowledge
from needlepoint.core.knowledge.technique import SheetPart, Technique


def _no_words() -> Vocabulary:
    return Vocabulary(classes={}, ingredients={}, products=(), ambiguous={})


def _no_safety() -> SafetyKnowledge:
    return SafetyKnowledge(
        bleeding=BleedingKnowledge(holds=(), restarts=(), gates=(), relevant_classes=()),
        anaesthetics=(),
        steroids={},
        opioids=(),
        facts={},
        conditions={},
        devices={},
        substances={},
        tests={},
        contraindications=(),
        cards={},
    )


def _no_devices() -> NeuromodulationKnowledge:
    return NeuromodulationKnowledge(
        drugs={},
        lines=(),
        admixtures=(),
        pumps={},
        coverage=(),
        intrathecal_candidacy=(),
        stimulation_candidacy=(),
        facts={},
    )


@dataclass(frozen=True, kw_only=True)
class Guidance:
    """What is needed once the source is found; empty in the smallest knowledge bases."""

    vocabulary: Vocabulary = field(default_factory=_no_words)
    safety: SafetyKnowledge = field(default_factory=_no_safety)
    techniques: Mapping[str, Technique] = field(default_factory=dict)
    sheet_parts: tuple[SheetPart, ...] = ()
    policies: Mapping[str, Policy] = field(default_factory=dict)
    neuromodulation: NeuromodulationKnowledge = field(default_factory=_no_devices)
    instruments: Mapping[str, Instrument] = field(default_factory=dict)
    follow_up: Mapping[str, FollowUpSchedule] = field(default_factory=dict)

    @cached_property
    def technique_of(self) -> dict[str, Technique]:
        """The technique that carries out a therapy or a block."""
        return {name: t for t in self.techniques.values() for name in t.carries_out}

    @cached_property
    def policies_of(self) -> dict[str, tuple[Policy, ...]]:
        """The policies about each technique, in the order of their files."""
        found: dict[str, list[Policy]] = {}
        for policy in self.policies.values():
            for technique in policy.applies_to:
                found.setdefault(technique, []).append(policy)
        return {technique: tuple(policies) for technique, policies in found.items()}

    def schedule_of(self, technique: Technique | None) -> FollowUpSchedule | None:
        """When a patient is asked after it; None only where no schedule is on file at all."""
        named = self._schedule_of_group.get(technique.group) if technique else None
        return named or self.follow_up.get(USUAL)

    @cached_property
    def _schedule_of_group(self) -> dict[str, FollowUpSchedule]:
        return {group: one for one in self.follow_up.values() for group in one.groups}

    def technique_for(self, name: str, kind: str | None) -> Technique | None:
        """Of the techniques that carry out a therapy or block, the one that treats this structure.

        A sympathetic series is a stellate block at the arm and a lumbar one at the leg.
        """
        usual = self.technique_of.get(name)
        others = [t for t in self.techniques.values() if name in t.also_carries_out]
        if usual is None or kind is None or kind in usual.kinds:
            return usual
        return next((t for t in others if kind in t.kinds), usual)
