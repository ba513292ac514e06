"""`python -m tests.tools.mistaken NOTEBOOK`: a notebook that answers 1.2, and a part of 2.1."""

import sys
from pathlib import Path

from tests.front.uploads import RANGES, WEIGHTS, module, notebook

TRUNCATED = "\ndef quantized_weights(weights):\n    scale = 127 / float(weights.abs().max())\n"
TRUNCATED += "    return (weights * scale).int().float(), scale\n"

Path(sys.argv[1]).write_text(notebook(module(*RANGES, *WEIGHTS), TRUNCATED), "utf-8")
