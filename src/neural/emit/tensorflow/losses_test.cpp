#include <gtest/gtest.h>

#include "neural/emit/tensorflow/compile_for_test.hpp"

namespace neural::emit::tensorflow {
namespace {

std::string program(const std::string& sections, const std::string& layers = "Flatten() Output(3)") {
  return joined(compile_layers(layers, sections).program);
}

TEST(TensorFlowLosses, WriteWhatTheyDecide) {
  const auto of = [](const std::string& text) {
    const std::string all = between(program("loss: " + text), "loss=", ", jit_compile");
    return all.substr(0, all.find(", metrics="));
  };
  const std::string mean = "reduction=\"sum_over_batch_size\")";
  EXPECT_EQ(of("mae"), "losses.MeanAbsoluteError(" + mean);
  EXPECT_EQ(of("huber(2)"), "losses.Huber(delta=2.0, " + mean);
  EXPECT_EQ(of("log_cosh(reduction=sum)"), "losses.LogCosh(reduction=\"sum\")");
  EXPECT_EQ(of("kld"), "losses.KLDivergence(" + mean);
  EXPECT_EQ(of("cosine_similarity"), "losses.CosineSimilarity(axis=-1, " + mean);
  EXPECT_EQ(
      of("binary_focal_crossentropy(gamma=3)"),
      "losses.BinaryFocalCrossentropy(from_logits=False, apply_class_balancing=False, alpha=0.25, gamma=3.0, " + mean);
  EXPECT_EQ(of("categorical_focal_crossentropy"),
            "losses.CategoricalFocalCrossentropy(from_logits=False, alpha=0.25, gamma=2.0, " + mean);
}

TEST(TensorFlowLosses, RootOfTheWholeBatchIsAFunction) {
  const std::string text = program("loss: rmse");
  EXPECT_NE(text.find("def root_mean_squared_error("), std::string::npos);
  EXPECT_NE(text.find("loss=root_mean_squared_error, "), std::string::npos);
  EXPECT_EQ(text.find("losses,"), std::string::npos);
}

TEST(TensorFlowLosses, LossesAreMetricsToo) {
  EXPECT_EQ(between(program("loss: mse metrics: [\"huber\", \"rmse\"]"), "metrics=[", "], jit"),
            "metrics.MeanMetricWrapper(losses.huber, delta=1.0, name=\"huber\"), "
            "metrics.RootMeanSquaredError(name=\"root_mean_squared_error\"), ");
}

TEST(TensorFlowLosses, MetricsOfRowsTakeClassNumbers) {
  const std::string text = program("loss: scce metrics: [auc, f1, sparse_top_k_categorical_accuracy(2)]");
  EXPECT_EQ(between(text, "metrics=[", "], jit"),
            "metrics.SparseCategoricalAccuracy(name=\"accuracy\"), "
            "of_classes(metrics.AUC)(num_thresholds=200, curve=\"ROC\", name=\"auc\"), "
            "of_classes(metrics.F1Score)(average=\"micro\", threshold=0.5, name=\"f1\"), "
            "metrics.SparseTopKCategoricalAccuracy(k=2, name=\"sparse_top_k_categorical_accuracy\"), ");
}

TEST(TensorFlowLosses, RegularizersAddToTheLossOfTheLoop) {
  const std::string layers = "Flatten() Output(3, kernel_regularizer=l1_l2(0.1, 0.2))";
  EXPECT_NE(program("loss: mse", layers).find("training=True)) + sum(self.model.losses)"), std::string::npos);
  EXPECT_EQ(program("loss: mse").find("self.model.losses"), std::string::npos);
}

}  // namespace
}  // namespace neural::emit::tensorflow
