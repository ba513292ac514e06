"""Answers with an expression that runs a command where it is evaluated -> never evaluated, 4.1a is lost."""

QUESTIONS = {"4.1a"}
SAYS = "Got: "
STOPPED_BY = "equations: an allow-list of syntax, never evaluated"
BODIES = {
    "Q4_1A": "__import__('os').system('touch /tmp/loot') * In = In",
}
