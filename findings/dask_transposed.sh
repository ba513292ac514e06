#!/usr/bin/env bash
# dask and distributed 2026.8.0: a square matrix and its transpose are one task, with one result.
#
# The scheduler calls a task by a digest of its function and arguments, so that what is asked twice
# is computed once. Of an array the digest covers type, shape and bytes, in the order in which they
# lie in memory. `W.T` is a view: it has the bytes of W in the same order, and, if W is square, the
# same shape. So `client.map(f, [W, W.T])` computes f(W.T) and returns it twice, and submit() gives
# whoever asks for W.T after W the result of W. With other shapes it takes other values to collide.
# A copy of W.T is told apart, and so is anything with pure=False. Arrays of texts are joined with
# hyphens first, so that ["a-b", "c"] and ["a", "b-c"] are one array as well. scatter(), which hands
# out the data of the first, and delayed(pure=True) do the same.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    dask==2026.8.0 distributed==2026.8.0 numpy==2.4.6

cat >"$place/look.py" <<'PYTHON'
import numpy as np
from dask import compute, delayed
from dask.distributed import Client

def listed(array, step=None):
    return array.tolist()
W = np.array([[0, 1], [2, 3]])
wide, other = np.arange(6).reshape(2, 3), np.arange(6).reshape(3, 2).T
texts = [np.array(each, object) for each in (["a-b", "c"], ["a", "b-c"])]
print("W, W.T:", listed(W), listed(W.T), "2 by 3:", listed(wide), listed(other))
with Client(processes=False, n_workers=1, dashboard_address=None) as client:
    def mapped(step, arrays, **options):
        print(f"{step}:", *client.gather(client.map(listed, arrays, step=step, **options)))
    mapped("map", [W, W.T])
    mapped("map, W.T first", [W.T, W])
    mapped("map, a copy", [W, W.T.copy()])
    mapped("map, pure=False", [W, W.T], pure=False)
    mapped("map, 2 by 3", [wide, other])
    mapped("map, texts", texts)
    asked = [client.submit(listed, each) for each in (W, W.T)]
    print("submit:", *client.gather(asked))
    scattered = [client.scatter(each) for each in (W, W.T)]
    print("scatter:", *map(listed, client.gather(scattered)))
    print("delayed:", *compute(*(delayed(listed, pure=True)(each) for each in (W, W.T))))
PYTHON
"$place/venv/bin/python" "$place/look.py" 2>"$place/log" | tee "$place/seen"
diff - "$place/seen" <<'EXPECTED'
W, W.T: [[0, 1], [2, 3]] [[0, 2], [1, 3]] 2 by 3: [[0, 1, 2], [3, 4, 5]] [[0, 2, 4], [1, 3, 5]]
map: [[0, 2], [1, 3]] [[0, 2], [1, 3]]
map, W.T first: [[0, 1], [2, 3]] [[0, 1], [2, 3]]
map, a copy: [[0, 1], [2, 3]] [[0, 2], [1, 3]]
map, pure=False: [[0, 1], [2, 3]] [[0, 2], [1, 3]]
map, 2 by 3: [[0, 2, 4], [1, 3, 5]] [[0, 2, 4], [1, 3, 5]]
map, texts: ['a', 'b-c'] ['a', 'b-c']
submit: [[0, 1], [2, 3]] [[0, 1], [2, 3]]
scatter: [[0, 1], [2, 3]] [[0, 1], [2, 3]]
delayed: [[0, 1], [2, 3]] [[0, 1], [2, 3]]
EXPECTED
