"""The wall round the student's code.

`inside` is the student's process, `outside` the trusted side of the wall. Both know `wire`, the
bytes that pass through it, and `scratch`, the folder that a worker may write to; neither imports
the other.
"""
