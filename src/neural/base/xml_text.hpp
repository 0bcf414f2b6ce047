// Text for XML.
#pragma once

#include <string>
#include <string_view>

namespace neural {

/// The text between tags or in an attribute: markup characters become entities; what XML 1.0 does not have (control
/// characters but tab and newline, U+FFFE, U+FFFF, bytes that are no UTF-8) becomes U+FFFD.
std::string xml_text(std::string_view text);

}  // namespace neural
