#!/usr/bin/env bash
# distributed 2026.8.0: on a worker with a nanny an array of 1 MB is new memory each time.
#
# A nanny sets MALLOC_TRIM_THRESHOLD_ for its worker, so that memory which is no longer used goes
# back to the system. With glibc that does more: whoever sets this threshold also fixes another one
# that otherwise grows with use, above which each allocation is mapped by itself. NumPy's results
# from 128 kB on are then mapped, faulted in page by page, and unmapped again: the same addition
# costs some 260 page faults on a worker with a nanny, the default, and none on one without. All
# that such a worker starts inherits the variable, and no dashboard shows where the time goes.
#
# Seen on Linux x86-64 with glibc 2.36: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    numpy==2.4.6 dask==2026.8.0 distributed==2026.8.0

cat > "$place/faults.py" <<'PYTHON'
import resource
import numpy as np
from distributed import Client, LocalCluster, Nanny, Worker

def faults():
    """Page faults of one addition of 1 MB, which has 256 pages, to the nearest ten."""
    array = np.ones(1 << 17)
    def added(times):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(times):
            array + 1
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    added(20)
    return round(added(100) / 1000) * 10

if __name__ == "__main__":
    print("in a process of its own:", faults())
    for kind in (Nanny, Worker):
        options = dict(n_workers=1, threads_per_worker=1, dashboard_address=None)
        with LocalCluster(**options, worker_class=kind) as cluster, Client(cluster) as client:
            print(f"on a worker, {kind.__name__}:", client.submit(faults).result(timeout=60))
PYTHON
"$place/venv/bin/python" "$place/faults.py" | tee "$place/seen"
diff - "$place/seen" <<'EXPECTED'
in a process of its own: 0
on a worker, Nanny: 260
on a worker, Worker: 0
EXPECTED
