// Networks on their way through `neural parity`: compiled for each backend, run side by side, compared.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "neural/base/expected.hpp"
#include "neural/base/json.hpp"
#include "neural/bench/parity/certificate.hpp"
#include "neural/cli/parity_sides.hpp"
#include "neural/cli/program_source.hpp"
#include "neural/emit/backends.hpp"
#include "neural/model/model.hpp"
#include "neural/model/torch_defaults.hpp"

namespace neural::cli {

/// What holds for all networks of a command.
struct ParityOptions {
  std::vector<const emit::Backend*> backends;  ///< at least two; the others are compared with the first
  bool needs_all = false;                      ///< a network that one of them cannot express is refused
  std::int64_t steps = 200;
  bool float64 = false;
  model::Semantics semantics = model::Semantics::kKeras;
  bool strict = true;
  std::uint64_t seed = 0;
  bool allow_python_lambda = false;
  std::filesystem::path python;
};

/// Two sides and what their comparison found.
struct Comparison {
  const emit::Backend* first = nullptr;
  const emit::Backend* second = nullptr;
  bench::parity::Certificate certificate;
  std::uint32_t line = 0;  ///< of the layer of the first tensor that differs; 0: none
};

enum class Outcome : std::uint8_t { kAgreed, kDiffer, kRefused, kFailed };

/// A network and what is known of it so far.
struct ParityCase {
  std::string file;     ///< as the user names it
  std::string network;  ///< "Name", or "Name#2"
  std::string source_sha256;
  std::vector<std::string> chosen;
  std::optional<model::Model> model;  ///< none where its file has errors
  ParityPlan plan;
  std::vector<ParitySide> sides;
  std::vector<Comparison> comparisons;
  Json versions = Json::object();  ///< of the frameworks
  Json settings = Json::object();  ///< that decide which kernels a framework takes
  std::string batches;             ///< SHA-256
  std::optional<Error> error;      ///< why it is not compared: refused where `is_refused`, else failed
  bool is_refused = false;

  Outcome outcome() const;
};

/// The case of a network of a file, whose folder is to be `folder`; that it cannot be compared is in the case.
ParityCase parity_case(const CheckedFile& file, const std::string& path, const std::string& network,
                       const model::Model& model, std::filesystem::path folder, const ParityOptions& options);

/// Compiles and runs the cases, those of each backend in one process, and compares. Where a first comparison does not
/// pass, there are reruns of the first backend, which say how far rounding carries. What goes wrong is in the cases; an
/// Error is an interruption, or a disk that takes no more.
Status compare_cases(std::span<ParityCase> cases, const ParityOptions& options);

/// One network's certificate.
Json certificate_of(const ParityCase& one, const ParityOptions& options);

}  // namespace neural::cli
