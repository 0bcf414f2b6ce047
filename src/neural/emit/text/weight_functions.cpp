// The weight file of generated programs: safetensors, whose layout is a length, a header in JSON, and the numbers. The
// same weights give the same bytes in every program, and those that weights::write_safetensors gives.
#include "neural/emit/text/program.hpp"

namespace neural::emit {

void write_safetensors_functions(PythonWriter& writer) {
  writer.block(R"(


def read_safetensors(path: str | Path, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """The float32 arrays of these shapes from a safetensors file. A ValueError tells what is wrong with the file."""
    content = memoryview(Path(path).read_bytes())
    begin = 8 + int.from_bytes(content[:8], "little")
    found = {}
    try:
        header = json.loads(bytes(content[8:begin]))
        for name in shapes.keys() & header.keys():
            start, end = header[name]["data_offsets"]
            if not 0 <= start <= end:
                raise ValueError
            found[name] = header[name]["dtype"], header[name]["shape"], content[begin + start : begin + end]
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        raise ValueError(f"{path} is no safetensors file: its header is broken") from None
    if missing := sorted(shapes.keys() - found.keys()):
        more = f" and {len(missing) - 4} more" if len(missing) > 4 else ""
        raise ValueError(f"{path} has no weights {', '.join(missing[:4])}{more}")
    arrays = {}
    for name, shape in shapes.items():
        dtype, sizes, numbers = found[name]
        if dtype != "F32" or sizes != list(shape):
            seen = f"{dtype} {sizes}"[:60]
            hint = "; `neural weights convert` writes float32" if dtype in ("F16", "BF16", "F64") else ""
            raise ValueError(f"{name} in {path} is {seen!a}, here it is F32 {list(shape)}{hint}")
        if len(numbers) != 4 * math.prod(shape):
            raise ValueError(f"{path} is cut off, or broken: {name} has {len(numbers)} of {4 * math.prod(shape)} bytes")
        arrays[name] = np.frombuffer(numbers, "<f4").reshape(shape).astype(np.float32)
    return arrays


def write_safetensors(path: str | Path, arrays: dict[str, np.ndarray]) -> None:
    """Write the arrays as float32 to a safetensors file, which is replaced as a whole or stays as it is."""
    header, start = {}, 0
    for name, array in sorted(arrays.items()):
        end = start + 4 * array.size
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [start, end]}
        start = end
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    target = Path(path).resolve()
    temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(len(text).to_bytes(8, "little") + text)
            for name in header:
                file.write(np.ascontiguousarray(arrays[name], "<f4").tobytes())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
)");
}

}  // namespace neural::emit
