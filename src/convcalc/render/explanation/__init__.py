"""The formats of `convcalc explain`: a format is a module in here.

Its function `render` shows one explanation in full, `render_brief` shows many in a few lines each.
"""

from convcalc.render.registry import Renderers

RENDERERS = Renderers(__name__)
render = RENDERERS.text("render")
render_brief = RENDERERS.text("render_brief")
