// `--semantics`, the same for every command that has it.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>

#include "neural/model/model.hpp"

namespace neural::cli {

inline void add_semantics(CLI::App& app, model::Semantics& semantics) {
  static const std::map<std::string, model::Semantics> kWords = {{"keras", model::Semantics::kKeras},
                                                                 {"torch", model::Semantics::kTorch}};
  app.add_option("--semantics", semantics,
                 "Whose defaults hold for what the file leaves open: keras (the default) or torch")
      ->transform(CLI::CheckedTransformer(kWords))
      ->type_name("keras|torch");
}

}  // namespace neural::cli
