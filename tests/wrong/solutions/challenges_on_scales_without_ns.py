# Mistake: quantize_activations forgets the preceding layers, and a net of Question C that takes its scales is not charged for that.
# Loses: 4.2b
# Named: product-without-ns
# Base: challenges
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        return 127 / (float(np.abs(activations).max()) * n_w * n_initial_input)
