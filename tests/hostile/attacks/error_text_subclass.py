"""Raises a text whose class lies about its length and its slices -> made plain text."""

QUESTIONS = {"1.2"}
SAYS = "raised ValueError"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": """
class Text(str):
    def __len__(self): return 0
    def __getitem__(self, _): return "y" * 10_000_000
class Long(ValueError):
    def __str__(self): return Text("x" * 1_000_000)
Long.__name__ = "ValueError"
raise Long
""",
}
