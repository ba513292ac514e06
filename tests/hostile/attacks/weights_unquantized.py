"""Returns the float weights as they are, with a scale of 1, for their accuracy -> 2.1 is lost, 2.2 not reached."""

QUESTIONS = {"2.1", "2.2"}
SAYS = "mend those first"
STOPPED_BY = "checks: an accuracy counts for a quantized net only"
BODIES = {
    "quantized_weights": "return weights, 1.0",
}
