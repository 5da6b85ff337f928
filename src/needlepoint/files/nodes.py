"""What does a YAML or JSON file say, and on which line does it say it?"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from needlepoint.core.errors import Fault

Path = tuple[str | int, ...]

MOST_BYTES = 8_000_000
MOST_DEPTH = 40
MOST_NODES = 400_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTRUCTOR = yaml.constructor.SafeConstructor()
_STANDARD = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_SCALARS = {
    "tag:yaml.org,2002:str",
    "tag:yaml.org,2002:int",
    "tag:yaml.org,2002:float",
    "tag:yaml.org,2002:bool",
    "tag:yaml.org,2002:null",
    "tag:yaml.org,2002:timestamp",
}
# Control characters drive a terminal, and overrides of direction show a text as what it is not.
_MISLEADING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, kw_only=True)
class Document:
    """Plain data with the line of every value."""

    data: Any
    lines: Mapping[Path, int]
    faults: tuple[Fault, ...] = ()

    def line(self, path: Path) -> int | None:
        """The line of a value, or of the nearest thing that contains it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def where(self, path: Path) -> str:
        """A place in words: entries[3].nrs_before (line 12)."""
        words = ""
        for step in path:
            words += f"[{step}]" if isinstance(step, int) else f".{step}" if words else str(step)
        line = self.line(path)
        if line is None:
            return words or "the file"
        return f"{words} (line {line})" if words else f"line {line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much of a stranger's file is looked at before it is refused."""

    bytes: int
    values: int  # keys, words, lists: each is one


def read_document(source: str | bytes, *, bounds: Bounds | None = None) -> Document:
    """Parse text of YAML or JSON. Whatever is wrong with it becomes a fault, never a traceback.

    Args:
        bounds: of a file that somebody sends; beyond them, and with anchors in it, it is refused
            before its values are built.
    """
    text, fault = _text(source, bounds.bytes if bounds else MOST_BYTES)
    if fault is None and bounds is not None:
        fault = _beyond(text, bounds)
    if fault is not None:
        return Document(data=None, lines={}, faults=(fault,))
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"this is not valid YAML: {error.problem or 'it cannot be parsed'}. Mend the line."
        return Document(data=None, lines={}, faults=(Fault(where=f"line {line}", what=what),))
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        what = f"this is not valid YAML ({type(error).__name__}). Save it as plain text."
        return Document(data=None, lines={}, faults=(Fault(where="the file", what=what),))
    if node is None:
        what = "it is empty. Write at least one entry; docs/chart.md shows how."
        return Document(data=None, lines={}, faults=(Fault(where="the file", what=what),))
    builder = _Builder()
    data = builder.build(node, (), 0)
    return Document(data=data, lines=builder.lines, faults=tuple(dict.fromkeys(builder.faults)))


def plain_document(data: Any) -> Document:
    """Data that never was a file: places have no lines."""
    return Document(data=data, lines={})


def _beyond(text: str, bounds: Bounds) -> Fault | None:
    """Count what the parser meets, and stop at the first that is too much."""
    try:
        for count, event in enumerate(yaml.parse(text, Loader=_LOADER)):
            if getattr(event, "anchor", None) is not None:  # of an anchor, and of its repetition
                line = event.start_mark.line + 1 if event.start_mark else 1
                what = "anchors (&) and repetitions (*) are not read. Write the values out."
                return Fault(where=f"line {line}", what=what)
            if count > bounds.values:
                what = f"more than {bounds.values:,} values. Split the file."
                return Fault(where="the file", what=what)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None  # the parser says it better where the file is read
    return None


def _text(source: str | bytes, most: int) -> tuple[str, Fault | None]:
    if len(source) > most:
        what = f"it has {len(source):,} bytes; at most {most:,} are read. Split it."
        return "", Fault(where="the file", what=what)
    if isinstance(source, str):
        text = source
    else:
        try:
            text = source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            what = f"byte {error.start} is not UTF-8 text. Save the file as UTF-8."
            return "", Fault(where="the file", what=what)
    depth = deepest(text)
    if depth > MOST_DEPTH * 4:
        return "", Fault(where="the file", what="brackets are nested too deeply to be a chart.")
    return text, None


def deepest(text: str) -> int:
    """How deeply brackets are nested: the parser itself must not be driven into recursion."""
    depth = most = 0
    for character in text:
        if character in "[{":
            depth += 1
            most = max(most, depth)
        elif character in "]}":
            depth = max(0, depth - 1)
    return most


@dataclass
class _Builder:
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    nodes: int = 0

    def build(self, node: Any, path: Path, depth: int) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        self.nodes += 1
        if self.nodes > MOST_NODES:
            return self._fault_once(line, f"more than {MOST_NODES:,} values. Split the file.")
        if depth > MOST_DEPTH:
            return self._fault(line, "nested too deeply. Write it flatter.")
        if not isinstance(node, yaml.ScalarNode) and not node.tag.startswith(_STANDARD):
            return self._fault(line, f"the tag {node.tag} is not read. Remove it.")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(child, (*path, n), depth + 1) for n, child in enumerate(node.value)]
        return self._scalar(node, line)

    def _mapping(self, node: Any, path: Path, depth: int) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(line, "a key must be a word or a number.")
                continue
            if key_node.value == "<<":
                self._fault(line, "merge keys (<<) are not read. Write the values out.")
                continue
            key = self._scalar(key_node, line)
            if key in result:
                self._fault(line, f"{key!r} is given twice here. Keep one.")
                continue
            step = key if isinstance(key, int) and not isinstance(key, bool) else str(key)
            result[key] = self.build(value_node, (*path, step), depth + 1)
            self.lines[(*path, step)] = line
        return result

    def _scalar(self, node: Any, line: int) -> Any:
        if node.tag not in _SCALARS:
            return self._fault(line, f"the tag {node.tag} is not read. Remove it.")
        if node.tag == "tag:yaml.org,2002:int" and len(node.value) > 18:
            return self._fault(line, f"{node.value[:20]}... is too large a number.")
        try:
            value = _CONSTRUCTOR.construct_object(node)
        except (ValueError, yaml.YAMLError, OverflowError, RecursionError):
            return self._fault(line, f"{node.value!r} cannot be read. Quote it if it is text.")
        if isinstance(value, float) and not math.isfinite(value):
            return self._fault(line, f"{node.value} is not a number that can be measured.")
        if isinstance(value, str) and (odd := _MISLEADING.search(value)):
            what = f"U+{ord(odd[0]):04X} in the text changes how text is shown. Remove it."
            return self._fault(line, what)
        return value

    def _fault(self, line: int, what: str) -> None:
        self.faults.append(Fault(where=f"line {line}", what=what))

    def _fault_once(self, line: int, what: str) -> None:
        if len(self.faults) < 100:
            self._fault(line, what)
