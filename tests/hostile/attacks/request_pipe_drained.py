"""Swallows its later requests, to make the grader wait for ever -> late, nothing gained."""

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
for number in range(3, 256):
    if number != pipe() and "pipe" in os.readlink(f"/proc/self/fd/{number}" if os.path.exists(f"/proc/self/fd/{number}") else "/proc/self/exe"):
        os.set_blocking(number, True)
        os.read(number, 1 << 20)
time.sleep(60)
"""
