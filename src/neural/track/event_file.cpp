#include "neural/track/event_file.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "neural/base/hashes.hpp"
#include "neural/base/protobuf.hpp"
#include "neural/base/text.hpp"
#include "neural/track/names.hpp"

namespace neural::track {
namespace {

// The numbers of the fields of Event, Summary and Summary.Value.
enum EventField { kWallTime = 1, kStep = 2, kFileVersion = 3, kSummary = 5 };
enum SummaryField { kValue = 1 };
enum ValueField { kTag = 1, kSimpleValue = 2, kMetadata = 9 };
// SummaryMetadata and its PluginData, HParamsPluginData, SessionStartInfo, an entry of a map, google.protobuf.Value.
enum MetadataField { kPluginData = 1 };
enum PluginDataField { kPluginName = 1, kContent = 2 };
enum HParamsField { kSessionStartInfo = 3 };
enum SessionField { kHParams = 1, kStartTimeSeconds = 5 };
enum EntryField { kKey = 1, kMapped = 2 };
enum AnyValueField { kNumber = 2, kText = 3 };

void append_little_endian(std::string& text, std::uint64_t bits, int size) {
  for (int i = 0; i < size; ++i) text += static_cast<char>((bits >> (8 * i)) & 0xFF);
}

/// A checksum of data that themselves hold checksums is masked: so the format has it.
std::uint32_t masked(std::uint32_t checksum) {
  return ((checksum >> 15) | (checksum << 17)) + 0xa282ead8U;
}

std::string record(const ProtobufMessage& event) {
  const std::string data = event.text();
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

/// Readers refuse a message whose texts are not UTF-8.
std::string utf8(const std::string& text) {
  return is_utf8(text) ? text : printable(text);
}

std::string event_with(std::int64_t unix_ms, std::int64_t step, const ProtobufMessage& value) {
  ProtobufMessage summary;
  summary.message(kValue, value);
  ProtobufMessage event;
  event.real64(kWallTime, seconds(unix_ms));
  event.integer(kStep, step);
  event.message(kSummary, summary);
  return record(event);
}

ProtobufMessage any_value(const std::string& text) {
  ProtobufMessage value;
  double number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && std::isfinite(number)) {
    value.real64(kNumber, number);
  } else {
    value.bytes(kText, utf8(text));
  }
  return value;
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

std::string event_of(const Params& params, std::int64_t unix_ms) {
  ProtobufMessage session;
  for (const auto& [name, text] : params) {
    ProtobufMessage entry;
    entry.bytes(kKey, utf8(name));
    entry.message(kMapped, any_value(text));
    session.message(kHParams, entry);
  }
  session.real64(kStartTimeSeconds, seconds(unix_ms));
  ProtobufMessage content;
  content.message(kSessionStartInfo, session);
  ProtobufMessage plugin;
  plugin.bytes(kPluginName, "hparams");
  plugin.bytes(kContent, content.text());
  ProtobufMessage metadata;
  metadata.message(kPluginData, plugin);
  ProtobufMessage value;
  value.bytes(kTag, "_hparams_/session_start_info");
  value.message(kMetadata, metadata);
  return event_with(unix_ms, 0, value);
}

std::string event_of(const Metric& metric) {
  ProtobufMessage value;
  value.bytes(kTag, utf8((metric.split.empty() ? "train" : metric.split) + "/" + metric.key));
  value.real(kSimpleValue, static_cast<float>(metric.value));
  return event_with(metric.unix_ms, metric.step, value);
}

}  // namespace neural::track
