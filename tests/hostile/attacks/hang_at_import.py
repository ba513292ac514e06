"""Never ends while its code is loaded -> late, everything is lost, said once."""

QUESTIONS = "all"
SAYS = "loading the submission took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
BODIES = {
    "value_range": """
return 0.0
""",
}
BEFORE = """
class Forever:
    while True: pass
"""
AFTER = """
Q5_1 = Forever.__name__
"""
