"""Layers by the hundred, for the checker and for Keras."""
