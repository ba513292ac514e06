"""Makes 3,000 folders in one another, and forbids them -> too deep to walk, the call is lost, removed all the same."""

QUESTIONS = {"1.2"}
SAYS = "folders too deep"
STOPPED_BY = "session: the scratch folder is looked at"
ATTACK = """
import os
home = os.getcwd()
for _ in range(3000):
    os.mkdir("d")
    os.chdir("d")
os.chmod(".", 0)
os.chdir(home)
os.chmod("d", 0)
"""
