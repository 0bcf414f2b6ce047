#include "neural/track/event_file.hpp"

#include <fmt/format.h>

#include "neural/base/hashes.hpp"
#include "neural/base/protobuf.hpp"
#include "neural/base/text.hpp"
#include "neural/track/names.hpp"

namespace neural::track {
namespace {

// The numbers of the fields of Event, Summary and Summary.Value.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5 };
enum SummaryField { kValue = 1 };
enum ValueField { kTag = 1, kSimpleValue = 2 };

void append_little_endian(std::string& text, std::uint64_t bits, int size) {
  for (int i = 0; i < size; ++i) text += static_cast<char>((bits >> (8 * i)) & 0xFF);
}

/// A checksum of data that themselves hold checksums is masked: so the format has it.
std::uint32_t masked(std::uint32_t checksum) {
  return ((checksum >> 15) | (checksum << 17)) + 0xa282ead8U;
}

std::string record(const ProtobufMessage& event) {
  const std::string& data = event.text();
  std::string text;
  text.reserve(data.size() + 16);
  append_little_endian(text, data.size(), 8);
  append_little_endian(text, masked(crc32c(text)), 4);
  text += data;
  append_little_endian(text, masked(crc32c(data)), 4);
  return text;
}

double seconds(std::int64_t unix_ms) {
  return static_cast<double>(unix_ms) / 1000;
}

}  // namespace

std::string event_file_name(std::int64_t unix_ms, std::string_view host, std::int64_t process) {
  return fmt::format("events.out.tfevents.{}.{}.{}.0", unix_ms / 1000, plain_name(host), process);
}

std::string first_event(std::int64_t unix_ms) {
  ProtobufMessage event;
  event.real64(kWallTime, seconds(unix_ms));
  event.bytes(kFileVersion, "brain.Event:2");
  return record(event);
}

std::string event_of(const Metric& metric) {
  ProtobufMessage value;
  const std::string tag = (metric.split.empty() ? "train" : metric.split) + "/" + metric.key;
  value.bytes(kTag, is_utf8(tag) ? tag : printable(tag));  // readers refuse a message whose texts are not UTF-8
  value.real(kSimpleValue, static_cast<float>(metric.value));
  ProtobufMessage summary;
  summary.message(kValue, value);
  ProtobufMessage event;
  event.real64(kWallTime, seconds(metric.unix_ms));
  event.integer(kStep, metric.step);
  event.message(kSummary, summary);
  return record(event);
}

}  // namespace neural::track
