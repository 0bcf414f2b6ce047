#include "neural/emit/pytorch/attention_helpers.hpp"

#include "neural/emit/text/python_writer.hpp"

namespace neural::emit::pytorch {

std::string class_of(PlainAttention attention) {
  switch (attention) {
    case PlainAttention::kDot:
      return "DotAttention";
    case PlainAttention::kConcat:
      return "ConcatAttention";
    case PlainAttention::kAdditive:
      break;
  }
  return "AdditiveAttention";
}

namespace {

/// The head of `forward`; masks may be missing.
std::string head_of_forward(bool masked) {
  return masked ? R"(def forward(
        self,
        query: torch.Tensor,
        value: torch.Tensor,
        query_mask: torch.Tensor | None = None,
        value_mask: torch.Tensor | None = None,
    ) -> torch.Tensor:)"
                : "def forward(self, query: torch.Tensor, value: torch.Tensor) -> torch.Tensor:";
}

}  // namespace

std::string plain_attention(PlainAttention attention, bool masked) {
  PythonWriter writer;
  const std::string head = head_of_forward(masked);
  switch (attention) {
    case PlainAttention::kDot:
      writer.block(R"(
class DotAttention(nn.Module):
    """softmax(scale * query @ value.T) @ value."""

    def __init__(self, *, use_scale: bool, dropout: float, causal: bool) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(())) if use_scale else None
        self.dropout = dropout
        self.causal = causal

    ${forward}
        scores = query @ value.mT
        if self.scale is not None:
            scores = scores * self.scale
)",
                   {{"forward", head}});
      break;
    case PlainAttention::kConcat:
      writer.block(R"(
class ConcatAttention(nn.Module):
    """Scores are a learned number times the sum of tanh(scale * (query + value))."""

    def __init__(self, *, use_scale: bool, dropout: float, causal: bool) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(())) if use_scale else None
        self.concat_score_weight = nn.Parameter(torch.ones(()))
        self.dropout = dropout
        self.causal = causal

    ${forward}
        pairs = query.unsqueeze(-2) + value.unsqueeze(-3)
        if self.scale is not None:
            pairs = self.scale * pairs
        scores = self.concat_score_weight * torch.tanh(pairs).sum(dim=-1)
)",
                   {{"forward", head}});
      break;
    case PlainAttention::kAdditive:
      writer.block(R"(
class AdditiveAttention(nn.Module):
    """Scores are the sum of scale * tanh(query + value)."""

    def __init__(self, *, width: int | None, dropout: float, causal: bool) -> None:
        super().__init__()
        self.scale = None if width is None else nn.Parameter(torch.ones(width))
        self.dropout = dropout
        self.causal = causal

    ${forward}
        parts = torch.tanh(query.unsqueeze(-2) + value.unsqueeze(-3))
        scores = (parts if self.scale is None else self.scale * parts).sum(dim=-1)
)",
                   {{"forward", head}});
      break;
  }
  if (masked) {
    writer.block(R"(
        allowed = torch.ones_like(scores, dtype=torch.bool)
        if self.causal:
            allowed = allowed.tril()
        if value_mask is not None:
            allowed = allowed & value_mask.unsqueeze(-2)
        scores = torch.where(allowed, scores, scores - 1e9)
        weights = nn.functional.dropout(scores.softmax(dim=-1), self.dropout, self.training)
        x = weights @ value
        return x if query_mask is None else torch.where(query_mask.unsqueeze(-1), x, 0.0)
)");
    return writer.take();
  }
  writer.block(R"(
        if self.causal:
            later = torch.ones_like(scores, dtype=torch.bool).triu(diagonal=1)
            scores = scores.masked_fill(later, -torch.inf)
        weights = nn.functional.dropout(scores.softmax(dim=-1), self.dropout, self.training)
        return weights @ value
)");
  return writer.take();
}

std::string multi_head_attention(bool masked) {
  PythonWriter writer;
  writer.block(R"(
class MultiHeadAttention(nn.Module):
    """Attention whose heads have widths of their own, as in Keras: nn.MultiheadAttention shares out the width."""

    def __init__(
        self,
        query: int,
        value: int,
        *,
        heads: int,
        key_dim: int,
        value_dim: int,
        bias: bool,
        dropout: float,
        causal: bool,
    ) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.causal = causal
        self.query = nn.Linear(query, heads * key_dim, bias=bias)
        self.key = nn.Linear(value, heads * key_dim, bias=bias)
        self.value = nn.Linear(value, heads * value_dim, bias=bias)
        self.output = nn.Linear(heads * value_dim, query, bias=bias)

    def split(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    ${forward}
)",
               {{"forward", head_of_forward(masked)}});
  if (masked) {
    writer.block(R"(
        query, key, value = self.split(self.query(query)), self.split(self.key(value)), self.split(self.value(value))
        scores = query @ key.mT * query.shape[-1] ** -0.5
        allowed = torch.ones_like(scores, dtype=torch.bool)
        if self.causal:
            allowed = allowed.tril()
        if query_mask is not None:
            allowed = allowed & query_mask[:, None, :, None]
        if value_mask is not None:
            allowed = allowed & value_mask[:, None, None, :]
        weights = torch.where(allowed, scores, -1e9).softmax(dim=-1)
        if self.dropout > 0.0:  # a query that sees nothing then takes nothing in Keras, and else the mean
            weights = weights * allowed
        x = nn.functional.dropout(weights, self.dropout, self.training) @ value
        return self.output(x.transpose(1, 2).flatten(2))
)");
    return writer.take();
  }
  writer.block(R"(
        x = nn.functional.scaled_dot_product_attention(
            self.split(self.query(query)),
            self.split(self.key(value)),
            self.split(self.value(value)),
            dropout_p=self.dropout if self.training else 0.0,
            is_causal=self.causal,
        )
        return self.output(x.transpose(1, 2).flatten(2))
)");
  return writer.take();
}

