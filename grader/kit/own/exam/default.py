"""The public exam, which lies in the package."""

from pathlib import Path

import platformdirs

from grader.exam.manifest import DataSetName

DATASET: DataSetName = "shapes10"
"""What its images show."""
PUBLIC = Path(__file__).resolve().parents[1] / "public"
"""The exam's folder, and what else is public."""


def cache_folder() -> Path:
    """Where the kit would keep what it can make again."""
    return platformdirs.user_cache_path("lab-kit")


def default_exam() -> Path:
    """The folder of the public exam."""
    return PUBLIC
