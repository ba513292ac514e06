"""The public exam: images, labels and two float nets, all of them public, and so is its seed."""

from grader.exam.load import Exam, FloatNet, open_exam, pixels
from grader.exam.manifest import NetName
from grader.kit.own.exam.default import cache_folder, default_exam

__all__ = ["Exam", "FloatNet", "NetName", "cache_folder", "default_exam", "open_exam", "pixels"]
