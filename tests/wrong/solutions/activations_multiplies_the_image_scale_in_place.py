# Mistake: `*=` on a tensor changes the image's scale itself, from layer to layer.
# Loses: 4.2b
# Named: -
# Base: tensors

class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        so_far = n_initial_input
        so_far *= n_w
        for w, out in ns:
            so_far *= w
            so_far *= out
        return highest / (torch.as_tensor(activations).abs().max() * so_far)
