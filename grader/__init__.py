"""Autograder of EE 290-2, Lab 1: post-training int8 quantization of a LeNet."""

__version__ = "0.1.0"
