# Trait: torch's default_observer has 127 steps from the lowest to the highest value, as ReLU outputs need them.
# Base: plain

from torch.ao.quantization import default_observer


class NetQuantized:
    @staticmethod
    def quantize_activations(activations, n_w, n_initial_input, ns):
        observer = default_observer()
        observer(torch.as_tensor(activations, dtype=torch.float32))
        step, _ = observer.calculate_qparams()
        total = n_w * n_initial_input
        for w_scale, out_scale in ns:
            total *= w_scale * out_scale
        return 1 / step.item() / total
