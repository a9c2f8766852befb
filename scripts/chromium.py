"""Find the browser of the browser tests, or install Debian's. Standard library only."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
# Without a Chinese font screenshots show boxes and widths are wrong.
PACKAGES = ("chromium", "fonts-noto-cjk")


class NoBrowser(Exception):
    """There is no Chromium and it could not be installed; the text says what to do."""


def ensure() -> str:
    """The path of a Chromium, which is installed first where it is missing and that is allowed."""
    found = find()
    if found:
        return found
    become = _become_root()
    if become is None:
        raise NoBrowser(_advice())
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
        command = [*become, "apt-get", *step]
        print("+", *command, flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        if subprocess.run(command, env=environment, check=False).returncode != 0:
            break
    found = find()
    if not found:
        raise NoBrowser(_advice())
    return found


def find() -> str:
    """The path of a Chromium, or an empty string. `CHROMIUM` in the environment comes first."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return shutil.which(named) or ""
    on_path = (shutil.which(name) for name in NAMES)
    bundled = (str(path) for path in MACOS if path.exists())
    return next((path for path in (*on_path, *bundled) if path), "")


def _become_root() -> list[str] | None:
    """The words before `apt-get`; none where there is no apt-get or no right to use it."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    asked = ["sudo", "-n", "true"]
    if (
        shutil.which("sudo")
        and subprocess.run(asked, check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _advice() -> str:
    return (
        "浏览器测试需要 Chromium，请安装后重试：\n"
        "The browser tests need Chromium. Install it and run this again:\n"
        f"  sudo apt-get update && sudo apt-get install -y {' '.join(PACKAGES)}"
    )
