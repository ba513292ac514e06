"""The drawn images: the same bytes everywhere, and worth classifying."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.exam import shapes10


def test_a_draw_is_the_same_on_every_machine() -> None:
    images, labels = shapes10.draw(300, 7)
    digest = hashlib.sha256(images.tobytes() + labels.astype("<i8").tobytes()).hexdigest()
    assert digest == "f517e1ca70ac5c8e53e443f4544b1cc59ca201497d375e007d8c965bb2f5db9c"


@pytest.mark.rest
@given(st.integers(0, 600), st.integers(0, 600), st.integers(0, 2**63 - 1))
def test_a_longer_draw_begins_with_the_shorter(one: int, other: int, seed: int) -> None:
    short, long = sorted((one, other))
    images, labels = shapes10.draw(short, seed)
    more_images, more_labels = shapes10.draw(long, seed)
    assert np.array_equal(images, more_images[:short])
    assert np.array_equal(labels, more_labels[:short])


def test_images_are_bytes_and_labels_are_classes() -> None:
    images, labels = shapes10.draw(1000, (3, 1))
    assert images.shape == (1000, 3, 32, 32)
    assert images.dtype == np.uint8
    assert labels.shape == (1000,)
    assert labels.dtype == np.int64
    counts = np.bincount(labels)
    assert len(counts) == len(shapes10.CLASSES) == 10
    assert counts.min() > 60


def test_every_image_is_another() -> None:
    images, _ = shapes10.draw(1000, 0)
    assert len({image.tobytes() for image in images}) == 1000


def test_seeds_give_other_images() -> None:
    one, other, third = (shapes10.draw(10, seed)[0].tobytes() for seed in (1, 2, (1, 1)))
    assert len({one, other, third}) == 3
