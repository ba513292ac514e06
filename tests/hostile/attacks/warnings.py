"""Turns warnings into errors and logs by the thousand -> full points."""

QUESTIONS = set()
SAYS = "the attack went through"
STOPPED_BY = "session: a process may die, its answer may not be believed"
ATTACK = """
import logging, warnings
warnings.simplefilter("error")
for number in range(3000):
    logging.warning("line %d", number)
"""
