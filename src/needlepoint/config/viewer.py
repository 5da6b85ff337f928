"""What may the image viewer do in a browser that no page of ours may?

It decodes images with WebAssembly, in workers, and writes its own styles. It is let do so on its
own address and in its own files; everything else stays as strict as it was.
"""

from __future__ import annotations

VIEWER_FILES = "/static/vendor/ohif/"
POLICY: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "worker-src": ["'self'", "blob:"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
    "font-src": ["'self'", "data:"],
    "connect-src": ["'self'", "blob:", "data:"],
    "media-src": ["'self'", "blob:"],
    "frame-ancestors": ["'self'"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
}


def headers_of_file(headers: dict[str, str], path: str, url: str) -> None:
    """A worker obeys the policy of its own file, so the viewer's files carry the viewer's."""
    if url.startswith(VIEWER_FILES):
        policy = "; ".join(f"{name} {' '.join(values)}" for name, values in POLICY.items())
        headers["Content-Security-Policy"] = policy


__all__ = ["POLICY", "VIEWER_FILES", "headers_of_file"]
