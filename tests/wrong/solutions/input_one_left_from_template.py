# Mistake: the template's 1.0 was never replaced.
# Loses: 4.2a
# Named: input-a-constant
# Base: compact

class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        # TODO
        return 1.0
