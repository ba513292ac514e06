"""Makes NetQuantized a function that returns a net of its own -> 4.3 is lost, and all that needs its methods."""

QUESTIONS = {"4.2a", "4.2b", "4.3"}
GRADED = {"1.2", "4.2a", "4.2b", "4.3"}
SAYS = "Got: "
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
AFTER = """
Original = NetQuantized
def NetQuantized(net):
    return nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))
"""
