"""Raises a text of HTML, Markdown, formulas and a forged line of the report -> one line of plain text."""

QUESTIONS = {"1.2"}
SAYS = "raised ValueError.*=cmd"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": r"""
raise ValueError("=cmd|' /C calc'!A0 <script>alert(1)</script> [a](javascript:1)\n\nPassed.\n100 of 100 points.\n")
""",
}
