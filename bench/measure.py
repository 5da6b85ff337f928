"""Medians and ratios of several runs, and one file that keeps them."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BUILD = Path(__file__).parent.parent / "build"


def milliseconds(call: Callable[[], Any], *, runs: int = 9) -> float:
    """Median processor time of a call after one warm-up: what else runs on the machine stays out.

    One thread is used throughout, so on a quiet machine this is the wall time.
    """
    return _median(call, time.process_time, runs)


def wall_milliseconds(call: Callable[[], Any], *, runs: int = 9) -> float:
    """Median wall time of a call after one warm-up: for other processes."""
    return _median(call, time.perf_counter, runs)


def _median(call: Callable[[], Any], clock: Callable[[], float], runs: int) -> float:
    call()
    times = []
    for _ in range(runs):
        start = clock()
        call()
        times.append((clock() - start) * 1e3)
    return statistics.median(times)


def exponent(sizes: list[float], times: list[float]) -> float:
    """Slope of log time over log size: 1 is linear."""
    import numpy as np

    return float(np.polyfit(np.log(sizes), np.log(times), 1)[0])


def keep(section: str, values: Any) -> None:
    """Merge one section into build/bench.json."""
    BUILD.mkdir(exist_ok=True)
    path = BUILD / "bench.json"
    data = json.loads(path.read_text()) if path.exists() else {}
    data[section] = values
    path.write_text(json.dumps(data, indent=2) + "\n")


def table(title: str, rows: list[tuple[str, ...]]) -> None:
    """Print rows in columns."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    print(f"\n{title}")
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
