"""The wall round the student's code.

Trusted side: `supervisor` (what checks use), `answer`, `plan`, `child`, `launch`. Student's side,
copied into a folder of its own and run from there: `zygote`, `lockdown`, `worker`, `loading`,
`nets`, `values`, `failures`. Both: `wire`.
"""
