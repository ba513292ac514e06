# Mistake: the default observer is affine: after a ReLU its 255 steps begin at 0, and half of them do not fit.
# Loses: 4.2b
# Named: activations-spreads-the-width
# Base: plain

from torch.ao.quantization import default_observer


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        observer = default_observer.with_args(reduce_range=False)()
        observer(torch.as_tensor(activations, dtype=torch.float32))
        step, _ = observer.calculate_qparams()
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 1 / step.item() / total
