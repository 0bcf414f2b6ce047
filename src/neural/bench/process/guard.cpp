#include "neural/bench/process/guard.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <string_view>

#include "neural/base/files.hpp"
#include "neural/bench/process/child.hpp"

namespace neural::bench::process {
namespace {

// The second `read` fails at the end of the input, which comes when every copy of our end is closed.
constexpr const char* kScript = R"(read -r group && { read -r goodbye || kill -s KILL -- "-$group"; })";

// A socket rather than a pipe, for MSG_NOSIGNAL: a guard somebody killed must not kill us.
void say(int line, std::string_view text) {
  [[maybe_unused]] const ssize_t sent = ::send(line, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace

Expected<Guard> Guard::start() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return tl::unexpected(system_error("cannot make a pair of sockets", errno));
  }
  Descriptor ours(ends[0]);
  const Descriptor theirs(ends[1]);
  Spawn shell;
  shell.arguments = {"/bin/sh", "-c", kScript};
  shell.standard_input = theirs.value();
  const pid_t pid = NEURAL_TRY(spawn(shell));
  return Guard(std::move(ours), pid);
}

Guard::~Guard() {
  if (!line_.open()) return;
  say(line_.value(), "0\n0\n");
  line_.close();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void Guard::watch(pid_t group) {
  say(line_.value(), fmt::format("{}\n", group));
}

}  // namespace neural::bench::process
