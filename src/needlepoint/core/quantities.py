"""Which numbers does the medicine speak in, and within what bounds?"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from annotated_types import Ge, Interval, Le, MinLen
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.intp]
Bool = NDArray[np.bool_]

Share = Annotated[float, Ge(0), Le(1)]  # a chance, a proportion, a part of a whole
Pain = Annotated[float, Interval(ge=0, le=10)]  # numeric rating scale, 0 none to 10 worst
Text = Annotated[str, MinLen(1)]
