// Trains circle.neural on points made here, keeps the weights, and predicts with them.
//
// circle FILE WEIGHTS: the program, and where its weights go.
#include <cstdio>
#include <vector>

#include "neural/engine/network/network.hpp"

namespace {

constexpr int kSide = 40;  // points in a row of the grid from -1 to 1

struct Points {
  neural::data::Array places;  ///< [points, 2]
  neural::data::Array inside;  ///< [points, 1]
};

Points grid() {
  std::vector<float> places;
  std::vector<float> inside;
  for (int i = 0; i < kSide * kSide; ++i) {
    const float x = static_cast<float>(i % kSide) / (kSide - 1) * 2 - 1;
    const float y = static_cast<float>(i / kSide) / (kSide - 1) * 2 - 1;
    places.insert(places.end(), {x, y});
    inside.push_back(x * x + y * y < 0.5F ? 1.0F : 0.0F);
  }
  constexpr std::int64_t kPoints = kSide * kSide;
  using neural::data::Array;
  using neural::data::ElementType;
  return {Array::of(ElementType::kFloat32, {kPoints, 2}, std::move(places)),
          Array::of(ElementType::kFloat32, {kPoints, 1}, std::move(inside))};
}

neural::Status run(const char* program, const char* weights) {
  using namespace neural::engine;
  const std::unique_ptr<Network> network = NEURAL_TRY(Network::read(program));
  const Points points = grid();
  const Samples samples = NEURAL_TRY(network->samples({points.places}, points.inside));
  FitOptions options;
  options.after_epoch = [](const EpochResult& epoch) {
    if (epoch.number % 10 == 0)
      std::printf("epoch %d  loss %.4f\n", static_cast<int>(epoch.number), epoch.scores[0].second);
    return true;
  };
  NEURAL_TRY(network->fit(samples, options));
  for (const auto& [name, value] : NEURAL_TRY(network->evaluate(samples)))
    std::printf("%s %.4f\n", name.c_str(), value);
  NEURAL_TRY(network->save(weights));

  // Anywhere else: the program, the weights, and samples without targets.
  const std::unique_ptr<Network> trained = NEURAL_TRY(Network::read(program));
  NEURAL_TRY(trained->load(weights));
  const auto middle = neural::data::Array::of(neural::data::ElementType::kFloat32, {1, 2}, std::vector<float>{0, 0});
  const Samples one = NEURAL_TRY(trained->inputs({middle}));
  std::printf("the middle is inside: %.3f\n", NEURAL_TRY(trained->predict(one)).number(0));
  return neural::done();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: circle FILE.neural WEIGHTS.safetensors\n");
    return 2;
  }
  const neural::Status status = run(arguments[1], arguments[2]);
  if (status) return 0;
  std::fprintf(stderr, "circle: %s\n%s\n", status.error().message.c_str(), status.error().help.c_str());
  return 2;
}
