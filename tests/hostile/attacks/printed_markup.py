"""Prints HTML, Markdown and spreadsheet formulas -> plain text, full points."""

QUESTIONS = set()
SAYS = "=cmd"
STOPPED_BY = "reports: text of a student is escaped, or output_format is text"
ATTACK = r"""
print("<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))")
print("=cmd|' /C calc'!A0\n@SUM(1+1)\n+1+1\n-1+1")
"""