std::string transformer_encoder(bool masked) {
  PythonWriter writer;
  writer.block(R"(
class TransformerEncoder(nn.Module):
    """Self-attention and two dense layers, each with a shortcut and a normalisation."""

    def __init__(
        self,
        width: int,
        *,
        heads: int,
        key_dim: int,
        inner: int,
        activation: Callable[[torch.Tensor], torch.Tensor],
        dropout: float,
        eps: float,
        norm_first: bool,
    ) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(
            width, width, heads=heads, key_dim=key_dim, value_dim=key_dim, bias=True, dropout=0.0, causal=False
        )
        self.norm_1 = nn.LayerNorm(width, eps=eps)
        self.feed_forward_1 = nn.Linear(width, inner)
        self.feed_forward_2 = nn.Linear(inner, width)
        self.norm_2 = nn.LayerNorm(width, eps=eps)
        self.activation = activation
        self.dropout = nn.Dropout(p=dropout)
        self.norm_first = norm_first

    def feed_forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.dropout(self.feed_forward_2(self.activation(self.feed_forward_1(x))))

    def forward(self, x: torch.Tensor${mask}) -> torch.Tensor:
        if self.norm_first:
            y = self.norm_1(x)
            x = x + self.dropout(self.attention(y, y${masks}))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.dropout(self.attention(x, x${masks})))
        return self.norm_2(x + self.feed_forward(x))
)",
               {{"mask", masked ? ", mask: torch.Tensor | None = None" : ""}, {"masks", masked ? ", mask, mask" : ""}});
  return writer.take();
}

std::string transformer_decoder(bool has_memory, bool masked) {
  PythonWriter writer;
  writer.block(R"(
class ${name}(nn.Module):
    """Causal self-attention${and} and two dense layers, each with a shortcut and a normalisation."""

    def __init__(
        self,
        width: int,
)",
               {{"name", has_memory ? "TransformerDecoder" : "CausalTransformer"},
                {"and", has_memory ? ", attention to a memory," : ""}});
  if (has_memory) writer.line("        memory: int,");
  writer.block(R"(
        *,
        heads: int,
        key_dim: int,
        inner: int,
        activation: Callable[[torch.Tensor], torch.Tensor],
        dropout: float,
        eps: float,
        norm_first: bool,
    ) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(
            width, width, heads=heads, key_dim=key_dim, value_dim=key_dim, bias=True, dropout=0.0, causal=True
        )
        self.norm_1 = nn.LayerNorm(width, eps=eps)
)");
  if (has_memory) {
    writer.block(R"(
        self.cross_attention = MultiHeadAttention(
            width, memory, heads=heads, key_dim=key_dim, value_dim=key_dim, bias=True, dropout=0.0, causal=False
        )
        self.norm_2 = nn.LayerNorm(width, eps=eps)
)");
  }
  const std::string masks = masked ? ", mask, mask" : "";
  std::string head = "def forward(self, x: torch.Tensor) -> torch.Tensor:";
  if (has_memory) head = "def forward(self, x: torch.Tensor, memory: torch.Tensor) -> torch.Tensor:";
  if (masked) head = "def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:";
  if (masked && has_memory) {
    head = R"(def forward(
        self,
        x: torch.Tensor,
        memory: torch.Tensor,
        mask: torch.Tensor | None = None,
        memory_mask: torch.Tensor | None = None,
    ) -> torch.Tensor:)";
  }
  writer.block(R"(
        self.feed_forward_1 = nn.Linear(width, inner)
        self.feed_forward_2 = nn.Linear(inner, width)
        self.${last} = nn.LayerNorm(width, eps=eps)
        self.activation = activation
        self.dropout = nn.Dropout(p=dropout)
        self.norm_first = norm_first

    def feed_forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.dropout(self.feed_forward_2(self.activation(self.feed_forward_1(x))))

    ${forward}
        if self.norm_first:
            y = self.norm_1(x)
            x = x + self.dropout(self.self_attention(y, y${masks}))
)",
               {{"last", has_memory ? "norm_3" : "norm_2"}, {"forward", head}, {"masks", masks}});
  const std::string both_masks = masked ? ", mask, memory_mask" : "";
  if (has_memory) {
    writer.block("            x = x + self.dropout(self.cross_attention(self.norm_2(x), memory${masks}))",
                 {{"masks", both_masks}});
  }
  writer.block(R"(
            return x + self.feed_forward(self.${last}(x))
        x = self.norm_1(x + self.dropout(self.self_attention(x, x${masks})))
)",
               {{"last", has_memory ? "norm_3" : "norm_2"}, {"masks", masks}});
  if (has_memory) {
    writer.block("        x = self.norm_2(x + self.dropout(self.cross_attention(x, memory${masks})))",
                 {{"masks", both_masks}});
  }
  writer.block("        return self.${last}(x + self.feed_forward(x))", {{"last", has_memory ? "norm_3" : "norm_2"}});
  return writer.take();
}

std::string squeeze_excitation() {
  PythonWriter writer;
  writer.block(R"(
class SqueezeExcitation(nn.Module):
    """Weighs the channels, the last axis, by what they are on average."""

    def __init__(self, width: int, hidden: int, *, activation: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.squeeze = nn.Linear(width, hidden)
        self.excite = nn.Linear(hidden, width)
        self.activation = activation

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mean = x.mean(dim=list(range(1, x.ndim - 1)), keepdim=True) if x.ndim > 2 else x
        return x * torch.sigmoid(self.excite(self.activation(self.squeeze(mean))))
)");
  return writer.take();
}

}  // namespace neural::emit::pytorch
