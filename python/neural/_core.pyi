version: str

def check(text: str, file_name: str) -> tuple[str | None, str, str]: ...
def inspect(text: str, file_name: str, network: str) -> tuple[str | None, str, str]: ...
def compile(
    text: str,
    file_name: str,
    network: str,
    backend: str,
    level: int,
    validate: bool,
    choices: list[tuple[str, str]],
    semantics: str,
    custom: list[tuple[str, str]],
    allow_python_lambda: bool,
    changes: list[str],
    strict: bool,
) -> tuple[str | None, str, str]: ...
def compile_onnx(
    text: str, file_name: str, network: str, weights: str, choices: list[tuple[str, str]], semantics: str
) -> tuple[bytes | None, str, str]: ...
def choose(text: str, file_name: str, network: str, choices: list[tuple[str, str]]) -> tuple[str | None, str, str]: ...
def search_space(text: str, file_name: str, network: str) -> tuple[str | None, str, str]: ...
