"""Ten classes of drawn 32x32 colour images: data for an exam that needs no download.

Every image is a shape given by its signed distance (negative inside), turned, shifted and scaled
at random, on a background with a gradient, beside a distractor, under noise. The images are the
same bytes on every machine, for only such arithmetic is used as IEEE 754 and NumPy define to the
last bit: elementwise + - * / sqrt, comparisons and integers. So there is no sin, exp or power, no
sum over an axis of floats, and of NumPy's random numbers only the raw 64-bit integers of PCG64.
"""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from grader.arrays import Images, Labels

CLASSES = (
    "disk", "square", "triangle", "cross", "ring",
    "flower", "bar", "crescent", "two-disks", "corner",
)  # fmt: skip

SIDE = 32
_CHUNK = 256  # images at a time: the working arrays stay in the cache and below 40 MB
_PARAMETERS = 32  # random integers of an image besides its noise
_NOISE = 3 * SIDE * SIDE // 2  # random integers of its noise: two pixels of four bytes each

# What makes the images easy or hard; a change asks for newly trained nets. All shapes stand out
# equally, so that no image drives activations far beyond those of the others: 3-sigma ranges hold.
_RADIUS = (7.5, 11.0)
_SHIFT = 2.0
_TURN = 0.25  # tan of half the largest angle: 28 degrees
_CONTRAST = np.float32(0.12)  # the shape is that much lighter or darker than its background
_NOISE_DEVIATION = 0.12

Float: TypeAlias = npt.NDArray[np.floating[Any]]  # always float32


def draw(count: int, seed: int | tuple[int, ...]) -> tuple[Images, Labels]:
    """Draw images of all classes, each equally likely.

    The first images of a longer draw are the images of a shorter one.

    Returns:
        Images (count, 3, 32, 32) of 0..255 and labels (count,) that index `CLASSES`.
    """
    source = np.random.PCG64(seed)
    images = np.empty((count, 3, SIDE, SIDE), np.uint8)
    labels = np.empty(count, np.int64)
    for start in range(0, count, _CHUNK):
        here = slice(start, min(start + _CHUNK, count))
        integers = source.random_raw((here.stop - start) * (_PARAMETERS + _NOISE))
        integers = integers.reshape(here.stop - start, _PARAMETERS + _NOISE)
        labels[here] = integers[:, 0] % np.uint64(len(CLASSES))
        images[here] = _draw_chunk(labels[here], integers[:, 1:])
    return images, labels


def _draw_chunk(labels: Labels, integers: npt.NDArray[np.uint64]) -> Images:
    """Draw one image per label from a row of random integers each: (n, 3, 32, 32)."""
    uniform = _Uniform(integers[:, : _PARAMETERS - 1])
    radius = uniform(*_RADIUS)
    u, v = _turned(
        uniform(-_TURN, _TURN), *_grid(uniform(-_SHIFT, _SHIFT), uniform(-_SHIFT, _SHIFT))
    )
    coverage = _coverage(labels, u / radius, v / radius, radius)

    base = uniform.channels(0.25, 0.75)
    canvas = base + _gradient(uniform)
    x, y = _grid(uniform(-14.0, 14.0), uniform(-14.0, 14.0))
    spot = np.clip(uniform(1.5, 3.5) + 0.5 - np.sqrt(x * x + y * y), 0.0, 1.0)
    canvas += spot[:, None] * (uniform.channels(0.0, 1.0) - canvas)
    lighter = np.where(uniform(-1.0, 1.0) < 0, -_CONTRAST, _CONTRAST)
    paint = base + lighter[..., None]
    canvas += coverage[:, None] * (paint - canvas)

    canvas *= 255.0
    canvas += _noise(integers[:, _PARAMETERS - 1 :]).reshape(canvas.shape)
    return np.asarray(np.clip(canvas + 0.5, 0.0, 255.0), np.uint8)


