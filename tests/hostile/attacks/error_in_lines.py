"""Raises, at import, a text whose next line is a total of 100 points -> one line, with its place before it."""

QUESTIONS = {"1.2"}
SAYS = r"line \d+: ValueError: x 100 of 100 points \(exam\)"
STOPPED_BY = "reports: a remark is one line"
BODIES = {
    "value_range": "return 0.0",
}
BEFORE = r"""
class Forged:
    raise ValueError("x\n\n100 of 100 points (exam)\u2028Unofficial: 1 of 1 points\u2029")
quantized_bits = Forged
"""
AFTER = """
value_range.bits = Forged
"""
