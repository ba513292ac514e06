"""The start of a spawned worker: macOS and Windows cannot fork a process that has imported torch.

Run as `python -I -S -B spawned.py CONFIG`, with requests on standard input and answers on standard
output; standard library, numpy and torch only.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
CHUNK = 1 << 16


def main() -> None:
    """Import torch, set the limits, and work."""
    config = json.loads(sys.argv[1])
    request, answer = _take_pipes()
    sys.path.insert(0, str(HERE))
    if TYPE_CHECKING:
        from grader.sandbox import scratch
        from grader.sandbox.inside import lockdown, vision, worker
    else:
        import scratch

        sys.path += [scratch.HELPERS, *config["sites"]]
        import lockdown
        import vision
        import worker  # and with it torch, which costs seconds
    for module in config["modules"]:
        if module.partition(".")[0] == "torchvision":
            vision.import_torchvision()
        importlib.import_module(module)
    sys.path.remove(str(HERE))
    sys.argv[1:] = []
    layers = lockdown.limits_only(config["limits"], config["without"])
    worker.work(Path(config["box"]), Path(config["practice"]), request, answer, layers)


def _take_pipes() -> tuple[int, int]:
    """Move the pipes for requests and answers away from where student code reads and prints."""
    requests, answer = os.dup(0), os.dup(1)  # no program that is started inherits a duplicate
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    request, writes = os.pipe()
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (requests, answer, request, writes):
            msvcrt.setmode(descriptor, os.O_BINARY)
    threading.Thread(target=_pass_on, args=(requests, writes), daemon=True).start()
    return request, answer


def _pass_on(requests: int, writes: int) -> None:
    """Pass requests on, and end with the trusted process even while student code runs."""
    try:
        while data := os.read(requests, CHUNK):
            while data:
                data = data[os.write(writes, data) :]
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
