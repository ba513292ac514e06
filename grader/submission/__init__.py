"""What was handed in, turned into the code that is graded. Nothing here executes student code."""
