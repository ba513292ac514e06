"""Makes layer.weight a property with numbers of its own -> its output is judged, 4.3 is lost."""

QUESTIONS = {"4.3"}
GRADED = {"1.2", "4.3"}
SAYS = "Got: "
STOPPED_BY = "checks: each step is judged from the integers before it"
AFTER = """
class Own(nn.Conv2d):
    @property
    def weight(self): return self._parameters["weight"] * 0.5
    @weight.setter
    def weight(self, value): self._parameters["weight"] = value
original = NetQuantized.__init__
def made(self, net):
    original(self, net)
    self.conv1.__class__ = Own
NetQuantized.__init__ = made
"""
