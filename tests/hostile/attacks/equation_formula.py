"""Answers with a spreadsheet formula, terminal escapes and HTML -> cleaned, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
AFTER = r"""
Q4_1A = "=cmd|' /C calc'!A0 <b>\x1b[31m\u202e =HYPERLINK(\"http://x\")"
"""
