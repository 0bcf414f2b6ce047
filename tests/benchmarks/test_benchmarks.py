"""Every default benchmark runs on every backend, both sides, for a short time. Speed is not tested."""

from __future__ import annotations

import importlib.util
import tempfile
import unittest

from tests.benchmarks import BenchmarkSuite

PARAMETERS = {"simple_mlp": 101_770, "cnn": 225_034, "deep_mlp": 567_434}


class TestBenchmarks(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.suite = BenchmarkSuite(folder.name)

    def check(self, model: str, backend: str) -> None:
        module = {"pytorch": "torch", "tensorflow": "tensorflow"}[backend]
        if importlib.util.find_spec(module) is None:
            self.skipTest(f"{module} is not installed")
        result = self.suite.try_benchmark(model, backend)
        for side in (result["neural"], result["native"]):
            self.assertEqual(side["parameters"], PARAMETERS[model])
            self.assertGreater(side["training_time"], 0)
            self.assertGreater(side["peak_memory"], 0)
            self.assertGreater(side["accuracy"], 0.3)  # a guess is right in a tenth
        comparison = result["comparison"]
        self.assertEqual((comparison["model_name"], comparison["backend"]), (model, backend))
        self.assertEqual(comparison["training_time"]["verdict"], "INCONCLUSIVE")
        self.assertIn("sequential", comparison["memory"]["flags"])

    def test_simple_mlp_tensorflow(self) -> None:
        self.check("simple_mlp", "tensorflow")

    def test_simple_mlp_pytorch(self) -> None:
        self.check("simple_mlp", "pytorch")

    def test_cnn_tensorflow(self) -> None:
        self.check("cnn", "tensorflow")

    def test_cnn_pytorch(self) -> None:
        self.check("cnn", "pytorch")

    def test_deep_mlp_tensorflow(self) -> None:
        self.check("deep_mlp", "tensorflow")

    def test_deep_mlp_pytorch(self) -> None:
        self.check("deep_mlp", "pytorch")


if __name__ == "__main__":
    unittest.main()
