"""Copies that are planted, and the independent solutions that they are held against."""
