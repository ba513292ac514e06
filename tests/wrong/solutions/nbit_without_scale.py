# Mistake: quantized_weights_nbit returns the integers alone, and the net takes its scale from the largest of them.
# Loses: C.3
# Named: -
# Base: challenges
def quantized_weights_nbit(weights, bits):
    if not 2 <= bits <= 8:
        raise ValueError(bits)
    most = 2 ** (bits - 1) - 1
    scale = most / weights.abs().max().item()
    return torch.clamp((weights * scale).round(), -most - 1, most)


class NetQuantizedMixed(NetQuantized):
    def __init__(self, net_profiled):
        net_init = copy_model(net_profiled)
        for name, bits in LAYER_BITS.items():
            layer = getattr(net_init, name)
            integers = quantized_weights_nbit(layer.weight.data, bits)
            layer.weight.scale = (integers.abs().max() / layer.weight.data.abs().max()).item()
            layer.weight.data = integers
        super(NetQuantizedMixed, self).__init__(net_init)
