# Mistake: Question 5's class was never written.
# Loses: 5.2, 5.3
# Named: -
# Base: arrays
# Without: NetQuantizedWithBias
