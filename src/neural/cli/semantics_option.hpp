// `--semantics`, the same for every command that has it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "neural/model/model.hpp"

namespace neural::cli {

inline void add_semantics(CLI::App& app, model::Semantics& semantics) {
  const auto read = [&semantics](const std::string& word) {
    semantics = word == "torch" ? model::Semantics::kTorch : model::Semantics::kKeras;
  };
  app.add_option_function<std::string>(
         "--semantics", read, "Whose defaults hold for what the file leaves open: keras (the default) or torch")
      ->check(CLI::IsMember({"keras", "torch"}).description(""))
      ->type_name("keras|torch");
}

}  // namespace neural::cli
