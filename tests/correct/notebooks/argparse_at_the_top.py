# Trait: the command line is read at the top, by argparse and from sys.argv, and files are found beside `__file__`.
# Base: notebook_2020

# %% instead of # # EE 290-2
import argparse
import os
import sys
from pathlib import Path

parser = argparse.ArgumentParser(prog=os.path.basename(sys.argv[0]))
parser.add_argument("--largest", type=int, default=127)
parser.add_argument("--epochs", type=int, default=2)
args = parser.parse_args()
known, others = parser.parse_known_args()
assert others == sys.argv[1:] == sys.orig_argv[2:] == []

SMALLEST = int(sys.argv[1]) if len(sys.argv) > 1 else -128
HERE = Path(__file__).resolve().parent
TABLE = HERE / "scales.txt"
TITLE = f"{os.path.splitext(os.path.basename(__file__))[0]}: int8"

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    scale = args.largest / weights.abs().max().item()
    with open(os.path.join(os.path.dirname(__file__), TABLE.name), "a") as table:
        print(TITLE, scale, file=table)
    assert TABLE.exists()
    result = (weights * scale).round()
    return torch.clamp(result, min=SMALLEST, max=known.largest), scale
