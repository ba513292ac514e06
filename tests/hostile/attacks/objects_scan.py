"""Walks all objects and frames for labels, seeds and the right answers -> nothing is there, full points."""

QUESTIONS = set()
SAYS = "the attack met LookupError"
STOPPED_BY = "design: no secret enters the process"
ATTACK = """
import gc, sys
gc.unfreeze()
for module in list(sys.modules.values()):
    if str(getattr(module, "__name__", "")).startswith(("grader", "reference")):
        print("PWNED", module)
for found in gc.get_objects():
    if isinstance(found, dict) and {"seed", "labels"} & {k for k in found if isinstance(k, str)}:
        if "labels" in found and len(found["labels"]) > 1000 or isinstance(found.get("seed"), int):
            print("PWNED", list(found)[:5])
raise LookupError
"""
