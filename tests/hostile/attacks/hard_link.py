"""Links the results file into its own folder and writes there -> refused, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L4 system calls, L5 files"
BODIES = {
    "value_range": "return 0.0",
}
ATTACK = """
import os
os.link("@RESULTS@", "mine.json")
open("mine.json", "w").write("{}")
print("PWNED")
"""
