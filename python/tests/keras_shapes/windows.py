"""Pooling, and layers that change the size of the spatial axes."""

from keras_shapes.cases import grid

SAME_VALID = ("same", "valid")
KINDS = ("Max", "Average")
FORMATS = ("channels_last", "channels_first")

POOLING = [
    *grid("{n}Pooling1D({k}, {s}, '{p}')", [(4, 3), (None, 3)],
          n=KINDS, k=(1, 2, 3, 5), s=(None, 1, 3), p=SAME_VALID),
    *grid("{n}Pooling2D({k}, {s}, '{p}')", [(4, 5, 3)],
          n=KINDS, k=(1, 3, (2, 1), (5, 1)), s=(None, 1, (2, 3)), p=SAME_VALID),
    *grid("{n}Pooling2D({k}, padding='{p}')", [(None, 5, 3), (4, 5, None)], n=KINDS, k=(2, (1, 6)), p=SAME_VALID),
    *grid("{n}Pooling3D(({k}, 2, 1), {s}, '{p}')", [(4, 5, 2, 3)], n=KINDS, k=(1, 3, 5), s=(None, 2), p=SAME_VALID),
    *grid("{n}Pooling{d}D()", [(7, 3), (7, 4, 3), (7, 4, 5, 3)], "{n}Pooling{d}D(2)", n=KINDS),
    *grid("{n}Pooling{d}D(3, {s}, '{p}', data_format='channels_first')", [(3, 7), (3, 7, 4), (3, 7, 4, 5)],
          n=KINDS, s=(None, 1), p=SAME_VALID),
    *grid("Global{n}Pooling{d}D(keepdims={k}, data_format='{f}')", [(4, 3), (4, None, 3), (4, 5, 2, 3)],
          n=KINDS, k=(True, False), f=FORMATS),
    *grid("Adaptive{n}Pooling{d}D({o})", [(4, 3), (4, 5, 3), (4, 5, 3, 2)], n=KINDS, o=(2, 3)),
    *grid("Adaptive{n}Pooling{d}D(1)", [(4, 3), (4, 5, 3), (4, 5, 3, 2)], n=("Average",)),
    # To one element of the last axis TensorFlow divides by zero, and the process ends.
    *grid("Adaptive{n}Pooling{d}D(1)", [(4, 3), (4, 5, 3), (4, 5, 3, 2)], n=("Max",), runs=False),
    *grid("Adaptive{n}Pooling2D(({o}, 3), data_format='{f}')", [(4, 5, 6)], n=KINDS, o=(1, 4), f=FORMATS),
    *grid("Adaptive{n}Pooling3D((2, 1, 3), data_format='{f}')", [(3, 4, 5, 6)], n=KINDS, f=FORMATS),
    *grid("Adaptive{n}Pooling1D(3, data_format='channels_first')", [(2, 4)], n=KINDS),
    # What is padded takes no part in pooling; the zeros of these compositions do.
    *grid("{n}Pooling2D({k}, {s}, padding={p})", [(5, 6, 2)], "[ZeroPadding2D({p}), {n}Pooling2D({k}, {s})]",
          has_values=False, n=KINDS, k=(3, (2, 8)), s=(1, 2), p=(0, 1, (2, 0), (0, 3))),
    *grid("{n}Pooling1D(4, padding={p})", [(2, 3)], "[ZeroPadding1D({p}), {n}Pooling1D(4)]",
          has_values=False, n=KINDS, p=(0, 1, 2)),
    *grid("{n}Pooling3D(4, 1, padding={p})", [(2, 3, 4, 1)], "[ZeroPadding3D({p}), {n}Pooling3D(4, 1)]",
          has_values=False, n=KINDS, p=(0, 1, (1, 1, 0))),
    *grid("{n}Pooling1D({k}, {s}, padding='causal')", [(7, 3)], "[ZeroPadding1D(({k} - 1, 0)), {n}Pooling1D({k}, {s})]",
          has_values=False, n=KINDS, k=(1, 3), s=(1, 2)),
]  # fmt: skip

LINE, IMAGE, VOLUME = [(5, 3), (None, 3)], [(5, 6, 3), (5, None, 3)], [(5, 6, 4, 3), (5, None, 4, 3)]
LINE_PADS = (0, 1, 2, 3, (1, 2), (2, 1), (5, 0), (0, 5), (2, 2), (3, 2))
IMAGE_PADS = (0, 1, 2, 3, (1, 2), (2, 3), ((1, 2), (0, 3)), ((0, 0), (3, 2)), ((0, 0), (3, 3)), ((4, 1), (0, 0)))
VOLUME_PADS = (0, 1, 2, (1, 2, 0), ((1, 2), (0, 3), (1, 1)), ((1, 2), (0, 3), (0, 4)))

SIZES = [
    *grid("{n}1D({p})", LINE, n=("ZeroPadding", "Cropping"), p=LINE_PADS),
    *grid("{n}2D({p})", IMAGE, n=("ZeroPadding", "Cropping"), p=IMAGE_PADS),
    *grid("{n}3D({p})", VOLUME, n=("ZeroPadding", "Cropping"), p=VOLUME_PADS),
    *grid("ZeroPadding1D({p}, data_format='channels_first')", LINE, p=LINE_PADS[1:6]),
    *grid("{n}2D({p}, data_format='channels_first')", IMAGE, n=("ZeroPadding", "Cropping"), p=IMAGE_PADS),
    *grid("{n}3D({p}, data_format='channels_first')", VOLUME, n=("ZeroPadding", "Cropping"), p=VOLUME_PADS),
    *grid("{n}{d}D()", [*LINE, *IMAGE, *VOLUME], n=("ZeroPadding", "Cropping", "UpSampling")),
    *grid("UpSampling1D({z})", LINE, z=(1, 2, 3)),
    *grid("UpSampling2D({z}, data_format='{f}')", IMAGE, z=(2, (2, 3), (1, 4)), f=FORMATS),
    *grid("UpSampling2D({z}, interpolation='bilinear')", IMAGE, z=(2, (2, 3))),
    *grid("UpSampling3D({z}, data_format='{f}')", VOLUME, z=(2, (2, 3, 1)), f=FORMATS),
]  # fmt: skip

GROUPS = {"pooling": POOLING, "sizes": SIZES}
