// What research blocks say that others have reached.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "neural/syntax/ast.hpp"

namespace neural::model {

/// A number of a research block.
struct ResearchResult {
  std::string block;   ///< the block's name; empty where it has none
  std::string metric;  ///< as written
  double value = 0;
};

/// What concerns each network of the file, by the networks' names, in the order written: a block with the name of a
/// network is about that one alone, any other block about every network.
std::map<std::string, std::vector<ResearchResult>> research_by_network(const syntax::File& file);

}  // namespace neural::model
