#include "neural/bench/gate/finding.hpp"

#include <gtest/gtest.h>

namespace neural::bench::gate {
namespace {

using stats::Verdict;

const Subject kTraining{"cnn", "pytorch", "pytorch_baseline", "training_time"};
const Subject kMemory{"cnn", "pytorch", "pytorch_baseline", "memory"};
const Subject kCompiling{"cnn", "pytorch", "pytorch_baseline", "compile_time"};

Look look(double ratio, Verdict verdict) {
  return {ratio, ratio - 0.01, ratio + 0.01, verdict, ""};
}

Outcome outcome(const Subject& subject, const Look& first, const Looks& second = {}) {
  const auto findings = find({{subject, first}}, second);
  EXPECT_EQ(findings.size(), 1U);
  EXPECT_EQ(overall(findings) == Outcome::kRegression, findings[0].outcome == Outcome::kRegression);
  return findings[0].outcome;
}

TEST(Gate, ARegressionIsWorseInBothSessions) {
  const Look slower = look(1.05, Verdict::kSlower);
  EXPECT_EQ(outcome(kTraining, slower, {{kTraining, slower}}), Outcome::kRegression);
  EXPECT_EQ(outcome(kTraining, slower, {{kTraining, look(1.02, Verdict::kInconclusive)}}), Outcome::kUnconfirmed);
  EXPECT_EQ(outcome(kTraining, slower, {{kTraining, look(1.00, Verdict::kEquivalent)}}), Outcome::kUnconfirmed);
  EXPECT_EQ(outcome(kTraining, slower, {{kTraining, look(0.95, Verdict::kFaster)}}), Outcome::kUnconfirmed);
}

TEST(Gate, WhatWasNotMeasuredAgainIsNotCalledARegressionNorPassed) {
  const Look slower = look(1.05, Verdict::kSlower);
  EXPECT_EQ(outcome(kTraining, slower), Outcome::kInvalid);
  EXPECT_EQ(outcome(kTraining, slower, {{kTraining, Look{}}}), Outcome::kInvalid);
  EXPECT_EQ(outcome(kTraining, slower, {{kMemory, look(1.2, Verdict::kMore)}}), Outcome::kInvalid);
}

TEST(Gate, HalfTheToleranceIsTheLeastThatMatters) {
  EXPECT_FALSE(is_suspect(kTraining, look(1.0149, Verdict::kSlower)));
  EXPECT_TRUE(is_suspect(kTraining, look(1.0151, Verdict::kSlower)));
  EXPECT_FALSE(is_suspect(kMemory, look(1.0249, Verdict::kMore)));
  EXPECT_TRUE(is_suspect(kMemory, look(1.0251, Verdict::kMore)));
  EXPECT_FALSE(is_suspect(kCompiling, look(1.0499, Verdict::kSlower)));
  EXPECT_TRUE(is_suspect(kCompiling, look(1.0501, Verdict::kSlower)));
  EXPECT_EQ(outcome(kTraining, look(1.0149, Verdict::kSlower)), Outcome::kNone);
}

TEST(Gate, OnlyAVerdictIsSuspect) {
  for (const Verdict verdict :
       {Verdict::kEquivalent, Verdict::kInconclusive, Verdict::kFaster, Verdict::kLess, Verdict::kInvalid}) {
    EXPECT_FALSE(is_suspect(kTraining, look(1.5, verdict))) << stats::name_of(verdict);
  }
  EXPECT_FALSE(is_suspect(kTraining, Look{.verdict = Verdict::kSlower})) << "without an estimate";
}

TEST(Gate, TheWorstOfAllCounts) {
  const Look same = look(1, Verdict::kEquivalent), slower = look(1.05, Verdict::kSlower);
  const Look open = look(1.02, Verdict::kInconclusive);
  EXPECT_EQ(overall(find({{kTraining, same}, {kMemory, look(0.9, Verdict::kLess)}}, {})), Outcome::kNone);
  EXPECT_EQ(overall(find({{kTraining, open}, {kMemory, same}}, {})), Outcome::kInconclusive);
  EXPECT_EQ(overall(find({{kTraining, slower}}, {{kTraining, same}})), Outcome::kInconclusive);
  EXPECT_EQ(overall(find({{kTraining, open}, {kMemory, Look{}}}, {})), Outcome::kInvalid);
  EXPECT_EQ(overall(find({{kTraining, slower}, {kMemory, Look{}}}, {{kTraining, slower}})), Outcome::kRegression);
  EXPECT_EQ(overall({}), Outcome::kInvalid);
}

}  // namespace
}  // namespace neural::bench::gate
