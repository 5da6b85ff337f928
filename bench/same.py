"""Does a change made for speed change any answer?

Keeps the whole assessment of every chart under cases/, every field of it to the last bit, and
compares another version of the program with it.

    python bench/same.py keep build/before.json     # before the change
    python bench/same.py compare build/before.json  # after it; ends with 1 if anything differs
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # the order of sums is that of one core

import numpy as np

from needlepoint import NeedlepointError, assess, load_knowledge
from needlepoint.core.knowledge import Knowledge
from needlepoint.core.rules.eligibility import Eligibility
from needlepoint.files import read_case

CASES = Path(__file__).parent.parent / "cases"
CACHES = frozenset(("memory", "of_plan"))  # what was kept on the way is no answer
KNOWN = ("needlepoint.core.knowledge", "needlepoint.core.anatomy")  # told by its name alone
WAYS: Mapping[str, Mapping[str, bool]] = {
    "fold to plan": {"with_intervals": False, "look_ahead": False},
    "without reasons": {"with_intervals": False, "with_reasons": False},
    "everything": {},
}


def plain(value: Any) -> Any:
    """A value as JSON holds it; numbers by all their digits, arrays by a digest of their bytes."""
    match value:
        case None | bool() | int() | str() if not isinstance(value, Enum):
            return value
        case float() | np.floating():
            return float(value).hex()
        case Enum():
            return str(value)
        case date() | datetime():
            return value.isoformat()
        case np.ndarray():
            inside = np.ascontiguousarray(value)
            return [str(inside.dtype), list(inside.shape), _digest(inside.tobytes())]
        case np.integer():
            return int(value)
        case Knowledge():
            return value.version
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case frozenset() | set():
            return sorted(json.dumps(plain(one), sort_keys=True) for one in value)
        case list() | tuple():
            return [plain(one) for one in value]
    if isinstance(value, Eligibility):  # its lines are written when they are looked at
        said = (value.policy.id, value.standing, value.lines)
        return dict(zip(("policy", "standing", "lines"), map(plain, said), strict=True))
    if is_dataclass(value) and type(value).__module__.startswith(KNOWN):
        name = getattr(value, "id", None) or getattr(value, "name", None)
        if isinstance(name, str):
            return f"{type(value).__name__} {name}"
    if is_dataclass(value):
        named = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {name: plain(one) for name, one in named if name not in CACHES}
    if callable(value):  # computed when it is asked for: the bound of a posterior
        return plain(value())
    raise TypeError(f"{type(value).__name__} is not compared yet: say here how.")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def parts(result: Any) -> Iterator[tuple[str, str]]:
    """Digests of the parts of an assessment, so that a difference has a name."""
    for one in fields(result):
        value = getattr(result, one.name)
        if one.name != "complaints":
            yield one.name, _digest(json.dumps(plain(value), sort_keys=True).encode())
            continue
        for n, complaint in enumerate(value):
            for inner in fields(complaint):
                text = json.dumps(plain(getattr(complaint, inner.name)), sort_keys=True)
                yield f"complaints[{n}].{inner.name}", _digest(text.encode())


def answers() -> dict[str, str]:
    """Every part of every assessment of every case, in every way it is asked for."""
    knowledge, found = load_knowledge(), dict[str, str]()
    for path in sorted(CASES.rglob("*.yaml")):
        try:
            case = read_case(path, knowledge=knowledge)
        except NeedlepointError as error:  # a trap: refused at the door
            found[str(path.relative_to(CASES))] = _digest(str(error).encode())
            continue
        for way, asked in WAYS.items():
            result = assess(case.chart, knowledge, as_of=case.as_of, **asked)
            for part, digest in parts(result):
                found[f"{path.relative_to(CASES)}, {way}, {part}"] = digest
    return found


def main() -> int:
    """Keep or compare."""
    if len(sys.argv) != 3 or sys.argv[1] not in ("keep", "compare"):
        print(__doc__)
        return 2
    kept, now = Path(sys.argv[2]), answers()
    if sys.argv[1] == "keep":
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(now, indent=1) + "\n")
        print(f"{len(now):,} answers kept in {kept}.")
        return 0
    before = json.loads(kept.read_text())
    differ = [name for name in before.keys() | now.keys() if before.get(name) != now.get(name)]
    for name in sorted(differ)[:40]:
        print(f"differs: {name}")
    print(f"{len(now):,} answers compared, {len(differ)} differ.")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
