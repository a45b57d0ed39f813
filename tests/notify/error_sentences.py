"""Every sentence that the program raises an error with, read from its source: ``{}`` stands for what is filled in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from watcher import errors
from watcher.errors import WatcherError

ROOT = Path(errors.__file__).parent
_CLASSES = {name for name, found in vars(errors).items() if isinstance(found, type) and issubclass(found, WatcherError)}
_COMPLAINTS = frozenset({"complain", "_complain"})
"""What collects the mistakes of a configuration; the first argument is the key."""


def sentences() -> Iterator[tuple[str, str]]:
    """Where a sentence stands (``store/engine.py:46``), and the sentence."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for argument in _said(call):
                for text in _texts(argument, tree):
                    yield f"{path.relative_to(ROOT)}:{argument.lineno}", text


def _said(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in _CLASSES:
        yield from call.args
        yield from (keyword.value for keyword in call.keywords if keyword.arg in ("message", "hint"))
    elif name in _COMPLAINTS:
        yield from call.args[1:]


def _texts(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """The sentences that an expression may give; none of what is taken from elsewhere."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        case _:
            for other in _leads_to(node, tree):
                yield from _texts(other, tree)


def _leads_to(node: ast.expr, tree: ast.Module) -> list[ast.expr]:
    """The expressions whose values an expression may have."""
    match node:
        case ast.Tuple(elts=several) | ast.BoolOp(values=several):
            return several
        case ast.IfExp(body=one, orelse=other):
            return [one, other]
        case ast.Name(id=name):
            return _assigned(name, tree)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            return [text]
        case ast.Call(func=ast.Name(id=name)):
            return _returned(name, tree)
    return []


def _assigned(name: str, tree: ast.Module) -> list[ast.expr]:
    assignments = (node for node in tree.body if isinstance(node, ast.Assign))
    return [node.value for node in assignments if any(getattr(target, "id", "") == name for target in node.targets)]


def _returned(name: str, tree: ast.Module) -> list[ast.expr]:
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    inside = (node for function in functions for node in ast.walk(function))
    return [node.value for node in inside if isinstance(node, ast.Return) and node.value is not None]
