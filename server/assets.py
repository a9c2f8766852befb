"""Where the browser pages are."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def static_dir() -> Path:
    """The folder of the browser pages: in a wheel inside, in a checkout beside.

    Raises `FileNotFoundError` where neither has an `index.html`.
    """
    places = (_PACKAGE / "static", _PACKAGE.parent / "static")
    for place in places:
        if (place / "index.html").is_file():
            return place
    raise FileNotFoundError(f"no index.html in {' or '.join(map(str, places))}")
