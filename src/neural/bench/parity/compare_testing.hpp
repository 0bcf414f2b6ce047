// Tests only: two parity folders and what their comparison finds.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "neural/bench/parity/compare.hpp"
#include "neural/bench/parity/testing.hpp"

namespace neural::bench::parity {

class CompareTest : public ScratchTest {
 protected:
  void SetUp() override {
    ScratchTest::SetUp();
    write_parity(scratch_ / "native", Program{});
    write_parity(scratch_ / "neural", Program{});
  }
  Certificate compare(std::vector<std::filesystem::path> reruns = {}) const {
    Expected<Certificate> certificate = compare_folders(scratch_ / "neural", scratch_ / "native", reruns);
    EXPECT_TRUE(certificate) << certificate.error().message;
    return certificate ? *certificate : Certificate{};
  }
  Certificate compare(const Program& neural) const {
    write_parity(scratch_ / "neural", neural);
    return compare();
  }
  Error error() const {
    const Expected<Certificate> certificate = compare_folders(scratch_ / "neural", scratch_ / "native");
    return certificate ? Error{.message = "no error"} : certificate.error();
  }
  /// Rewrites one number of an index.
  void edit(const std::string& side, const char* place, Json value) const {
    Json index = read_json(scratch_ / side / "index.json").value();
    index[Json::json_pointer(place)] = std::move(value);
    put(scratch_ / side / "index.json", pretty_json(index));
  }
  /// The check that failed first.
  static const Check& failed(const Certificate& certificate) {
    for (const Check& check : certificate.checks) {
      if (!check.passed) return check;
    }
    ADD_FAILURE() << "no check failed";
    return certificate.checks.front();
  }
};

}  // namespace neural::bench::parity
