"""Closes the pipe of answers in every call, for the grader to wait and try again -> called no third time."""

QUESTIONS = {"1.2", "2.1"}
SAYS = "did so twice before"
STOPPED_BY = "session: deaths and their waits are charged, and the second is the last"
BEFORE = """
import os, time


def close():
    os.closerange(3, 256)
    time.sleep(60)

"""
BODIES = {
    "value_range": "close()",
    "quantized_weights": "close()",
}
