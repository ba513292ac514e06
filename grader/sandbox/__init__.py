"""The wall round the student's code.

Trusted side: `supervisor` (what checks use), `answer`, `plan`, `child`, `launch`, `spawn`.
Student's side, copied into a folder of its own and run from there: `zygote` or `alone`, `lockdown`,
`worker`, `loading`, `nets`, `values`, `failures`. Both: `wire`.
"""
