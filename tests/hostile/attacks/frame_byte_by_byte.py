"""Sends its answer byte by byte, each just before the deadline -> late as a whole."""

QUESTIONS = {"1.2"}
SAYS = "took longer than \\d+ s"
STOPPED_BY = "session: one deadline for a whole answer"
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
for byte in struct.pack("<I", 1000) + b" " * 996:
    os.write(pipe(), bytes([byte]))
    time.sleep(0.05)
"""
