"""Brings a package `grader` with an oracle and a report of its own -> the grader's own is meant on the trusted side, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "Got: "
STOPPED_BY = "design: the submission is never imported by the grader"
MODULES = {
    "grader/__init__.py": """
raise SystemExit('loot')
""",
    "grader/oracle.py": """
print('loot')
""",
    "conftest.py": """
open('/tmp/loot', 'w')
""",
    "sitecustomize.py": """
open('/tmp/loot', 'w')
""",
    "results.json": '{"score": 100}',
    "rubric.toml": """
total = 0
""",
}
BODIES = {
    "value_range": """
try:
    import grader.oracle
except BaseException:
    pass
return 0.0
""",
}
