"""Sends half of a surrogate pair as a key of a header -> malformed."""

QUESTIONS = {"1.2"}
SAYS = "malformed answer"
STOPPED_BY = "wire: nothing of a frame is trusted"
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
send(rb'{"id": 2, "answer": "returned", "\ud800": 1, "claim": {"kind": "none"}}')
"""
