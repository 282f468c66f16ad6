"""Changes of Python code after which it means something else."""

import ast
from typing import ClassVar


class Mutate(ast.NodeTransformer):
    """Changes the chosen one of the places where a change means something else."""

    SWAPS: ClassVar = {
        ast.Add: ast.Sub,
        ast.Sub: ast.Add,
        ast.Mult: ast.Div,
        ast.Div: ast.Mult,
        ast.Lt: ast.GtE,
        ast.Gt: ast.LtE,
        ast.LtE: ast.Gt,
        ast.GtE: ast.Lt,
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
        ast.Is: ast.IsNot,
        ast.IsNot: ast.Is,
        ast.And: ast.Or,
        ast.Or: ast.And,
        ast.Not: ast.UAdd,
        ast.USub: ast.UAdd,
        ast.MatMult: ast.Mult,
        ast.FloorDiv: ast.Mod,
        ast.Pow: ast.Mult,
    }

    def __init__(self, chosen=None):
        self.chosen, self.seen, self.what = chosen, 0, ""

    def _here(self, what):
        self.seen += 1
        if self.seen - 1 == self.chosen:
            self.what = what
            return True
        return False

    def generic_visit(self, node):
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns"):
                continue
            if field == "body" and isinstance(value, list):
                self._body(node, value)
            elif isinstance(value, list):
                setattr(node, field, [self._each(one) for one in value])
            elif isinstance(value, ast.AST):
                setattr(node, field, self._each(value))
        return node

    def _each(self, node):
        if not isinstance(node, ast.AST):
            return node
        if type(node) in self.SWAPS and self._here("operator"):
            return self.SWAPS[type(node)]()
        if isinstance(node, ast.Constant) and not isinstance(node.value, str | type(...)):
            if self._here("constant"):
                return ast.Constant(self._other(node.value))
            return node
        return self.visit(node)

    @staticmethod
    def _other(value):
        if value is None:
            return 0
        return not value if isinstance(value, bool) else value + 1

    def _body(self, node, body):
        kept = []
        for one in body:
            is_text = isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
            simple = isinstance(one, ast.Assign | ast.AugAssign | ast.Expr | ast.Return | ast.Raise)
            if simple and not is_text and self._here("deleted statement"):
                continue
            kept.append(one if is_text else self.visit(one))
        node.body = kept or [ast.Pass()]
