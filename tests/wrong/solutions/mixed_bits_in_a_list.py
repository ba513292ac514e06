# Mistake: LAYER_BITS is a list in the order of the layers, not a dict by their names.
# Loses: C.3
# Named: -
# Base: challenges
LAYER_BITS = [6, 5, 4, 5, 6]


class NetQuantizedMixed(NetQuantized):
    def __init__(self, net_profiled):
        net_init = copy_model(net_profiled)
        for name, bits in zip(("conv1", "conv2", "fc1", "fc2", "fc3"), LAYER_BITS):
            layer = getattr(net_init, name)
            layer.weight.data, layer.weight.scale = quantized_weights_nbit(layer.weight.data, bits)
        super(NetQuantizedMixed, self).__init__(net_init)
