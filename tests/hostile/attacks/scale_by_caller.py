"""Answers with the scale of the caller's own frame, where a naive grader keeps it -> nothing is there, 4.2a is lost."""

QUESTIONS = {"4.2a"}
SAYS = "Got: "
STOPPED_BY = "design: a student's process sends claims only"
BODIES = {
    "NetQuantized.quantize_initial_input": """
import sys
frame = sys._getframe()
while frame:
    for name, value in {**frame.f_globals, **frame.f_locals}.items():
        if name in ("expected", "answer_key", "oracle", "labels", "right", "seed"):
            return value
    frame = frame.f_back
return 1.0
""",
}
