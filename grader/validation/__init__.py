"""The grader judged: it grades what is known to be correct, empty or wrong, and compares.

The corpora are read here. Only the command `python -m grader validate` enters, and tests.
"""
