"""Reads the environments of the supervisor and of the zygote -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
for pid in ("@SUPERVISOR@", "@ZYGOTE@"):
    try:
        print("PWNED", open(f"/proc/{pid}/environ").read())
    except OSError as error:
        refused = error
raise refused
"""
