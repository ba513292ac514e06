"""Checks your work on EE 290-2, Lab 1: post-training int8 quantization of a LeNet.

It verifies what your code claims, and holds no answer. What it says is no grade.
"""
