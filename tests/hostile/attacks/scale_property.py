"""Makes output_scale a property that is another number each time it is read -> wrong for the given scales, 4.3 is lost."""

QUESTIONS = {"4.3"}
GRADED = {"1.2", "4.3"}
SAYS = "Got: "
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
AFTER = """
import random
for kind in (nn.Conv2d, nn.Linear):
    kind.output_scale = property(lambda self: random.random(), lambda self, value: None)
NetQuantized.kinds = (nn.Conv2d, nn.Linear)
"""
