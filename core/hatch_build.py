"""Wheel build hook: puts the front-end bundle into the wheel, with or without node on PATH."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds core/front unless the tree has no sources for it (an sdist carries the finished bundle too)."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node as a package, only where the machine has none and the bundle must be built."""
        if not self._must_build():
            return []
        front = self._front()
        return [] if front.system_npm() else [front.NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle before hatchling collects the files; take the skeleton of modules along."""
        if self._must_build(editable=version == "editable"):
            self._front().build()
        skeleton = Path(self.root).parent / "module-template"
        if version != "editable" and skeleton.is_dir():
            build_data["force_include"][str(skeleton)] = "kartoteka/module_template"

    def _must_build(self, editable: bool = False) -> bool:
        root = Path(self.root)
        if os.environ.get("KARTOTEKA_SKIP_FRONT") or not (root / "front" / "package-lock.json").exists():
            return False
        return not (editable and (root / "src/kartoteka/web/static/manifest.json").exists())

    def _front(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location("kartoteka_front", Path(self.root) / "front" / "build.py")
        if spec is None or spec.loader is None:
            raise RuntimeError("core/front/build.py is missing")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
