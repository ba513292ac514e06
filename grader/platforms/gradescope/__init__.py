"""Gradescope: what it starts, what it tells, what it reads, and the package that it is given.

`document` is the format of `results.json`, which `python -m grader grade` writes as well.
"""
