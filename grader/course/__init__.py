"""A class at a time: all submissions of one assignment, graded, kept and told."""
