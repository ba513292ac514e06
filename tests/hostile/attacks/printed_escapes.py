"""Prints terminal escapes, bidi signs, titles, bells and links -> cleaned, full points."""

QUESTIONS = set()
SAYS = r"quiet\]0;owned"
STOPPED_BY = "reports: cleaned and bounded text"
ATTACK = r"""
print("\x1b[2J\x1b[31mquiet\x1b]0;owned\x07\x1b]8;;http://x\x1b\\ text\u202e\u2066\u200b\x00\x08\x7f\x9b31m\ufeff")
"""
