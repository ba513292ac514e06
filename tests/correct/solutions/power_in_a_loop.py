# Trait: power_of_two_scale doubles and halves 1 until it fits, and asserts that the scale is one.
# Base: challenges
def power_of_two_scale(scale):
    assert 0 < scale < float("inf"), "no scale"
    power = 1.0
    while power > scale:
        power /= 2
    while 2 * power <= scale:
        power *= 2
    return power
