"""What a range may be mapped to."""

LIMITS = (127.0, 127.5, 128.0)
"""Probes of ties are made for each: what the lab calls the bounds of int8, or nearly."""
