"""The output formats of `convcalc diff`: one module each, with a function `render`."""

from convcalc.render.registry import Renderers

RENDERERS = Renderers(__name__)
render = RENDERERS.text("render")
