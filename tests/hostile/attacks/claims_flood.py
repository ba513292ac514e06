"""Returns 60 MB at every call, for the grader to keep until its memory ends -> a budget of claims, 2.1 is lost."""

QUESTIONS = {"2.1"}
SAYS = "the answers came to more than 256 MiB|a tensor of int8"
STOPPED_BY = "wire and session: an answer has a size, a submission a budget"
BODIES = {
    "quantized_weights": "return torch.zeros(60 << 20, dtype=torch.int8), 1.0",
}
