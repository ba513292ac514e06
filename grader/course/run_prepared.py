#!/usr/bin/env python3
"""Hands out the results of whoever has submitted; Gradescope starts it as `run_autograder`.

Where nothing is there for them it ends with status 1 and without a results file, so that Gradescope
says that the autograder has failed: nobody is told a 0.
"""

import json
import shutil
import sys
from pathlib import Path


def main(root: Path) -> int:
    """Find the first of the submission's users for whom there is a result, and hand it out."""
    source = root / "source"
    known = json.loads((source / "known.json").read_text(encoding="utf-8"))
    metadata = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))
    emails = [str(user.get("email")).strip().casefold() for user in metadata["users"]]
    for email in emails:
        if email in known:
            shutil.copyfile(source / "results" / known[email], root / "results" / "results.json")
            return 0
    sys.stderr.write("There is no final result yet for this submission.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "/autograder")))
