"""Gives its class a metaclass that forges isinstance, issubclass and the mro -> 4.3 is lost."""

QUESTIONS = {"4.3"}
GRADED = {"1.2", "4.2a", "4.3"}
SAYS = "Got: "
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
AFTER = """
class Meta(type):
    def __instancecheck__(cls, other): return True
    def __subclasscheck__(cls, other): return True
    def __setattr__(cls, name, value): pass
    def mro(cls): return [cls, nn.Module, object]
class Net4(nn.Module, metaclass=Meta):
    def __init__(self, net): super().__init__()
    def forward(self, x): return torch.zeros(len(x), 10)
    quantize_initial_input = staticmethod(NetQuantized.quantize_initial_input)
NetQuantized = Net4
"""
