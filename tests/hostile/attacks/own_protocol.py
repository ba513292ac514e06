"""Takes over the worker's loop and answers every request itself, for as long as it is asked -> only claims, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "the result of (value_range|three_sigma_range)|Got: "
STOPPED_BY = "design: a student's process sends claims only"
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
reads = [n for n in range(3, 256) if n != pipe() and os.path.exists(f"/proc/self/fd/{n}")
         and "pipe" in os.readlink(f"/proc/self/fd/{n}")]
number = turn()
while True:
    send({"id": number, "answer": "returned", "claim": {"kind": "none"}})
    length, = struct.unpack("<I", os.read(reads[0], 4))
    header = b""
    while len(header) < length:
        header += os.read(reads[0], length - len(header))
    number = json.loads(header)["id"]
    shape = json.loads(header)["claim"]["items"][0].get("shape", [])
    left = (8 if "float64" in str(header) else 4) * (shape[0] if shape else 0)
    while left:
        left -= len(os.read(reads[0], left))
"""
