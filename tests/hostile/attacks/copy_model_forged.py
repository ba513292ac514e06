"""Has copy_model and deepcopy return a net with other weights -> the exam's weights are set again, full points."""

QUESTIONS = set()
GRADED = {"1.2", "4.3"}
SAYS = "^23 of 23 points"
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
AFTER = """
original = copy_model
def copy_model(model):
    result = original(model)
    for layer in layers_of(result).values():
        layer.weight.data = layer.weight.data * 0
    return result
"""
