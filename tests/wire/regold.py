"""Write the golden files anew: `python -m tests.wire.regold`. Then read the difference."""

from tests.wire import golden


def main() -> None:
    """Write what should be there and delete what should not."""
    files = golden.expected()
    for path in golden.FOLDER.rglob("*.*"):
        if path not in files:
            path.unlink()
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    main()
