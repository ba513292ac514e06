# Mistake: 4.1a says that In is In.
# Loses: 4.1a
# Named: -
# Base: plain

Q4_1A = "In = In"
