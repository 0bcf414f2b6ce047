"""Convolutions: plain, transposed, by depth, separable; groups; and what Keras composes of a padding in numbers."""

from keras_shapes.cases import grid

SAME_VALID = ("same", "valid")

PLAIN = [
    *grid("Conv1D(4, {k}, strides={s}, padding='{p}', dilation_rate={d})", [(7, 3)],
          k=(1, 2, 3, 5), s=(1, 2, 3), p=("same", "valid", "causal"), d=(1, 2)),
    *grid("Conv1D(4, {k}, {s}, padding='{p}')", [(None, 3), (2, 3)], k=(2, 3), s=(1, 2), p=("same", "valid", "causal")),
    *grid("Conv2D(4, {k}, {s}, '{p}', dilation_rate={d})", [(7, 6, 2)],
          k=(1, 3, (2, 3), (8, 1)), s=(1, 2, (1, 3)), p=SAME_VALID, d=(1, (1, 2))),
    *grid("Conv2D(4, {k}, {s}, '{p}')", [(None, 6, 2), (7, None, 1)], k=(3, (2, 7)), s=(1, 2), p=SAME_VALID),
    *grid("Conv3D(4, ({k}, 2, 1), ({s}, 1, 2), '{p}')", [(7, 4, 5, 2)], k=(1, 3), s=(1, 2), p=SAME_VALID),
    *grid("Conv3D(4, 2, dilation_rate=(1, 2, {d}), use_bias=False)", [(7, 4, 5, 2), (7, None, 5, 2)], d=(1, 3, 4, 5)),
    *grid("Conv1D(4, 3, {s}, '{p}', data_format='channels_first')", [(3, 7)], s=(1, 2), p=SAME_VALID),
    *grid("Conv2D(4, {k}, {s}, '{p}', data_format='channels_first')", [(2, 7, 6), (2, None, 6)],
          k=(1, (2, 3)), s=(1, 2), p=SAME_VALID),
    *grid("Conv3D(4, (3, 2, 1), {s}, '{p}', data_format='channels_first')", [(2, 7, 4, 5)], s=(1, 2), p=SAME_VALID),
    *grid("Conv1D({f}, 2, groups={g})", [(5, 4), (5, 6)], f=(4, 6), g=(1, 2, 3, 4), runs=False),
    *grid("Conv2D({f}, 2, groups={g}, use_bias={b})", [(5, 5, 4)], f=(4, 6), g=(1, 2, 3), b=(True, False), runs=False),
    *grid("Conv3D(4, 2, groups={g})", [(3, 3, 3, 4)], g=(1, 2, 3), runs=False),
    *grid("Conv2D({f}, 2, groups={g}, data_format='channels_first')", [(4, 5, 5)], f=(4, 6), g=(2, 3)),
]  # fmt: skip

TRANSPOSED = [
    *grid("Conv1DTranspose(4, {k}, {s}, padding='{p}', dilation_rate={d})", [(5, 3)],
          k=(1, 2, 3, 4), s=(1, 2, 3), p=SAME_VALID, d=(1, 2)),
    *grid("Conv1DTranspose(4, {k}, {s}, padding='valid', output_padding={o})", [(5, 3)],
          k=(1, 2, 3, 4), s=(1, 2, 3), o=(0, 1, 2)),
    *grid("Conv1DTranspose(4, {k}, {s}, padding='same', output_padding={o})", [(5, 3)],
          k=(1, 2, 3, 4), s=(1, 2, 3), o=(1, 2)),
    *grid("Conv1DTranspose(4, {k}, {s}, padding='same', output_padding=0)", [(5, 3)], k=(1, 3), s=(1, 2, 3)),
    # With an even kernel TensorFlow refuses to run the shape that Keras announces, and that the formula gives.
    *grid("Conv1DTranspose(4, {k}, {s}, padding='same', output_padding=0)", [(5, 3)], k=(2, 4), s=(1, 2), runs=False),
    *grid("Conv2DTranspose(4, ({k}, 2), ({s}, 1), padding='{p}', use_bias=False)", [(5, 4, 3), (None, 4, 3)],
          k=(1, 3), s=(1, 2), p=SAME_VALID),
    *grid("Conv2DTranspose(4, 3, (3, 2), padding='{p}', output_padding={o})", [(5, None, 3)],
          p=SAME_VALID, o=(None, 1, (2, 1), (1, 2))),
    *grid("Conv3DTranspose(4, ({k}, 3, 1), ({s}, 2, 1), padding='{p}', output_padding={o})", [(4, 3, 5, 2)],
          k=(1, 2), s=(2, 3), p=SAME_VALID, o=(None, (1, 1, 0))),
    *grid("{n}(4, 3, {s}, padding='{p}', output_padding={o}, data_format='channels_first')", [(3, 5, 4)],
          n=("Conv2DTranspose",), s=(2, 3), p=SAME_VALID, o=(None, 1)),
    *grid("{n}(4, 3, {s}, padding='{p}', data_format='channels_first')", [(3, 5)],
          n=("Conv1DTranspose",), s=(1, 2), p=SAME_VALID),
    *grid("{n}(4, 3, {s}, padding='{p}', data_format='channels_first')", [(3, 5, 4, 2)],
          n=("Conv3DTranspose",), s=(1, 2), p=SAME_VALID),
]  # fmt: skip

