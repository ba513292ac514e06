#!/usr/bin/env bash
# ruamel.yaml 0.19.1, beside PyYAML 6.0.3: a submission in time is late, and ids are infinite.
#
# Ruby writes times with nine digits, and ids without quotes where Ruby itself would read a string:
# the document below is what its library (psych 4.0.3) wrote of such values. ruamel.yaml, which many
# prefer as the one that knows YAML 1.2, rounds a time to the nearest microsecond, so that the end
# of a day becomes the next day; PyYAML cuts. And by YAML 1.2 an id with an e among digits is a
# number: "12e4567" and "34e8901" are both infinite, hence equal, and one key of a dict; "7e3" is
# 7000.0, and "0o17" is 15. PyYAML, whose YAML 1.1 is said to be the looser one, reads all of them
# as Ruby does. There is no exception and no warning.
#
# Seen: what EXPECTED says below.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    ruamel.yaml==0.19.1 PyYAML==6.0.3

"$place/venv/bin/python" -W error - <<'PYTHON' | tee "$place/seen"
from datetime import datetime, timezone

import yaml
from ruamel.yaml import YAML

WRITTEN_BY_RUBY = """---
:created_at: 2024-10-25 23:59:59.999999700 Z
:ids:
- 12e4567
- 34e8901
- 7e3
- 0o17
- '08123'
"""
MIDNIGHT = datetime(2024, 10, 26, tzinfo=timezone.utc)
for name, load in {
    "PyYAML": yaml.safe_load,
    "ruamel, safe": YAML(typ="safe").load,
    "ruamel, safe and pure": YAML(typ="safe", pure=True).load,
    "ruamel, round trip": YAML().load,
}.items():
    read = load(WRITTEN_BY_RUBY)
    when, ids = read[":created_at"], list(read[":ids"])
    print(f"{name}: late {when >= MIDNIGHT}, {when.time()}")
    print("  ids", *map(repr, ids), "- different ones:", len(set(ids)))
PYTHON
diff - "$place/seen" <<'EXPECTED'
PyYAML: late False, 23:59:59.999999
  ids '12e4567' '34e8901' '7e3' '0o17' '08123' - different ones: 5
ruamel, safe: late True, 00:00:00
  ids inf inf 7000.0 15 '08123' - different ones: 4
ruamel, safe and pure: late True, 00:00:00
  ids inf inf 7000.0 15 '08123' - different ones: 4
ruamel, round trip: late True, 00:00:00
  ids inf inf 7000.0 15 '08123' - different ones: 4
EXPECTED
