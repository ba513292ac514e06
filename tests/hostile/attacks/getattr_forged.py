"""Answers every attribute it does not have with a layer, a scale or a score -> 4.3 is lost."""

QUESTIONS = {"4.3"}
GRADED = {"1.2", "4.3", "5.2"}
SAYS = "Got: "
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
AFTER = """
class Forged(NetQuantized):
    def __getattribute__(self, name):
        if name == "input_scale":
            return 1e-3
        return super().__getattribute__(name)
NetQuantized = Forged
"""
