"""Has __new__ return another object than its class's -> 4.3 is lost."""

QUESTIONS = {"4.3"}
GRADED = {"1.2", "4.2a", "4.3"}
SAYS = "Got: "
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
AFTER = """
class Other(nn.Module):
    def forward(self, x): return torch.full((len(x), 10), 100.0)
NetQuantized.__new__ = lambda cls, *_: Other()
"""
