# Trait: Scales of weights and input are whole ints (exact as such), those of outputs floats.
# Base: named

def quantized_weights(weights):
    # weights are well below 1, so a whole number loses next to nothing
    peak = weights.abs().max().item()
    scale = int(127 // peak) if peak < 2 else 127 / peak
    return (weights * scale).round().clamp(-128, 127), scale


class NetQuantized:
    @staticmethod
    def quantize_initial_input(pixels):
        peak = np.abs(pixels).max()
        return int(127 // peak) if peak < 2 else 127 / peak
