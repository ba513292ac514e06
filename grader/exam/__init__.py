"""What a submission is measured against: images, labels, two float nets, a secret seed.

Checks, the main flow, the commands and `validation` enter, by the names below. Nobody on the
student's side may: labels and seed are secret.

An exam is a folder. The modules imported here read it and never import torch; `build`, `datasets`,
`lab` and `trace` make it, in a process of their own.
"""

from grader.exam.default import cache_folder, default_exam
from grader.exam.describe import describe
from grader.exam.load import Exam, FloatNet, open_exam, pixels
from grader.exam.manifest import NetName
from grader.exam.spawn import build_exam

__all__ = [
    "Exam",
    "FloatNet",
    "NetName",
    "build_exam",
    "cache_folder",
    "default_exam",
    "describe",
    "open_exam",
    "pixels",
]
