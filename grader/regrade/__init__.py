"""A regrade request answered: all that one check judged, and whose points a new grade changed."""
