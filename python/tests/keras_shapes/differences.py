"""Where the language means something else than Keras, or says it earlier. Every one is a decision."""

from dataclasses import dataclass

from keras_shapes.cases import Case, Shape


@dataclass(frozen=True)
class Difference:
    why: str
    case: Case
    checker: str  # a code, or what comes out
    keras: str  # "refused", or what comes out


def differ(
    why: str, layers: str, *inputs: Shape, checker: str, keras: str, text: str = "", dynamic: int = 12
) -> Difference:
    """`text` are the layers for Keras where they are written in another way."""
    return Difference(why, Case(layers, inputs, text, dynamic=dynamic), checker, keras)


DIFFERENCES = [
    differ("a Dense layer flattens what is no sequence",
           "Dense(4)", (3, 5), checker="(4,) with (15, 4), (4,)", keras="(3, 4) with (5, 4), (4,)"),
    differ("ids whose width is declared are ids along one axis",
           "Embedding(10, 4)", (3, 4), checker="(3, 4) with (10, 4)", keras="(3, 4, 4) with (10, 4)"),
    # Merges.
    differ("a merge joins tensors of as many axes: Keras guesses which are missing",
           "Add()", (3, 4), (4,), checker="E504", keras="(3, 4)"),
    differ("a merge joins tensors of as many axes: Keras guesses which are missing",
           "Maximum()", (3, 4), (2, 3, 4), checker="E504", keras="(2, 3, 4)"),
    differ("a merge of one tensor is the tensor", "Add()", (3,), checker="(3,)", keras="refused"),
    differ("what is known of one tensor is known of the result",
           "Concatenate(-2)", (3, None), (3, 4), checker="(6, 4)", keras="(6, None)", dynamic=4),
    differ("a size that is not known may fit", "Dot(1)", (None, 4), (5, 4), checker="(4, 4)", keras="refused"),
    differ("a size that is not known may fit", "Dot((2, 1))", (3, 4), (None, 5), checker="(3, 5)", keras="refused"),
    # Axes.
    differ("no layer acts on the batch", "Softmax(-2)", (5,), checker="E510", keras="(5,)"),
    differ("no layer acts on the batch", "Concatenate(-2)", (3,), (3,), checker="E510", keras="(3,)"),
    differ("negative axes count from the end: Keras takes the axis before",
           "PReLU(shared_axes=-1)", (3, 4), checker="(3, 4) with (3, 1)", keras="(3, 4) with (1, 4)"),
    differ("several axes have statistics for each pair of places: Keras takes one axis",
           "BatchNormalization((1, 2), center=False, scale=False)", (3, 4),
           checker="(3, 4) with (3, 4)*, (3, 4)*", keras="refused"),
    differ("weights are in the order of the axes: Keras sorts before it counts from the end",
           "LayerNormalization(axis=(1, -1), center=False)", (3, 4),
           checker="(3, 4) with (3, 4)", keras="(3, 4) with (4, 3)"),
    differ("a scale belongs to its axes: Keras multiplies it to the last ones",
           "RMSNormalization(1)", (3, 4), checker="(3, 4) with (3,)", keras="refused"),
    # Ranks.
    differ("masks are of steps", "Masking()", (5,), checker="E501", keras="(5,)"),
    differ("channels have places", "InstanceNormalization()", (5,), checker="E501", keras="(5,) with (5,), (5,)",
           text="GroupNormalization(-1)"),
    differ("attention is between sequences", "Attention()", (5,), checker="E501", keras="(5,)",
           text="lambda x: Attention()([x, x])"),
    differ("attention is between sequences that stand side by side",
           "Attention()", (2, 5, 3), (5, 3), checker="E504", keras="(2, 5, 3)"),
    # Windows.
    differ("strides or dilation, for all convolutions alike: Keras looks at the plain and the transposed ones",
           "DepthwiseConv1D(1, 2, dilation_rate=2, use_bias=False)", (7, 3),
           checker="E302", keras="(4, 3) with (1, 3, 1)"),
    differ("strides or dilation, for all convolutions alike: Keras looks at the plain and the transposed ones",
           "SeparableConv2D(4, 1, 2, dilation_rate=2, use_bias=False)", (7, 7, 3),
           checker="E302", keras="(4, 4, 4) with (1, 1, 3, 1), (1, 1, 3, 4)"),
    differ("pooling does not repeat elements", "AdaptiveAveragePooling1D(6)", (4, 3), checker="E503", keras="(6, 3)"),
    differ("groups divide the channels that come in, whatever is made of them between the kernels",
           "SeparableConv2D(6, 1, groups=2, depth_multiplier=2, use_bias=False)", (5, 5, 3), checker="E511",
           keras="(5, 5, 6) with (1, 1, 3, 2), (1, 1, 3, 6)",
           text="[DepthwiseConv2D(1, depth_multiplier=2, use_bias=False), Conv2D(6, 1, groups=2, use_bias=False)]"),
    differ("the size that Keras announces: TensorFlow cannot go back from it with an even kernel",
           "Conv1DTranspose(4, 2, padding='same', output_padding=0, use_bias=False)", (5, 3),
           checker="(4, 4) with (2, 4, 3)", keras="refused"),
    # Elements.
    differ("what cannot be counted has no fixed shape",
           "Reshape((12,))", (None, 4), checker="E505", keras="refused"),
    differ("a mask has to fit: Keras finds out when it trains", "Dropout(0.5, noise_shape=(3, 3))", (3, 4),
           checker="E504", keras="(3, 4)", text="Dropout(0.5, noise_shape=(None, 3, 3))"),
    # Recurrent layers, and layers with others inside.
    differ("both ways are one and the other, whichever comes first",
           "Bidirectional(SimpleRNN(4, go_backwards=True, use_bias=False), merge_mode='sum')", (5, 3),
           checker="(4,) with (3, 4), (4, 4), (3, 4), (4, 4)", keras="refused"),
    differ("films may be of any size", "ConvLSTM2D(1, 2, use_bias=False)", (3, None, 6, 2),
           checker="(None, 5, 1) with (2, 2, 2, 4), (2, 2, 1, 4)", keras="refused"),
    differ("what is not trained stays as it is: Keras does not tell the layers inside",
           "ConvLSTM2D(1, 2, use_bias=False, trainable=False)", (3, 5, 6, 2),
           checker="(4, 5, 1) with (2, 2, 2, 4)*, (2, 2, 1, 4)*", keras="(4, 5, 1) with (2, 2, 2, 4), (2, 2, 1, 4)"),
    differ("what is not trained stays as it is: Keras does not tell the layers inside",
           "MultiHeadAttention(1, 2, use_bias=False, trainable=False)", (5, 3), text="lambda x: MultiHeadAttention("
           "1, 2, use_bias=False, trainable=False)(x, x)",
           checker="(5, 3) with (3, 1, 2)*, (3, 1, 2)*, (3, 1, 2)*, (1, 2, 3)*",
           keras="(5, 3) with (3, 1, 2), (3, 1, 2), (3, 1, 2), (1, 2, 3)"),
    differ("what a body takes off an axis of unknown size is not known, and taken to be nothing",
           "ResidualConnection { Conv1D(3, 3, use_bias=False) }", (None, 3),
           checker="(None, 3) with (3, 3, 3)", keras="refused", text="residual([Conv1D(3, 3, use_bias=False)])"),
]  # fmt: skip
