"""From files to core types: every fault at once, each with its line and its cure."""

from needlepoint.files.cases import Case, read_case
from needlepoint.files.charts import read_chart
from needlepoint.files.knowledge import load_knowledge

__all__ = ["Case", "load_knowledge", "read_case", "read_chart"]
