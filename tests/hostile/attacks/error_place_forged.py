"""Runs code under the name of another file and function, to blame cell 1 -> cleaned, only known files are named."""

QUESTIONS = {"1.2"}
SAYS = "raised ZeroDivisionError"
STOPPED_BY = "reports: cleaned and bounded text"
BODIES = {
    "value_range": r"""
name = "/loot/\x1b[31moracle.py\n"
exec(compile("def f():\n    return 1 / 0\n", name, "exec"), space := {})
code = space["f"].__code__
space["f"].__code__ = code.replace(co_name="\x1b[2Jpassed\u202e" * 1000, co_filename=name)
space["f"]()
""",
}
