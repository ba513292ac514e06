"""Raises a class whose name holds escapes, bidi signs, newlines and a megabyte -> cleaned and bounded."""

QUESTIONS = {"1.2"}
SAYS = r"raised Owned\[2Jpassed"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": r"""
raise type("Owned\x1b[2Jpassed\u202e\n\r 100/100" + "A" * 10**6, (Exception,), {})("done")
""",
}
