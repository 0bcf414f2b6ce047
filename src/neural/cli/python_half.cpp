#include "neural/cli/python_half.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "neural/base/files.hpp"
#include "neural/base/text.hpp"

namespace neural::cli {
namespace {

// Without -P a file in the working folder could take the place of a module.
std::vector<std::string> command_of(const std::filesystem::path& python, std::string_view module,
                                    const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {python.string(), "-P", "-m", std::string(module)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

/// Of a list with colons.
std::string absolute_folders(std::string_view folders) {
  std::vector<std::string> absolute;
  for (const std::string& folder : split(folders, ':')) {
    if (!folder.empty()) absolute.push_back(std::filesystem::absolute(folder).string());
  }
  return join(absolute, ":");
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

std::vector<std::string> environment_of_this_program() {
  constexpr std::string_view kPath = "PYTHONPATH=";
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    variables.push_back(text.starts_with(kPath) ? std::string(kPath) + absolute_folders(text.substr(kPath.size()))
                                                : std::string(text));
  }
  return variables;
}

Expected<int> run_module(const std::filesystem::path& python, std::string_view module,
                         const std::vector<std::string>& arguments) {
  std::vector<std::string> words = command_of(python, module, arguments);
  const std::vector<char*> pointers = pointers_to(words);

  const pid_t child = ::fork();
  if (child < 0) return tl::unexpected(system_error("cannot start a process", errno));
  if (child == 0) {
    ::execv(pointers[0], pointers.data());
    ::_exit(127);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  constexpr int kSignalled = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
}

Error become_module(const std::filesystem::path& python, std::string_view module,
                    const std::vector<std::string>& arguments) {
  std::vector<std::string> words = command_of(python, module, arguments);
  ::signal(SIGPIPE, SIG_DFL);  // as a program expects it that a shell starts
  ::execv(words[0].c_str(), pointers_to(words).data());
  return system_error("cannot start " + words[0], errno);
}

}  // namespace neural::cli
