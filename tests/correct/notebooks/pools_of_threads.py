# Trait: weights and batches are handled in parallel, by pools of threads of three kinds.
# Base: notebook_2020

# %% instead of # # EE 290-2
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.dummy import Pool
from multiprocessing.pool import ThreadPool

WORKERS = 2

# %% in place
def quantized_weights(weights: torch.Tensor) -> Tuple[torch.Tensor, float]:
    with Pool(WORKERS) as pool:
        scale = 127 / max(pool.map(lambda part: part.abs().max().item(), weights))
    with ThreadPool(processes=WORKERS) as pool:
        parts = pool.map(lambda part: (part * scale).round(), weights)
    return torch.clamp(torch.stack(parts), min=-128, max=127), scale

# %% in place
class NetQuantized(nn.Module):
    @staticmethod
    def quantize_initial_input(pixels: np.ndarray) -> float:
        with ThreadPoolExecutor(WORKERS) as pool:
            return 127 / max(pool.map(lambda part: np.abs(part).max(), np.array_split(pixels, WORKERS)))
