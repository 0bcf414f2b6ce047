// What the fuzz targets share: the input as a source text, and what must hold for any text whatever.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "neural/base/json.hpp"
#include "neural/syntax/ast.hpp"
#include "neural/syntax/diagnostics.hpp"
#include "neural/syntax/source.hpp"

namespace neural::fuzz {

/// What a target returns: an input that is to be kept if it reaches something new, or one that never is.
inline constexpr int kTaken = 0;
inline constexpr int kRefused = -1;

/// The bytes as a source text; empty where there are more than a target can look at in a fraction of a second.
std::optional<syntax::SourceText> source_of(const std::uint8_t* data, std::size_t size);

/// Every place lies in the source; both renderings are well-formed UTF-8 that cannot steer a terminal.
void require_sound(const syntax::SourceText& source, const syntax::DiagnosticList& diagnostics);

/// True where expanding the file is cheap: every network is small, or so large that it is refused before it is built.
bool is_cheap_to_expand(const syntax::File& file, const syntax::SourceText& source);

/// The JSON of a Model without what tells its place in the source.
Json without_places(Json value);

}  // namespace neural::fuzz
