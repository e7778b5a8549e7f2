"""The output formats of `convcalc explain`: one module each.

Its function `render` shows one explanation in full, `render_brief` several in a few lines each.
"""

from convcalc.render.registry import Renderers

RENDERERS = Renderers(__name__)
render = RENDERERS.text("render")
render_brief = RENDERERS.text("render_brief")
