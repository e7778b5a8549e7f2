"""The formats of `convcalc summary`: a format is a module in here with a function `render`.

`IS_TABLE` says whether it has columns, and rows that can be folded; `HAS_TOTALS` whether it shows
the network as a whole.
"""

from convcalc.render.registry import Renderers

RENDERERS = Renderers(__name__)
render = RENDERERS.text("render")
pieces = RENDERERS.pieces("render")
