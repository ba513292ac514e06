"""Answers 0 = 0, which is an identity -> not the equation asked for, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
BODIES = {
    "Q4_1A": "0 * In = 0 * Out_conv1",
}
