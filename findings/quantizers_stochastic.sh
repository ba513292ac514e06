#!/usr/bin/env bash
# quantizers 1.2.2 and HGQ2 0.2.0: what is called stochastic rounding draws nothing.
#
# The README of quantizers says that it supports stochastic rounding for training, by the modes
# S_RND and S_RND_CONV; HGQ2 offers both, makes a generator for them, and calls quantizers. With
# training=True they do what RND and RND_CONV do: of ten thousand times 0.3 none becomes 1, where
# three thousand should, their mean is 0, and ties go all up, or all to even. The generator of random
# numbers that has to be handed over is not asked for one. So a net that is trained with it keeps the
# bias of plain rounding, which small updates do not outlive.
#
# Seen, with Keras 3.15.1 on JAX 0.10.2: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    quantizers==1.2.2 hgq2==0.2.0 keras==3.15.1 jax==0.10.2 numpy==2.4.6

cat >"$place/look.py" <<'PYTHON'
import numpy as np
from hgq.quantizer import Quantizer, QuantizerConfig
from keras.random import SeedGenerator
from quantizers import get_fixed_quantizer

VALUES = (0.3, 0.5)
def plain(mode, value):
    """Whole numbers of 8 bits from ten thousand times one value, and whether a number was drawn."""
    generator = SeedGenerator(1)
    state = np.array(generator.state).tolist()
    round_it = get_fixed_quantizer(mode, "SAT")
    bits = [np.full(10_000, number, np.float32) for number in (1, 7, 0)]
    result = round_it(np.full(10_000, value, np.float32), *bits, True, generator)
    return np.array(result), np.array(generator.state).tolist() != state
def layer(mode, value):
    """The same by HGQ2."""
    config = QuantizerConfig("kif", k0=1, i0=7, f0=0, round_mode=mode, overflow_mode="SAT")
    quantizer = Quantizer(config)
    array = np.full((1, 10_000), value, np.float32)
    quantizer.build(array.shape)
    return np.array(quantizer(array, training=True))
print(f"{'':10} value  quantizers  drawn  HGQ2")
for mode in ("RND", "S_RND", "RND_CONV", "S_RND_CONV"):
    for value in VALUES:
        result, drawn = plain(mode, value)
        other = layer(mode, value)
        print(f"{mode:10} {value:5} {np.unique(result)!s:>11} {drawn!s:>6} {np.unique(other)!s:>5}")
PYTHON
KERAS_BACKEND=jax "$place/venv/bin/python" "$place/look.py" 2>"$place/log" | tee "$place/seen"
diff - "$place/seen" <<'EXPECTED'
           value  quantizers  drawn  HGQ2
RND          0.3        [0.]  False  [0.]
RND          0.5        [1.]  False  [1.]
S_RND        0.3        [0.]  False  [0.]
S_RND        0.5        [1.]  False  [1.]
RND_CONV     0.3        [0.]  False  [0.]
RND_CONV     0.5        [0.]  False  [0.]
S_RND_CONV   0.3        [0.]  False  [0.]
S_RND_CONV   0.5        [0.]  False  [0.]
EXPECTED
