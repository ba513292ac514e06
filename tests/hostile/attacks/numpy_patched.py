"""Has np.ascontiguousarray, asarray and empty lie about what is sent -> nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "Got: "
STOPPED_BY = "session: a process may die, its answer may not be believed"
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
import numpy
numpy.ascontiguousarray = lambda *_: numpy.frombuffer(b"\x7f" * 64, numpy.uint8)
numpy.asarray = lambda *a, **k: numpy.ma.masked
"""
