"""The output formats of `convcalc layers`: one module each.

Its function `render_all` shows all families of kinds, `render_kinds` some kinds in full.
"""

from convcalc.render.registry import Renderers

RENDERERS = Renderers(__name__)
render_all = RENDERERS.text("render_all")
render_kinds = RENDERERS.text("render_kinds")
