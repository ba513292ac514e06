"""The student's process: what loads a submission, executes it, and answers with claims.

Nothing here decides or knows anything that is worth stealing. The files are copied, with `wire` and
`scratch`, into a folder of their own and used there as plain modules, so they may import the
standard library, numpy, torch and each other, and nothing else of the grader.
"""
