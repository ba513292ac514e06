"""Executes the solved lab and answers with its functions -> refused, nothing gained."""

QUESTIONS = {"1.2"}
SAYS = "the attack met PermissionError"
STOPPED_BY = "L3 user, L5 files"
BODIES = {
    "value_range": "return 0.0",
}
ATTACK = """
import ast
global value_range
text = open("@CHECKOUT@/reference/lab1.py").read()
print("PWNED")
for node in ast.parse(text).body:
    if getattr(node, "name", "") == "value_range":
        exec(ast.unparse(node), globals())
"""
