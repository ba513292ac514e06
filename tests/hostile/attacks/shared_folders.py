"""Leaves files in /tmp, /var/tmp, /dev/shm and /run -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L5 files"
ATTACK = """
for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", "/run/lock", "/"):
    try:
        open(folder + "/loot", "w").write("loot")
        print("PWNED", folder)
    except OSError as error:
        refused = error
raise refused
"""
