// `--custom` and `--allow-python-lambda`: what a network has from elsewhere, the same for every command that has them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace neural::cli {

/// `--custom [LAYER=]MODULE:CLASS`, as often as one likes; emit::read_custom_classes reads the words.
inline void add_custom(CLI::App& app, std::vector<std::string>& words) {
  app.add_option("--custom", words, "The class of a layer of your own, for this backend; repeatable")
      ->type_name("[LAYER=]MODULE:CLASS")
      ->allow_extra_args(false);
}

inline void add_allow_python_lambda(CLI::App& app, bool& allowed) {
  app.add_flag("--allow-python-lambda", allowed,
               "Let the text of a Lambda become Python where it is more than the language knows; it may do anything");
}

}  // namespace neural::cli
