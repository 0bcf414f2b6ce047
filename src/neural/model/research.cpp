#include "neural/model/research.hpp"

namespace neural::model {

std::map<std::string, std::vector<ResearchResult>> research_by_network(const syntax::File& file) {
  std::map<std::string, std::vector<ResearchResult>> results;
  for (const syntax::Network& network : file.networks) results[network.name.text];
  for (const syntax::Research& research : file.research) {
    const std::string block = research.name ? research.name->text : "";
    const bool names_network = research.name && results.contains(block);
    for (auto& [network, found] : results) {
      if (names_network && network != block) continue;
      for (const syntax::ResearchMetric& metric : research.metrics) {
        found.push_back({block, metric.name.text, metric.value});
      }
    }
  }
  return results;
}

}  // namespace neural::model
