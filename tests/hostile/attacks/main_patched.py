"""Replaces the functions of __main__ and of the wall's hidden modules -> nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "Got: "
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": "return 0.0",
}
ATTACK = """
import fcntl, json, os, struct, time
def pipe():
    for number in range(3, 256):
        try:
            if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY:
                if "pipe" in os.readlink(f"/proc/self/fd/{number}") and number > 2:
                    return number
        except OSError:
            pass
def turn():
    import sys
    frame = sys._getframe()
    while "frame" not in frame.f_locals or not hasattr(frame.f_locals["frame"], "fields"):
        frame = frame.f_back
    return frame.f_locals["frame"].fields["id"]
def send(header):
    if isinstance(header, dict):
        header = json.dumps(header).encode()
    os.write(pipe(), struct.pack("<I", len(header)) + header)
import gc, sys
gc.unfreeze()
for module in [m for m in gc.get_objects() if type(m) is type(sys)]:
    if module.__name__ in ("wire", "values", "worker", "zygote", "__main__", "failures", "loading"):
        for name in list(vars(module)):
            if callable(vars(module)[name]) and name not in ("_fill", "_send"):
                vars(module)[name] = lambda *_, **__: {"score": 100, "passed": True}
"""