BY_DEPTH = [
    *grid("DepthwiseConv1D({k}, {s}, padding='{p}', depth_multiplier={m})", [(7, 3), (None, 3)],
          k=(1, 3, 8), s=(1, 2), p=SAME_VALID, m=(1, 2)),
    *grid("DepthwiseConv1D({k}, padding='{p}', dilation_rate=2)", [(7, 3)], k=(2, 3, 4, 5), p=SAME_VALID),
    *grid("DepthwiseConv2D({k}, {s}, '{p}', depth_multiplier={m}, use_bias={b})", [(7, 6, 2)],
          k=(1, (3, 2)), s=(1, 2), p=SAME_VALID, m=(1, 3), b=(True, False)),
    *grid("DepthwiseConv2D(3, {s}, '{p}', data_format='channels_first')", [(2, 7, 6)], s=(1, 2), p=SAME_VALID),
    *grid("SeparableConv1D(4, {k}, {s}, padding='{p}', depth_multiplier={m})", [(7, 3), (None, 3)],
          k=(1, 3, 8), s=(1, 2), p=SAME_VALID, m=(1, 2)),
    *grid("SeparableConv1D(4, {k}, padding='{p}', dilation_rate=2)", [(7, 3)], k=(2, 3, 4, 5), p=SAME_VALID),
    *grid("SeparableConv2D(5, {k}, {s}, '{p}', depth_multiplier={m}, use_bias={b})", [(7, 6, 2)],
          k=(1, (3, 2)), s=(1, 2), p=SAME_VALID, m=(1, 3), b=(True, False)),
    *grid("SeparableConv2D(5, 3, {s}, '{p}', data_format='channels_first')", [(2, 7, 6)], s=(1, 2), p=SAME_VALID),
]  # fmt: skip

COMPOSED = [
    *grid("Conv1D(4, {k}, {s}, padding={p})", [(5, 3)], "[ZeroPadding1D({p}), Conv1D(4, {k}, {s})]",
          k=(1, 3, 8, 10), s=(1, 2), p=(0, 1, 2)),
    *grid("Conv2D(4, {k}, {s}, padding={p}, groups={g})", [(5, 6, 2)],
          "[ZeroPadding2D({p}), Conv2D(4, {k}, {s}, groups={g})]", runs=False,
          k=(3, (2, 8)), s=(1, 2), p=(1, (2, 0), (0, 3)), g=(1, 2)),
    *grid("Conv3D(4, 3, padding={p})", [(1, 2, 3, 1)], "[ZeroPadding3D({p}), Conv3D(4, 3)]", p=(0, 1, (1, 1, 0))),
    *grid("DepthwiseConv2D(3, padding={p})", [(5, 1, 2)], "[ZeroPadding2D({p}), DepthwiseConv2D(3)]", p=(0, 1, (0, 1))),
    # A padding takes off the transposed convolution what it adds to the plain one.
    *grid("Conv1DTranspose(4, {k}, {s}, padding={p}, output_padding={o})", [(5, 3)],
          "[Conv1DTranspose(4, {k}, {s}, output_padding={o} or 0), Cropping1D({p})]",
          k=(1, 2, 4), s=(1, 2, 3), p=(0, 1, 3), o=(None, 1)),
    *grid("Conv2DTranspose(4, {k}, 2, padding={p})", [(5, 4, 3), (1, 2, 3)],
          "[Conv2DTranspose(4, {k}, 2, output_padding=0), Cropping2D({p})]", k=(1, 3), p=(0, 1, (0, 2))),
    *grid("Conv2DTranspose({f}, 3, 2, groups={g}, padding='{p}', use_bias={b})", [(5, 6, 4)],
          "grouped({g}, lambda: Conv2DTranspose({f} // {g} if {f} % {g} == 0 else 0, 3, 2, '{p}', use_bias={b}))",
          weights="counted", f=(4, 6), g=(1, 2, 3, 4), p=SAME_VALID, b=(True, False)),
    *grid("Conv1DTranspose(4, 3, groups={g})", [(5, 4)], "grouped({g}, lambda: Conv1DTranspose(4 // {g}, 3))",
          weights="counted", g=(1, 2, 4)),
    *grid("Conv3DTranspose(4, 2, groups=2)", [(3, 2, 3, 4)], "grouped(2, lambda: Conv3DTranspose(2, 2))",
          weights="counted"),
    *grid("SeparableConv2D(6, 3, groups={g}, depth_multiplier={m})", [(5, 6, 4)], runs=False,
          keras="[DepthwiseConv2D(3, depth_multiplier={m}, use_bias=False), Conv2D(6, 1, groups={g})]",
          g=(1, 2, 3, 4), m=(1, 2)),
    *grid("SeparableConv1D(6, 3, groups={g})", [(5, 4)], runs=False,
          keras="[DepthwiseConv1D(3, use_bias=False), Conv1D(6, 1, groups={g})]", g=(1, 2, 3)),
    # A causal window by depth looks at what is before it, as one of Conv1D does.
    *grid("DepthwiseConv1D({k}, padding='causal', dilation_rate={d})", [(7, 3)],
          "[ZeroPadding1D((({k} - 1) * {d}, 0)), DepthwiseConv1D({k}, dilation_rate={d})]", k=(1, 2, 3), d=(1, 2)),
    *grid("SeparableConv1D(4, {k}, {s}, padding='causal')", [(7, 3)],
          "[ZeroPadding1D(({k} - 1, 0)), SeparableConv1D(4, {k}, {s})]", k=(1, 2, 3), s=(1, 2)),
]  # fmt: skip

GROUPS = {"plain": PLAIN, "transposed": TRANSPOSED, "by depth": BY_DEPTH, "composed": COMPOSED}
