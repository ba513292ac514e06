"""The trusted side of the wall: starts workers, verifies that they are shut in, asks them.

It never imports torch or `inside`, and holds no object of a student's. Everybody who needs a
student's answer comes in by `wall.Wall` and `session.Session`.
"""
