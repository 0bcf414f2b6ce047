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

std::string plain_attention(PlainAttention attention) {
  PythonWriter writer;
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

    def forward(self, query: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        scores = query @ value.mT
        if self.scale is not None:
            scores = scores * self.scale
)");
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

    def forward(self, query: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        pairs = query.unsqueeze(-2) + value.unsqueeze(-3)
        if self.scale is not None:
            pairs = self.scale * pairs
        scores = self.concat_score_weight * torch.tanh(pairs).sum(dim=-1)
)");
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

    def forward(self, query: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        parts = torch.tanh(query.unsqueeze(-2) + value.unsqueeze(-3))
        scores = (parts if self.scale is None else self.scale * parts).sum(dim=-1)
)");
      break;
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

std::string multi_head_attention() {
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

    def forward(self, query: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
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

std::string transformer_encoder() {
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

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.norm_first:
            y = self.norm_1(x)
            x = x + self.dropout(self.attention(y, y))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.dropout(self.attention(x, x)))
        return self.norm_2(x + self.feed_forward(x))
)");
  return writer.take();
}

std::string transformer_decoder(bool has_memory) {
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
  writer.block(R"(
        self.feed_forward_1 = nn.Linear(width, inner)
        self.feed_forward_2 = nn.Linear(inner, width)
        self.${last} = nn.LayerNorm(width, eps=eps)
        self.activation = activation
        self.dropout = nn.Dropout(p=dropout)
        self.norm_first = norm_first

    def feed_forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.dropout(self.feed_forward_2(self.activation(self.feed_forward_1(x))))

    def forward(self, x: torch.Tensor${memory}) -> torch.Tensor:
        if self.norm_first:
            y = self.norm_1(x)
            x = x + self.dropout(self.self_attention(y, y))
)",
               {{"last", has_memory ? "norm_3" : "norm_2"}, {"memory", has_memory ? ", memory: torch.Tensor" : ""}});
  if (has_memory) writer.line("            x = x + self.dropout(self.cross_attention(self.norm_2(x), memory))");
  writer.block(R"(
            return x + self.feed_forward(self.${last}(x))
        x = self.norm_1(x + self.dropout(self.self_attention(x, x)))
)",
               {{"last", has_memory ? "norm_3" : "norm_2"}});
  if (has_memory) writer.line("        x = self.norm_2(x + self.dropout(self.cross_attention(x, memory)))");
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
