"""Says that its function is missing, with a suggestion of a megabyte -> bounded, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "is not defined"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": "return 0.0",
}
ATTACK = r"""
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
send({"id": turn(), "answer": "missing", "name": "\x1b[31m" + "n" * 10**6, "suggestion": "\u202es" * 10**5,
      "because": None, "claim": {"kind": "none"}})
"""
