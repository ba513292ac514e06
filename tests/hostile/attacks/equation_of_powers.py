"""Answers with 9 ** 9 ** 9 ** 9, for the parser to compute -> refused, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
BODIES = {
    "Q4_1A": "9 ** 9 ** 9 ** 9 * In = Out_conv1 ** 99999999",
}
