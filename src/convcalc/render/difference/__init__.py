"""The formats of `convcalc diff`: a format is a module in here with a function `render`."""

from convcalc.render.registry import Renderers

RENDERERS = Renderers(__name__)
render = RENDERERS.text("render")
