"""Attention, transformer blocks, squeeze and excitation."""

from keras_shapes.cases import grid

ALONE = [(5, 3), (2, 5, 3), (None, 3), (5, None)]
PAIRS = [
    [(5, 3), (5, 3)], [(4, 3), (5, 3)], [(None, 3), (5, 3)], [(2, 4, 3), (2, 5, 3)], [(4, 3), (5, 2)],
    [(5, None), (4, 3)], [(4, 3), (5, None)],
]  # fmt: skip
UNEVEN = [[(5, 3), (4, 6)], [(2, 5, 3), (2, 4, 1)]]

LAYERS = (
    "Attention()", "Attention(use_scale=True)", "Attention(dropout=0.1)", "Attention(score_mode='concat')",
    "Attention(score_mode='concat', use_scale=True)", "Attention(use_scale=True, trainable=False)",
    "AdditiveAttention()", "AdditiveAttention(use_scale=False)", "AdditiveAttention(trainable=False)",
)  # fmt: skip
HEADS = ("2, 3", "1, 4, use_bias=False", "2, 3, value_dim=5", "3, key_dim=2, dropout=0.1")
SHARED_OUT = "lambda t: (lambda q, v: MultiHeadAttention({h}, 6 // {h})(q, v))(*(t if isinstance(t, list) else [t, t]))"

SCORES = [
    *grid("{l}", ALONE, "lambda x: {l}([x, x])", l=LAYERS),
    *grid("{l}", PAIRS, l=LAYERS, dynamic=3),
]

MULTI_HEAD = [
    *grid("MultiHeadAttention({h})", [*ALONE, (2, 2, 5, 3)], "lambda x: MultiHeadAttention({h})(x, x)", h=HEADS),
    *grid("MultiHeadAttention({h})", [*PAIRS, *UNEVEN], "lambda t: MultiHeadAttention({h})(*t)", h=HEADS),
    # Without a key_dim the heads share out the width.
    *grid("MultiHeadAttention({h})", [(5, 6), [(5, 6), (4, 3)]], SHARED_OUT, h=(1, 2, 3)),
    *grid("MultiHeadAttention(4)", [(5, 6)], "lambda x: MultiHeadAttention(4, 1)(x, x)"),
    *grid("MultiHeadAttention(9)", [(5, 6)], "lambda x: MultiHeadAttention(9, 1)(x, x)"),
    *grid("MultiHeadAttention(2, 3, value_dim=5, trainable=False)", [(5, 3), [(5, 3), (4, 6)]],
          "frozen_when_built(MultiHeadAttention(2, 3, value_dim=5))"),
]  # fmt: skip

BLOCKS = [
    *grid("TransformerEncoder({h}, 8, norm_first={b})", [(5, 6)], "encoder({h}, 8, first={b})", "in any order",
          h=(1, 3, 4), b=(True, False)),
    *grid("TransformerEncoder(2, 8, num_layers=2, key_dim=5)", [(2, 3, 6), (None, 6), (6,), (5, None)],
          "encoder(2, 8, 2, 5)", "in any order"),
    *grid("TransformerEncoder(d_model=16)", [(3, 16)], "encoder()", "in any order"),
    *grid("TransformerEncoder(2, 8) {{ Dense(4), Flatten() }}", [(5, 6)], "[encoder(2, 8), Dense(4), Flatten()]",
          "in any order"),
    *grid("TransformerDecoder({h}, 8, norm_first={b})", [(5, 6), [(5, 6), (4, 6)]], "decoder({h}, 8, first={b})",
          "in any order", h=(2, 4), b=(True, False)),
    *grid("TransformerDecoder(2, 8, num_layers=2, key_dim=5)",
          [(5, 6), [(5, 6), (4, 3)], [(None, 6), (4, 3)], [(5, 6), (4, None)], [(5, 6), (2, 4, 6)]],
          "decoder(2, 8, 2, 5)", "in any order"),
    *grid("TransformerDecoder(2, 8) {{ Dense(4) }}", [(5, 6)], "[decoder(2, 8), Dense(4)]", "in any order"),
    *grid("SqueezeExcitation({r})", [(5, 16), (3, 3, 7), (2, 3, 4, 32), (None, 8), (5, None)],
          "squeeze_excitation({r})", r=("", "1", "4")),
    *grid("SqueezeExcitation(4, trainable=False)", [(5, 16)], "squeeze_excitation(4, False)"),
]  # fmt: skip

GROUPS = {"scores": SCORES, "multi-head": MULTI_HEAD, "blocks": BLOCKS}
