// What the tests of the formatter share.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "neural/syntax/format.hpp"

namespace neural::syntax::testing {

struct Formatted {
  SourceText source;
  DiagnosticList diagnostics;
  std::optional<std::string> text;

  explicit Formatted(std::string before) : source("t", std::move(before)) { text = format(source, diagnostics); }
};

/// The layout of a text, which must itself be laid out already.
inline std::string formatted(const std::string& text) {
  const Formatted once(text);
  if (!once.text) return "refused: " + render_text(once.source, once.diagnostics);
  const Formatted twice(*once.text);
  EXPECT_EQ(twice.text, once.text) << "not a fixed point";
  return *once.text;
}

/// `lines` as the layers of a network, and what became of them.
inline std::string layers(const std::string& lines) {
  const std::string head = "network N {\n  layers:\n";
  const std::string text = formatted("network N { layers:\n" + lines + "\n}");
  EXPECT_TRUE(text.starts_with(head) && text.ends_with("}\n")) << text;
  return text.substr(head.size(), text.size() - head.size() - 2);
}

/// `lines` as sections, settings or values of a network.
inline std::string sections(const std::string& lines) {
  const std::string head = "network N {\n";
  const std::string text = formatted(head + lines + "\n}");
  EXPECT_TRUE(text.starts_with(head) && text.ends_with("}\n")) << text;
  return text.substr(head.size(), text.size() - head.size() - 2);
}

}  // namespace neural::syntax::testing
