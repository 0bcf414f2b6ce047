#include "neural/engine/lower/losses.hpp"

#include <algorithm>

#include "neural/base/check.hpp"
#include "neural/engine/lower/lowering.hpp"

namespace neural::engine {
namespace {

using model::LossKind;
using model::Parameter;

constexpr double kSmall = 1e-7;

class LossLowering {
 public:
  LossLowering(Builder& builder, const model::Model& model, ValueId outputs, ValueId targets)
      : builder_(builder), model_(model), parameters_(model.loss.parameters), outputs_(outputs), targets_(targets) {}

  /// The loss of each position: the shape of the outputs without the last axis.
  ValueId positions() {
    switch (model_.loss.kind) {
      case LossKind::sparse_categorical_crossentropy:
        return builder_.cross_entropy(outputs_, targets_);
      case LossKind::categorical_crossentropy:
        return categorical();
      case LossKind::binary_crossentropy:
        return mean([this](Term o, Term t) { return binary(o, smoothed(t, 0.5)); });
      case LossKind::binary_focal_crossentropy:
        return mean([this](Term o, Term t) { return binary_focal(o, smoothed(t, 0.5)); });
      case LossKind::categorical_focal_crossentropy:
        return categorical_focal();
      case LossKind::mean_squared_error:
      case LossKind::root_mean_squared_error:  // its root is drawn at the end
        return mean([](Term o, Term t) { return (o - t) * (o - t); });
      case LossKind::mean_absolute_error:
        return mean([](Term o, Term t) { return abs(o - t); });
      case LossKind::mean_absolute_percentage_error:
        return mean([](Term o, Term t) { return 100.0 * abs((t - o) / max(abs(t), t.number(kSmall))); });
      case LossKind::mean_squared_logarithmic_error:
        return mean([](Term o, Term t) {
          const Term difference = log1p(max(o, o.number(kSmall))) - log1p(max(t, t.number(kSmall)));
          return difference * difference;
        });
      case LossKind::huber: {
        const double delta = parameters_.number(Parameter::delta);
        return mean([delta](Term o, Term t) {
          const Term error = abs(o - t);
          return select(less_equal(error, error.number(delta)), 0.5 * error * error,
                        delta * error - 0.5 * delta * delta);
        });
      }
      case LossKind::log_cosh:
        return mean([](Term o, Term t) {
          const Term error = o - t;
          return error + softplus(-2.0 * error) - 0.6931471805599453;
        });
      case LossKind::poisson:
        return mean([](Term o, Term t) { return o - t * log(o + kSmall); });
      case LossKind::hinge:
      case LossKind::squared_hinge:
        return hinge();
      case LossKind::categorical_hinge:
        return categorical_hinge();
      case LossKind::kl_divergence:
        return sum([](Term o, Term t) {
          const auto inside = [](Term x) { return max(min(x, x.number(1)), x.number(kSmall)); };
          return inside(t) * log(inside(t) / inside(o));
        });
      case LossKind::cosine_similarity:
        return cosine();
    }
    NEURAL_CHECK(false, "a loss outside the table");
    return {};
  }

 private:
  using Compute = std::function<Term(Term output, Term target)>;

  ValueId each(const Compute& compute) {
    return builder_.elementwise({outputs_, targets_}, [&](std::span<const Term> in) { return compute(in[0], in[1]); });
  }
  /// Along the last axis.
  ValueId without_last(ValueId reduced) {
    const Shape shape = builder_.shape(reduced);
    return builder_.reshape(reduced, {shape.begin(), shape.end() - 1});
  }
  ValueId mean(const Compute& compute) { return without_last(builder_.mean(each(compute), {-1})); }
  ValueId sum(const Compute& compute) { return without_last(builder_.sum(each(compute), {-1})); }

  Term smoothed(Term target, double towards) const {
    const double share =
        parameters_.has(Parameter::label_smoothing) ? parameters_.number(Parameter::label_smoothing) : 0;
    return share == 0 ? target : target * (1 - share) + towards * share;
  }

  /// Of a logit: softplus(o) - t · o.
  static Term binary(Term o, Term t) { return softplus(o) - t * o; }

  Term binary_focal(Term o, Term t) const {
    const Term score = sigmoid(o);
    const Term right = t * score + (1 - t) * (1 - score);
    Term error = binary(o, t) * pow(1 - right, right.number(parameters_.number(Parameter::gamma)));
    if (parameters_.boolean(Parameter::apply_class_balancing)) {
      const double alpha = parameters_.number(Parameter::alpha);
      error = error * (t * alpha + (1 - t) * (1 - alpha));
    }
    return error;
  }

