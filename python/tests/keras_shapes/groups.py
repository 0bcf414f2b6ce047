"""All the cases, by the module and the group they stand in."""

from keras_shapes import attention, basics, convolutions, edges, graphs, sequences, windows

GROUPS = {
    f"{module.__name__.rpartition('.')[2]}-{name}": cases
    for module in (attention, basics, convolutions, edges, graphs, sequences, windows)
    for name, cases in module.GROUPS.items()
}
