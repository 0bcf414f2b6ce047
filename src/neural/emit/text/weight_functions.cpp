// The weight file of generated programs: safetensors, whose layout is a length, a header in JSON, and the numbers.
#include "neural/emit/text/program.hpp"

namespace neural::emit {

void write_safetensors_functions(PythonWriter& writer) {
  writer.block(R"(


def read_safetensors(path: str | Path, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The float32 arrays of these shapes from a safetensors file."""
    content = Path(path).read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:begin])
    if missing := sorted(shapes.keys() - header.keys()):
        raise ValueError(f"{path} has no weights {missing}")
    arrays = {}
    for name, shape in shapes.items():
        entry = header[name]
        if entry["dtype"] != "F32" or tuple(entry["shape"]) != shape:
            raise ValueError(f"{name} in {path} is {entry['dtype']} {entry['shape']}, here it is F32 {list(shape)}")
        start, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(content[begin + start : begin + end], "<f4").reshape(shape).astype(np.float32)
    return arrays


def write_safetensors(path: str | Path, arrays: dict[str, np.ndarray]) -> None:
    """Write float32 arrays to a safetensors file."""
    header, start = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [start, start + array.nbytes]}
        start += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with Path(path).open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for array in arrays.values():
            file.write(np.ascontiguousarray(array, "<f4").tobytes())
)");
}

}  // namespace neural::emit
