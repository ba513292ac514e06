"""Opens, closes and dates files and folders of whoever grades -> nothing of it happens, full points."""

QUESTIONS = set()
SAYS = "the attack (met PermissionError|went through its motions)"
STOPPED_BY = "L3 user; without it L4 system calls"
ATTACK = """
import os
errors = []
def state(path):
    found = os.stat(path)
    return found.st_mode, found.st_mtime_ns == 0, found.st_uid
def attempt(path, act, *arguments):
    try:
        before = state(path)
        act(path, *arguments)
        if state(path) != before:
            print("PWNED")
    except OSError as error:
        errors.append(error)
parents = []
for path in ("@RESULTS@", os.getcwd(), "@CANARY_FILE@"):
    while path != "/":
        path = os.path.dirname(path)
        parents.append(path)
box = os.getcwd()
log = os.path.join(os.path.dirname(box), "zygote.log")
code = os.path.join(os.path.dirname(box), "code", "wire.py")
for path in ["@RESULTS@", "@CANARY_FILE@", log, code, os.__file__, "/proc/self/fd/0", *parents]:
    attempt(path, os.chmod, 0o777)
    attempt(path, os.chmod, 0o000)
    attempt(path, os.utime, (0, 0))
    attempt(path, os.utime)
    attempt(path, os.chown, os.getuid(), os.getgid())
    attempt(path, os.chown, 1, 1)
for name in ("HOME", "TMPDIR"):
    attempt(os.path.dirname(os.environ[name]), os.chmod, 0o777)
for place in (os.__file__, code):
    try:
        with open(place, "rb") as file:
            attempt(file.fileno(), os.fchmod, 0o666)
            attempt(file.fileno(), os.utime, (0, 0))
    except OSError as error:
        errors.append(error)
if errors:
    raise errors[0]
"""
