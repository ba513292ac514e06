"""Answers with 400 parentheses in one another, to exhaust the parser's stack -> refused or read, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
AFTER = """
Q4_1A = "(" * 490 + "In" + ")" * 490 + " = In"
"""
