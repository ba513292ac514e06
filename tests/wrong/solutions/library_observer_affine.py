# Mistake: MinMaxObserver is affine by default: its 255 steps begin at 0 after a ReLU, and half of them do not fit.
# Loses: 4.2b
# Named: activations-spreads-the-width
# Base: plain

from torch.ao.quantization import MinMaxObserver


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        observer = MinMaxObserver()
        observer(torch.as_tensor(activations, dtype=torch.float32))
        step, _ = observer.calculate_qparams()
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 1 / step.item() / total
