"""Which structures can hurt, where are they, and which nerves supply them?"""

from needlepoint.core.anatomy.model import (
    Anatomy,
    Kind,
    Nerve,
    Side,
    Site,
    Supply,
    Zone,
)

__all__ = ["Anatomy", "Kind", "Nerve", "Side", "Site", "Supply", "Zone"]
