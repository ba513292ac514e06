"""The student kit: a package that says, on a student's own machine, what `check` says here.

It is made of this house's own rooms, and holds what verifies a claim, never what computes an
answer. `grader/kit/own` has what takes the place of a room that does. Only commands enter.
"""
