# Mistake: the constructor never calls quantized_bias, so the trained bias is added to the integers.
# Loses: 5.3
# Named: -
# Base: plain

class NetQuantizedWithBias:
    def __init__(self, net_with_weights_quantized):
        super(NetQuantizedWithBias, self).__init__(net_with_weights_quantized)
