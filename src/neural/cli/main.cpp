#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <new>
#include <span>
#include <string_view>

#include "neural/base/text.hpp"
#include "neural/cli/command.hpp"
#include "neural/cli/terminal.hpp"

namespace neural::cli {
namespace {

struct Command {
  const char* name;
  const char* summary;
  Run (*add)(CLI::App&);
};

constexpr std::array kCommands = {
    Command{"check", "Check .neural files and say what is wrong with them", add_check},
    Command{"explain", "Explain the code of a message, with programs", add_explain},
    Command{"fmt", "Rewrite .neural files in the canonical layout", add_fmt},
    Command{"inspect", "Show the layers of a network with shapes and parameters", add_inspect},
    Command{"compile", "Write a stand-alone PyTorch or TensorFlow program, or an ONNX file", add_compile},
    Command{"train", "Train a network with the engine: no Python, no framework", add_train},
    Command{"evaluate", "Loss and metrics of trained weights, by the engine", add_evaluate},
    Command{"predict", "What trained weights make of samples, by the engine", add_predict},
    Command{"weights", "Convert weights between PyTorch, Keras and safetensors, or show them", add_weights},
    Command{"tune", "Search for the best values of what a program leaves open", add_tune},
    Command{"parity", "Prove that the backends compute the same", add_parity},
    Command{"bench", "Measure generated programs against hand-written ones", add_bench},
    Command{"report", "Make the reports of a results folder again", add_report},
    Command{"history", "Show and share what was measured before", add_history},
    Command{"runs", "List, compare, plot and export training runs", add_runs},
    Command{"doctor", "Show what is installed and what works", add_doctor},
    Command{"truth-worker", "", add_truth_worker},
    Command{"worker", "", add_worker},
};

constexpr const char* kFooter =
    "examples:\n"
    "  neural check model.neural\n"
    "  neural compile model.neural --backend pytorch\n"
    "  neural bench --quick --report\n"
    "\n`neural COMMAND --help` has more.";

int exit_code_of(ErrorCode code) {
  return code == ErrorCode::kMeasurement ? kMeasurement : kUsage;
}

/// An unknown word where a command is expected, of this program or of one of its commands: CLI11 would only call it
/// "extras".
std::string did_you_mean(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  const auto commands = [&] { return at->get_subcommands([](const CLI::App*) { return true; }); };
  int index = 1;
  for (; index < argc; ++index) {
    const std::vector<const CLI::App*> known = commands();
    const auto named = [&](const CLI::App* command) { return command->get_name() == argv[index]; };
    const auto next = std::find_if(known.begin(), known.end(), named);
    if (next == known.end()) break;
    at = *next;
  }
  if (index == argc || argv[index][0] == '-' || commands().empty()) return {};
  std::vector<std::string_view> names;
  for (const CLI::App* command : commands()) {
    if (!command->get_group().empty()) names.emplace_back(command->get_name());
  }
  const auto close = nearest(argv[index], names, 1);
  const std::string shown = printable(argv[index]);
  const std::string help = close.empty() ? fmt::format("see `{}{} --help`", at == &app ? "" : "neural ", at->get_name())
                                         : fmt::format("did you mean `{}`?", close[0]);
  return fmt::format("`{}` is not a command\n  = help: {}", shown, help);
}

/// An unknown option of the command that the words name, `command` with its title; empty where all options are known.
std::string unknown_option(const CLI::App& app, const CLI::App& command, const std::string& title) {
  const std::vector<std::string> rest = app.remaining(true);
  const auto found = std::find_if(rest.begin(), rest.end(), [](const auto& word) { return word.starts_with("--"); });
  if (found == rest.end()) return {};
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const std::string word = found->substr(0, found->find('='));
  const std::vector<std::string_view> candidates(names.begin(), names.end());
  const auto close = nearest(word, candidates, 1);
  const std::string help =
      close.empty() ? fmt::format("see `{} --help`", title) : fmt::format("did you mean `{}`?", close[0]);
  return fmt::format("`{}` is not an option of `{}`\n  = help: {}", printable(word), title, help);
}

/// A file opened later must not get the number of a standard stream that is closed: messages would end up in it.
/// Opened for reading, so that writing to it fails as before.
void occupy_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) < 0) ::open("/dev/null", O_RDONLY);
  }
}

Expected<int> run_within_memory(const Run& command) {
  try {
    return command();
  } catch (const std::bad_alloc&) {
    return fail(ErrorCode::kUsage, "out of memory", "allow it more, or make the network smaller");
  }
}

int run(int argc, char** argv) {
  CLI::App app("One short form of a network: checked, compiled for every backend, and measured.", "neural");
  app.set_version_flag("--version", "neural " NEURAL_VERSION);
  app.footer(kFooter);
  app.require_subcommand(1);
  app.failure_message([](const CLI::App*, const CLI::Error& error) { return std::string(error.what()); });

  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  std::vector<std::pair<CLI::App*, Run>> runs;
  for (const Command& command : kCommands) {
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    if (*command.summary == '\0') sub->group("");  // for other commands to start, not for people
    // The options of all commands together take longer to declare than a network takes to compile.
    const bool named = std::any_of(words.begin(), words.end(),
                                   [&](const char* word) { return std::string_view(word) == command.name; });
    if (named) runs.emplace_back(sub, command.add(*sub));
  }

  if (argc == 1) {
    std::fputs(app.help().c_str(), stdout);
    return kUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help and --version
  } catch (const CLI::ParseError& error) {
    const CLI::App* command = &app;
    std::string title = app.get_name();
    while (!command->get_subcommands().empty()) {
      command = command->get_subcommands().front();
      title += " " + command->get_name();
    }
    std::string message = did_you_mean(app, argc, argv);
    if (message.empty()) message = unknown_option(app, *command, title);
    if (message.empty())
      message = fmt::format("{}\n  = help: see `{} --help`", printable(decapitalised(error.what())), title);
    print_error(message);
    return kUsage;
  }

  for (auto& [sub, command] : runs) {
    if (!sub->parsed()) continue;
    const Expected<int> code = run_within_memory(command);
    if (code) return *code;
    print_error(code.error());
    return exit_code_of(code.error().code);
  }
  return kUsage;
}

}  // namespace
}  // namespace neural::cli

int main(int argc, char** argv) {
  neural::cli::occupy_closed_streams();
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is a write error, reported like any other
  return neural::cli::run(argc, argv);
}
