"""Forges an exception whose text imitates a report, in ANSI, bidi and HTML -> shown as plain text, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = r"raised Score100\[0m at"
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
evil = "\x1b[2J\x1b[32mFull marks\u202e <b>100</b> \u2066 \x00 \r\n\x07" + "A" * 100_000
send({"id": turn(), "answer": "raised", "kind": "Score\u202e100\x1b[0m", "message": evil,
      "where": "\x1b]0;title\x07" * 1000, "text": evil, "claim": {"kind": "none"}})
"""
