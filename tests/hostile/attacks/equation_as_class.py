"""Answers with a text whose class equals every other -> no text, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
BEFORE = """
class Equal(str):
    def __eq__(self, other): return True
    def split(self, *_): return ["0", "0"]
    __hash__ = str.__hash__
"""
AFTER = """
Q4_1A = Equal("n_W_conv1 * W_conv1 * n_In * In * n_Out_conv1 = n_W_conv1 * n_In * n_Out_conv1 * Out_conv1")
"""
