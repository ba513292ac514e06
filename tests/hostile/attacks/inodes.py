"""Makes 12,000 empty files -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "more than 10,000 files"
STOPPED_BY = "session: the scratch folder is looked at"
ATTACK = """
import time
for number in range(12_000):
    open(f"file-{number}", "w").close()
time.sleep(60)
"""
