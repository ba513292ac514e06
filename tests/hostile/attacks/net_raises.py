"""Raises in the constructor of Net -> the lab's net is used, full points."""

QUESTIONS = set()
GRADED = {"1.2", "4.3"}
SAYS = "^23 of 23 points"
STOPPED_BY = "nets: the exam's scales and weights are set whatever the constructor does"
BODIES = {
    "Net.__init__": """
super().__init__()
raise SystemExit if False else ValueError('no net')
""",
}
