"""Has faulthandler dump every thread into the answer pipe and then end -> its process ends, the call is lost."""

QUESTIONS = {"1.2"}
SAYS = "malformed answer|its process"
STOPPED_BY = "session: a process may die, its answer may not be believed"
ATTACK = """
import faulthandler, time
faulthandler.dump_traceback_later(0.2, exit=True, file=3)
time.sleep(60)
"""
