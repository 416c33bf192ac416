"""Jinja as the shell uses it: templates compiled once per language, with their texts and icons written into them.

Jinja's own translation looks up one merged catalogue, each time a text is shown. Here each ``_('...')`` and
``{% trans %}`` is bound, when the template is compiled, to the module whose folder the template lies in; a text without
values is put into the compiled template in the language that is spoken when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner

from kartoteka.vocabulary.message import CORE_DOMAIN, translator
from kartoteka.web.catalogues import PSEUDO, Translator

_BOUND = {
    "_": "bound_text",
    "gettext": "bound_text",
    "ngettext": "bound_plural",
    "pgettext": "bound_context",
}
_FIXED = frozenset({"bound_text", "bound_context", "icon", "asset"})


class ShellContext(Context):
    """Calls plain functions at once: a page makes a hundred calls, and none of them asks Jinja for its context."""

    @internalcode
    def call(self, function: Callable[..., Any], /, *args: Any, **values: Any) -> Any:
        """Call a function from a template."""
        kind = type(function)
        if kind is not Macro and (kind not in _PLAIN or hasattr(function, "jinja_pass_arg")):
            return super().call(function, *args, **values)
        if values:
            values.pop("_block_vars", None)
            values.pop("_loop_vars", None)
        return function(self.eval_ctx, *args, **values) if kind is Macro else function(*args, **values)


_PLAIN = (FunctionType, MethodType, BuiltinFunctionType, type(lru_cache(lambda: None)))


class ShellTemplate(Template):
    """Writes text without making a Markup of each piece: what a template yields is only joined."""

    @classmethod
    def from_code(cls, environment: Any, code: CodeType, *rest: Any) -> Template:
        """Make a template of compiled code."""
        template = super().from_code(environment, code, *rest)
        template.root_render_func.__globals__["escape"] = _escaped
        return template


def _escaped(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    if kind is Markup:
        return str(value)
    return str(value.__html__()) if hasattr(value, "__html__") else _escape_inner(str(value))


class ShellEnvironment(Environment):
    """Compiles templates with their texts bound to the catalogue of their folder, anew for each language."""

    context_class = ShellContext
    template_class = ShellTemplate
    domains: frozenset[str] = frozenset()
    """Modules that have catalogues of their own; the others belong to the core."""
    speaker: Translator | None = None
    """The language that texts are written in at once; None where they are looked up when they are shown."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._spoken: dict[str, ShellEnvironment] = {}
        self._loaded: dict[str, Template] = {}

    @property
    def language(self) -> str:
        """The language of the compiled templates, empty where texts are looked up when they are shown."""
        return "" if self.speaker is None else self.speaker.language

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of a template: without own ones the environment's, which are quicker than a chain."""
        return super().make_globals(d) if d else self.globals

    def _load_template(self, name: str, globals: MutableMapping[str, Any] | None) -> Template:
        speaker = translator.get()
        if self.speaker is None and isinstance(speaker, Translator) and speaker.language != PSEUDO:
            return self._speaking(speaker)._load_template(name, globals)
        if globals or self.auto_reload:
            return super()._load_template(name, globals)
        # A page asks for two dozen templates: none of them changes while the program runs.
        found = self._loaded.get(name)
        if found is None:
            found = self._loaded[name] = super()._load_template(name, globals)
        return found

    def _speaking(self, speaker: Translator) -> ShellEnvironment:
        spoken = self._spoken.get(speaker.language)
        if spoken is None:
            spoken = self.overlay()
            spoken.speaker, spoken._loaded = speaker, {}
            self._spoken[speaker.language] = spoken
        return spoken

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        folder = (name or "").partition("/")[0]
        _bind_texts(tree, folder if folder in self.domains else CORE_DOMAIN)
        if self.speaker is not None:
            _Writer(self.speaker, self.globals).visit(tree)
        return tree


def _bind_texts(tree: nodes.Template, domain: str) -> None:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in _BOUND:
            call.node.name = _BOUND[call.node.name]
            call.args.insert(0, nodes.Const(domain))


class _Writer(NodeTransformer):
    """Replaces calls whose answer never changes in a language by their answer: texts without values, icons, assets."""

    def __init__(self, speaker: Translator, answers: Mapping[str, Callable[..., str]]) -> None:
        self._speaker = speaker
        self._answers = answers

    def visit_Call(self, call: nodes.Call) -> nodes.Expr:  # noqa: N802 - Jinja's name
        """Write the answer of a call where it is known."""
        self.generic_visit(call)
        given = [arg.value for arg in call.args if isinstance(arg, nodes.Const)]
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name not in _FIXED or call.kwargs or call.dyn_args or call.dyn_kwargs or len(given) != len(call.args):
            return call
        token = translator.set(self._speaker)
        try:
            answer = self._answers[name](*given)
        finally:
            translator.reset(token)
        return nodes.MarkSafe(nodes.Const(str(answer))) if name == "icon" else nodes.Const(answer)
