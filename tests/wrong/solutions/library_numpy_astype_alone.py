# Mistake: NumPy's astype makes the bias whole, which cuts it off.
# Loses: 5.2
# Named: bias-truncated
# Base: plain

class NetQuantizedWithBias:
    @staticmethod
    def quantized_bias(bias, n_w, n_initial_input, ns):
        scale = n_w * n_initial_input
        for w_scale, out_scale in ns:
            scale *= w_scale * out_scale
        whole = (bias.double().numpy() * float(scale)).clip(-2**31, 2**31 - 1).astype(np.int32)
        return torch.from_numpy(whole).float()
