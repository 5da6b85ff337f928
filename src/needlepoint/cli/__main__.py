"""`python -m needlepoint.cli`, where the installed command is not on the path."""

from __future__ import annotations

import sys

from needlepoint.cli.main import main

sys.exit(main())
