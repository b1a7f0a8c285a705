"""How templates are compiled here: without what Jinja asks again and again on behalf of templates that are not ours.

A value is escaped into plain text (:mod:`app.rendering.escaping`). ``each.name`` is an attribute and ``each["name"]``
an item, where Jinja's own code tries both for either. And what is called is looked over for the context that it may
want only where it may want one. What is shown is the same, byte for byte (docs/performance.md has what it saves).
"""

from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode

from app.rendering.escaping import escaped

_FUNCTIONS = frozenset({BuiltinFunctionType, FunctionType, MethodType, partial})


class PlainCode(CodeGenerator):
    """Writes the code of templates with :func:`escaped` and ``getattr`` where Jinja writes functions of its own."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Getattr(self, node: Any, frame: Any) -> None:  # noqa: N802 — the name is Jinja's.
        # The blocks of a template are items of its ``self``, which everybody writes as attributes.
        if isinstance(node.node, nodes.Name) and node.node.name == "self":
            super().visit_Getattr(node, frame)
            return
        self.write("getattr(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r})")


class PlainContext(Context):
    """Calls macros and functions at once; whatever else is called, Jinja looks over."""

    @internalcode
    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 — no argument of a call is named so.
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind not in _FUNCTIONS or hasattr(__obj, "jinja_pass_arg"):
            return super().call(__obj, *args, **kwargs)
        if kwargs:
            # What the code of a loop and of a block hands to whatever it calls, for those who want the context.
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
        return __obj(*args, **kwargs)


class PlainEnvironment(Environment):
    code_generator_class = PlainCode
    context_class = PlainContext
    escaped = staticmethod(escaped)
