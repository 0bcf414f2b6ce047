"""Tests that look at the whole, and the public benchmark suite."""
