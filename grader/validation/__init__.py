"""The grader judged: it grades what is known to be right, empty or wrong, and compares.

The corpora are read here; the command is `python -m grader validate`.
"""
