# Mistake: `*=` on a tensor changes the weights' scale itself, which the layer and its pair hold, too.
# Loses: 4.2b
# Named: -
# Base: tensors

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        so_far = n_w
        so_far *= n_initial_input
        for pair in ns:
            so_far *= pair[0] * pair[1]
        return highest / (torch.as_tensor(activations).abs().max() * so_far)
