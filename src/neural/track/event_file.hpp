// TensorBoard's event files: TFRecords of `Event` messages (tensorflow/core/util/event.proto and
// framework/summary.proto).
//
// A record is its length (u64), the masked CRC-32C of the length, the message, and the masked CRC-32C of the message,
// all little-endian. The first message of a file tells the version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "neural/track/metric.hpp"
#include "neural/track/params.hpp"

namespace neural::track {

/// `events.out.tfevents.<seconds>.<host>.<process>.0`; what does not suit a file name becomes `_`.
std::string event_file_name(std::int64_t unix_ms, std::string_view host, std::int64_t process);

/// The record every file begins with.
std::string first_event(std::int64_t unix_ms);

/// What a run was given, for TensorBoard's table of hyperparameters (tensorboard/plugins/hparams/plugin_data.proto): as
/// numbers where they are.
std::string event_of(const Params& params, std::int64_t unix_ms);

/// A number under the tag `split/key`, in single precision; what is not finite stays so.
std::string event_of(const Metric& metric);

}  // namespace neural::track
