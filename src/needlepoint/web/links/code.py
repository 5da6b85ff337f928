"""A link as a square that a phone reads."""

from __future__ import annotations

import qrcode

from needlepoint.web.drawings.svg import Drawing

_QUIET = 4  # empty modules round the code


def qr_svg(address: str) -> Drawing:
    """The address as a QR code; it holds the secret of the link and is shown once, like it."""
    code = qrcode.QRCode(border=_QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    size = len(rows)
    return Drawing(
        f'<svg class="qr" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img" '
        f'aria-label="The same link as a code for a phone"><path d="{path}"/></svg>'
    )


__all__ = ["qr_svg"]