  ValueId categorical() {
    const ValueId logarithms = builder_.log_softmax(outputs_);
    const double towards = 1 / static_cast<double>(builder_.shape(outputs_).back());
    const ValueId parts = builder_.elementwise(
        {logarithms, targets_}, [&](std::span<const Term> in) { return -(smoothed(in[1], towards) * in[0]); });
    return without_last(builder_.sum(parts, {-1}));
  }

  ValueId categorical_focal() {
    const double alpha = parameters_.number(Parameter::alpha);
    const double gamma = parameters_.number(Parameter::gamma);
    const double towards = 1 / static_cast<double>(builder_.shape(outputs_).back());
    const ValueId parts = builder_.elementwise(
        {builder_.softmax(outputs_), builder_.log_softmax(outputs_), targets_}, [&](std::span<const Term> in) {
          const Term rest = 1 - in[0];
          return -(alpha * pow(rest, rest.number(gamma)) * smoothed(in[2], towards) * in[1]);
        });
    return without_last(builder_.sum(parts, {-1}));
  }

  /// Labels of 0 and 1, where there are no others, are taken for -1 and 1, as Keras does.
  ValueId signs() {
    const ValueId is_other = builder_.elementwise({targets_}, [](std::span<const Term> in) {
      return 1 - max(equal(in[0], in[0].number(0)), equal(in[0], in[0].number(1)));
    });
    std::vector<int> axes;
    for (int axis = 0; axis < builder_.rank(is_other); ++axis) axes.push_back(axis);
    const ValueId any = builder_.reduce(is_other, Reduce::Kind::kMaximum, axes);
    return builder_.elementwise({any, targets_},
                                [](std::span<const Term> in) { return select(in[0], in[1], 2.0 * in[1] - 1.0); });
  }

  ValueId hinge() {
    const bool is_squared = model_.loss.kind == LossKind::squared_hinge;
    const ValueId errors = builder_.elementwise({outputs_, signs()}, [&](std::span<const Term> in) {
      const Term margin = 1 - in[1] * in[0];
      const Term error = select(less(margin.number(0), margin), margin, margin.number(0));
      return is_squared ? error * error : error;
    });
    return without_last(builder_.mean(errors, {-1}));
  }

  ValueId categorical_hinge() {
    const ValueId right = sum([](Term o, Term t) { return t * o; });
    const ValueId wrong =
        without_last(builder_.reduce(each([](Term o, Term t) { return (1 - t) * o; }), Reduce::Kind::kMaximum, {-1}));
    return builder_.elementwise({right, wrong}, [](std::span<const Term> in) {
      const Term margin = 1 + in[1] - in[0];
      return select(less(margin.number(0), margin), margin, margin.number(0));
    });
  }

  /// As Keras normalises: by √max(Σ x², 1e-12).
  ValueId normalised(ValueId x) {
    const ValueId squares = builder_.elementwise({x}, [](std::span<const Term> in) { return in[0] * in[0]; });
    return builder_.elementwise({x, builder_.sum(squares, {-1})},
                                [](std::span<const Term> in) { return in[0] / sqrt(max(in[1], in[1].number(1e-12))); });
  }

  ValueId cosine() {
    const ValueId products = builder_.multiply(normalised(targets_), normalised(outputs_));
    return builder_.scale(without_last(builder_.sum(products, {-1})), -1);
  }

  Builder& builder_;
  const model::Model& model_;
  const model::Attributes& parameters_;
  ValueId outputs_;
  ValueId targets_;
};

}  // namespace

ValueId loss_of(Builder& builder, const model::Model& model, ValueId outputs, ValueId targets, ValueId mask) {
  builder.set_origin("loss");
  ValueId positions = LossLowering(builder, model, outputs, targets).positions();
  std::vector<int> axes;
  for (int axis = 0; axis < builder.rank(positions); ++axis) axes.push_back(axis);
  const auto total = [&](ValueId x) { return builder.reshape(builder.sum(x, axes), {1}); };
  ValueId loss;
  const bool sums = model.loss.parameters.word(Parameter::reduction) == "sum";
  if (mask) {
    NEURAL_CHECK(builder.shape(mask).size() <= builder.shape(positions).size());
    const ValueId counts = builder.broadcast(spread_mask(builder, mask, positions), builder.shape(positions));
    loss = total(builder.multiply(positions, counts));
    if (!sums) loss = builder.divide(loss, total(counts));
  } else {
    loss = total(positions);
    if (!sums) loss = builder.scale(loss, 1 / static_cast<double>(element_count(builder.shape(positions))));
  }
  if (model.loss.kind == LossKind::root_mean_squared_error) {
    loss = builder.elementwise({loss}, [](std::span<const Term> in) { return sqrt(in[0]); });
  }
  return loss;
}

}  // namespace neural::engine