class _Uniform:
    """Uniform numbers, each call from the next column of the images' random integers."""

    def __init__(self, integers: npt.NDArray[np.uint64]) -> None:
        # 24 bits: every such fraction is a float32.
        self._fractions = (integers >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
        self._next = 0

    def __call__(self, low: float, high: float) -> Float:
        """One number per image: (n, 1, 1)."""
        return self._take(1, low, high)

    def channels(self, low: float, high: float) -> Float:
        """Three numbers per image: (n, 3, 1, 1)."""
        return self._take(3, low, high)[..., None]

    def _take(self, columns: int, low: float, high: float) -> Float:
        taken = self._fractions[:, self._next : self._next + columns]
        self._next += columns
        return (taken * np.float32(high - low) + np.float32(low)).reshape(len(taken), columns, 1)


def _grid(x: Float, y: Float) -> tuple[Float, Float]:
    """Coordinates of the pixels' middles in pixels, from a point (x, y) off the image's middle."""
    middles = np.arange(SIDE, dtype=np.float32) - np.float32((SIDE - 1) / 2)
    columns, rows = middles[None, None, :] - x, middles[None, :, None] - y
    shape = np.broadcast_shapes(columns.shape, rows.shape)
    return np.broadcast_to(columns, shape), np.broadcast_to(rows, shape)


def _turned(t: Float, x: Float, y: Float) -> tuple[Float, Float]:
    """Turn by the angle whose half has the tangent t: rational, so no sine is needed."""
    one = np.float32(1)
    scale = one + t * t
    cosine, sine = (one - t * t) / scale, (t + t) / scale
    return cosine * x - sine * y, sine * x + cosine * y


def _gradient(uniform: _Uniform) -> Float:
    """A linear change of brightness across the image: (n, 3, 32, 32)."""
    x, y = _grid(*np.zeros((2, 1, 1, 1), np.float32))
    slope = uniform(-0.2, 0.2) * x + uniform(-0.2, 0.2) * y
    return slope[:, None] * uniform.channels(0.3, 1.0) / np.float32(SIDE / 2)


def _noise(integers: npt.NDArray[np.uint64]) -> Float:
    """Nearly normal noise in grey levels, two values of an integer: sums of four uniform bytes."""
    pairs = _add_neighbours(integers, 8, 0x00FF00FF00FF00FF)
    sums = _add_neighbours(pairs, 16, 0x0000FFFF0000FFFF)
    bytes_mean, bytes_deviation = 4 * 255 / 2, (4 * (256**2 - 1) / 12) ** 0.5
    values = sums.astype("<u8").view("<u4").astype(np.float32) - np.float32(bytes_mean)
    return values * np.float32(_NOISE_DEVIATION * 255 / bytes_deviation)


def _add_neighbours(
    words: npt.NDArray[np.uint64], width: int, even_lanes: int
) -> npt.NDArray[np.uint64]:
    """Sum every even lane of `width` bits with the odd lane above it, within 64-bit words."""
    mask = np.uint64(even_lanes)
    return (words & mask) + ((words >> np.uint64(width)) & mask)


def _coverage(labels: Labels, u: Float, v: Float, radius: Float) -> Float:
    """How much of each pixel its image's shape covers, in [0, 1]: (n, 32, 32)."""
    distance = np.empty_like(u)
    for label, shape in enumerate(_SHAPES):
        here = labels == label
        distance[here] = shape(u[here], v[here])
    return np.asarray(np.clip(0.5 - distance * radius, 0.0, 1.0), np.float32)


# Signed distances (or bounds of it) in units of the shape's radius.


def _length(u: Any, v: Any) -> Any:
    return np.sqrt(u * u + v * v)


def _box(u: Any, v: Any, half_width: float, half_height: float) -> Any:
    return np.maximum(np.abs(u) - half_width, np.abs(v) - half_height)


def _disk(u: Float, v: Float) -> Any:
    return _length(u, v) - 0.9


def _square(u: Float, v: Float) -> Any:
    return _box(u, v, 0.8, 0.8)


def _triangle(u: Float, v: Float) -> Any:
    return np.maximum(v - 0.55, 0.866 * np.abs(u) - 0.5 * v - 0.5)


def _cross(u: Float, v: Float) -> Any:
    return np.minimum(_box(u, v, 0.28, 0.95), _box(u, v, 0.95, 0.28))


def _ring(u: Float, v: Float) -> Any:
    return np.abs(_length(u, v) - 0.7) - 0.2


def _flower(u: Float, v: Float) -> Any:
    length = _length(u, v)
    c = u / np.maximum(length, 1e-3)
    cosine_of_five = c * (5.0 + c * c * (16.0 * c * c - 20.0))
    return (length - 0.7 - 0.25 * cosine_of_five) * 0.7


def _bar(u: Float, v: Float) -> Any:
    return _box(u, v, 0.98, 0.3)


def _crescent(u: Float, v: Float) -> Any:
    return np.maximum(_length(u, v) - 0.9, 0.72 - _length(u - 0.45, v))


def _two_disks(u: Float, v: Float) -> Any:
    return _length(np.abs(u) - 0.55, v) - 0.42


def _corner(u: Float, v: Float) -> Any:
    return np.minimum(_box(u + 0.5, v, 0.28, 0.85), _box(u, v - 0.57, 0.78, 0.28))


_SHAPES: tuple[Callable[[Float, Float], Any], ...] = (
    _disk, _square, _triangle, _cross, _ring, _flower, _bar, _crescent, _two_disks, _corner,
)  # fmt: skip
