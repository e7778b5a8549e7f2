"""The output formats of `convcalc summary`: one module each, with a function `render`.

`IS_TABLE` says whether the format has columns and foldable rows, `HAS_TOTALS` whether it has totals
of the network.
"""

from convcalc.render.registry import Renderers

RENDERERS = Renderers(__name__)
render = RENDERERS.text("render")
pieces = RENDERERS.pieces("render")
