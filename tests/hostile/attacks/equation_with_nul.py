"""Answers with NULs, line ends and a comment that hides the rest -> refused, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
AFTER = r"""
Q4_1A = "In = In\x00 # " + "\n\r\u2028" * 20 + "n_In"
"""
