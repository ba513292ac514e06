# Trait: The largest magnitude maps to 127, everywhere, with Python floats.
# Base: plain
