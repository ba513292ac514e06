"""Opens the memory of the supervisor and of the zygote -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
ATTACK = """
for pid in ("@SUPERVISOR@", "@ZYGOTE@"):
    for mode in ("rb", "r+b"):
        try:
            open(f"/proc/{pid}/mem", mode)
            print("PWNED")
        except OSError as error:
            refused = error
raise refused
"""
