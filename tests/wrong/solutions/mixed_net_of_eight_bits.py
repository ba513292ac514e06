# Mistake: NetQuantizedMixed never looks at LAYER_BITS.
# Loses: C.3
# Named: -
# Base: challenges
class NetQuantizedMixed(NetQuantized):
    def __init__(self, net_profiled):
        net_init = copy_model(net_profiled)
        for name in LAYER_BITS:
            layer = getattr(net_init, name)
            layer.weight.data, layer.weight.scale = quantized_weights_nbit(layer.weight.data, 8)
        super(NetQuantizedMixed, self).__init__(net_init)
