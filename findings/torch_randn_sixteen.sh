#!/usr/bin/env bash
# torch 2.13.0: with one seed randn(16) begins with none of the numbers of randn(15).
#
# A seed is thought to stand for one sequence of numbers, of which more are taken if more are asked
# for. rand() is like that. randn() makes pairs of normal numbers of neighbours if there are less
# than 16, and of the halves of blocks of 16 if there are more. What does not fill a block is filled
# by 16 that are drawn anew, over the end of the block before. So one weight more may change 15 that
# were there, and a small layer has nothing in common with a larger. normal_() of a view that is not
# contiguous takes the first way whatever its size: one seed fills a matrix and a transposed one of
# its shape with different numbers. And up to 15 numbers are the same in float64, from 16 on none.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
pip=("$place/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" torch==2.13.0
"${pip[@]}" numpy==2.4.6

"$place/venv/bin/python" - <<'PYTHON' | tee "$place/seen"
import torch

def seeded(make, *arguments, **options):
    torch.manual_seed(0)
    return make(*arguments, **options).double()
def common(one, other):
    return sum(torch.isclose(number, other, rtol=0, atol=1e-5).any().item() for number in one)
for make in (torch.rand, torch.randn):
    for size in (15, 16, 17, 32, 100):
        one, more = seeded(make, size), seeded(make, size + 1)
        same = torch.isclose(one, more[:-1], rtol=0, atol=1e-5).sum().item()
        print(f"{make.__name__}({size}): {same} begin {make.__name__}({size + 1})")
for size in (15, 16):
    single, double = seeded(torch.randn, size), seeded(torch.randn, size, dtype=torch.float64)
    print(f"randn({size}): {common(single, double)} of them in float64")
plain = seeded(lambda: torch.empty(8, 4).normal_()).flatten()
transposed = seeded(lambda: torch.empty(4, 8).T.normal_()).flatten()
print(f"8 x 4: {common(plain, transposed)} of 32 in a transposed one of that shape")
print("randn(15):", *(f"{number:.3f}" for number in seeded(torch.randn, 15)[:3]))
print("randn(16):", *(f"{number:.3f}" for number in seeded(torch.randn, 16)[:3]))
PYTHON
diff - "$place/seen" <<'EXPECTED'
rand(15): 15 begin rand(16)
rand(16): 16 begin rand(17)
rand(17): 17 begin rand(18)
rand(32): 32 begin rand(33)
rand(100): 100 begin rand(101)
randn(15): 0 begin randn(16)
randn(16): 1 begin randn(17)
randn(17): 15 begin randn(18)
randn(32): 17 begin randn(33)
randn(100): 98 begin randn(101)
randn(15): 15 of them in float64
randn(16): 0 of them in float64
8 x 4: 0 of 32 in a transposed one of that shape
randn(15): 1.541 -0.293 -2.179
randn(16): -1.126 -1.152 -0.251
EXPECTED
