"""Makes an inherited folder its working directory and lists what is above -> refused, full points."""

QUESTIONS = set()
SAYS = "the attack met PermissionError"
STOPPED_BY = "L5 files"
ATTACK = """
import os
refused = None
for name in os.listdir("/proc/self/fd"):
    try:
        os.fchdir(int(name))
        print("PWNED", os.listdir("../../../.."), os.listdir(".."))
    except PermissionError as error:
        refused = error
    except OSError:
        pass
os.chdir(os.environ["HOME"])
raise refused or PermissionError(13, "nothing to climb from")
"""
