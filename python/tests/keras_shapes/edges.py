"""Wrong ranks, channels of unknown number, layers that are not trained."""

from keras_shapes.cases import grid

SPATIAL = (
    "Conv1D(2, 2)", "Conv2D(2, 2)", "Conv3D(2, 2)", "Conv1DTranspose(2, 2)", "Conv2DTranspose(2, 2)",
    "Conv3DTranspose(2, 2)", "DepthwiseConv1D(2)", "DepthwiseConv2D(2)", "SeparableConv1D(2, 2)",
    "SeparableConv2D(2, 2)", "MaxPooling1D(2)", "MaxPooling2D(2)", "MaxPooling3D(2)", "AveragePooling2D(2)",
    "GlobalAveragePooling1D()", "GlobalMaxPooling2D()", "GlobalAveragePooling3D()", "AdaptiveAveragePooling1D(1)",
    "AdaptiveAveragePooling2D(1)", "AdaptiveAveragePooling3D(1)", "UpSampling1D(2)", "UpSampling2D(2)",
    "UpSampling3D(2)", "ZeroPadding1D(1)", "ZeroPadding2D(1)", "ZeroPadding3D(1)", "Cropping1D(1)", "Cropping2D(1)",
    "ConvLSTM2D(2, 2)", "LSTM(2)", "GRU(2)", "SimpleRNN(2)",
)  # fmt: skip

RANKS = grid("{l}", [(5,), (5, 4), (5, 4, 3), (5, 4, 3, 2), (2, 3, 4, 3, 2)], l=SPATIAL)

UNKNOWN_CHANNELS = [
    *grid("{l}", [(7, 6, None)], l=(
        "Conv2D(4, 3)", "DepthwiseConv2D(3)", "SeparableConv2D(4, 3)", "Conv2DTranspose(4, 3)", "MaxPooling2D(2)",
        "AveragePooling2D(2)", "UpSampling2D(2)", "ZeroPadding2D(1)", "GlobalMaxPooling2D()",
        "GlobalAveragePooling2D()", "SpatialDropout2D(0.1)")),
    *grid("{l}", [(5, None), (None, None)], l=(
        "Conv1D(4, 3)", "DepthwiseConv1D(3)", "SeparableConv1D(4, 3)", "Conv1DTranspose(4, 3)", "MaxPooling1D(2)",
        "LSTM(3)", "GRU(3, return_sequences=True)", "Bidirectional(LSTM(3))", "TimeDistributed(Dense(3))",
        "Cropping1D(1)", "GlobalAveragePooling1D()", "Masking(0.5)")),
    *grid("ConvLSTM2D(4, 2)", [(3, 5, 6, None), (3, 2, 1, 2)]),
]  # fmt: skip

NOT_TRAINED = [
    *grid("{l}", [(7, 6, 4)], l=(
        "Conv2D(4, 3, trainable=False)", "DepthwiseConv2D(3, trainable=False)",
        "SeparableConv2D(4, 3, trainable=False)", "Conv2DTranspose(4, 3, trainable=False)",
        "GroupNormalization(2, trainable=False)", "PReLU(trainable=False, shared_axes=2)", "MaxPooling2D(2)",
        "Conv2D(4, 3, trainable=False), BatchNormalization(), Conv2D(2, 1, trainable=False)")),
    *grid("{l}", [(5, 3)], l=(
        "Conv1D(4, 3, trainable=False)", "RMSNormalization(trainable=False, axis=-1)",
        "Bidirectional(GRU(3), merge_mode='sum', trainable=False)")),
    *grid("ResidualConnection {{ Conv1D(3, 3, padding='same', trainable=False) }}", [(5, 3)],
          "residual([Conv1D(3, 3, padding='same', trainable=False)])"),
    *grid("{n}(6, trainable=False)", [(5,)], "Dense(6, trainable=False)", n=("Dense", "Output")),
]  # fmt: skip

GROUPS = {"ranks": RANKS, "unknown channels": UNKNOWN_CHANNELS, "not trained": NOT_TRAINED}
