"""Ends the process while its code is loaded -> everything is lost, said once."""

QUESTIONS = "all"
SAYS = "while loading the submission, its process ended with exit status 0"
STOPPED_BY = "session: a process may die, its answer may not be believed"
BODIES = {
    "value_range": """
return 0.0
""",
}
BEFORE = """
import os, torch.nn as nn
class NetBase(nn.Module):
    os._exit(0)
"""
AFTER = """
Q5_1 = NetBase.__name__
"""
