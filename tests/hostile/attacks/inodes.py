"""Makes 3,600 empty files -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "more than 3,000 files"
STOPPED_BY = "session: the scratch folder is looked at"
ATTACK = """
import time
for number in range(3_600):
    open(f"file-{number}", "w").close()
time.sleep(60)
"""
