"""Leaves through SystemExit in the constructor of Net -> what needs a net is lost."""

QUESTIONS = {"4.3"}
GRADED = {"1.2", "4.3"}
SAYS = "raised SystemExit"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "Net.__init__": "raise SystemExit(0)",
}
