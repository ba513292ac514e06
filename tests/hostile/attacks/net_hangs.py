"""Never ends in the constructor of Net -> late, what needs a net is lost."""

QUESTIONS = {"4.3"}
GRADED = {"1.2", "4.3"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
BODIES = {
    "Net.__init__": """
super().__init__()
while True: pass
""",
}
