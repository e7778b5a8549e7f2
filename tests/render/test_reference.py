"""The formats of `convcalc layers`, on kinds made by hand; and the page that is made with one."""

import json
import re

import pytest

import documents
from convcalc import reference
from convcalc.reference import Argument, Family, Input, KindReference
from convcalc.render.layout import Layout
from convcalc.render.reference import RENDERERS, render_all, render_kinds

PAGE = documents.ROOT / "docs" / "layers.md"

FOLD = KindReference(
    name="Fold",
    family="folding",
    description="Folds the axes *in* half, as often as it is told, the last of them first.",
    arguments=(
        Argument("times", "a whole number of at least 1", None, True, False, ()),
        Argument(
            "crease",
            "one of sharp, soft, round, flat, bent, wavy, … or a mapping",
            "[none]",
            False,
            False,
            ("sharp", "soft", "round", "flat", "bent", "wavy", "torn"),
        ),
        Argument("sizes", "a list of 2, each a number", (0.5, 1), False, False, ()),
        Argument("return_edges", "true or false", False, False, True, ()),
        Argument("return_rest", "true or false", False, False, True, ()),
    ),
    common=("name", "dtype"),
    inputs=(
        Input("paper", optional=False, several=False),
        Input("rulers", optional=False, several=True),
        Input("mask", optional=True, several=False),
    ),
    merges=False,
    output="(batch, *sizes)",
    weights="none",
    source="https://example.org/fold/",
)
NOTHING = KindReference(
    name="Nothing",
    family="folding",
    description="Passes its inputs on.",
    arguments=(),
    common=("name",),
    inputs=(Input("inputs", optional=False, several=True),),
    merges=True,
    output="as the inputs",
    weights="none",
    source="https://example.org/nothing/",
)
SOURCE = KindReference(
    name="Source",
    family="sources",
    description="An input.",
    arguments=(Argument("word", "a string", "utf-8", False, False, ()),),
    common=("name",),
    inputs=(),
    merges=False,
    output="its shape",
    weights="none",
    source="https://example.org/source/",
)
FAMILIES = (
    Family("folding", "Folding: layers that fold, and layers that don't", (FOLD, NOTHING)),
    Family("sources", "Where it begins", (SOURCE,)),
)


def test_the_formats() -> None:
    assert RENDERERS.formats() == ("json", "markdown", "text")


def test_text_of_kinds() -> None:
    assert render_kinds("text", [FOLD, NOTHING], Layout(width=60)) == (
        "Fold (folding)\n"
        "Folds the axes *in* half, as often as it is told, the last\n"
        "of them first.\n"
        "\n"
        "Argument      Default   What it may be\n"
        "times         required  a whole number of at least 1\n"
        'crease        "[none]"  one of sharp, soft, round, flat,\n'
        "                        bent, wavy, … or a mapping\n"
        "sizes         [0.5,1]   a list of 2, each a number\n"
        "return_edges  false     true or false\n"
        "return_rest   false     true or false\n"
        "\n"
        "crease is one of sharp, soft, round, flat, bent, wavy, torn.\n"
        "Keras takes return_edges and return_rest where the layer is\n"
        "called.\n"
        "Like every layer it also has name and dtype.\n"
        "\n"
        "Reads    paper, rulers..., [mask]\n"
        "Output   (batch, *sizes)\n"
        "Weights  none\n"
        "Source   https://example.org/fold/\n"
        "\n"
        "\n"
        "Nothing (folding)\n"
        "Passes its inputs on.\n"
        "\n"
        "Like every layer it also has name.\n"
        "\n"
        "Reads    a list: inputs...\n"
        "Output   as the inputs\n"
        "Weights  none\n"
        "Source   https://example.org/nothing/\n"
    )


def test_text_of_all() -> None:
    assert render_all("text", FAMILIES, Layout(width=40)) == (
        "Folding: layers that fold, and layers\n"
        "that don't\n"
        "  Fold  Nothing\n"
        "\n"
        "Where it begins\n"
        "  Source\n"
        "\n"
        "3 kinds in all; `convcalc layers KIND`\n"
        "shows one.\n"
    )


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (80, ["  A  Bbbbbbbbbbbb  Cc  Ddd  Eeee"]),
        (32, ["  A  Bbbbbbbbbbbb  Cc  Ddd  Eeee"]),
        (31, ["  A             Cc   Eeee", "  Bbbbbbbbbbbb  Ddd"]),
        (20, ["  A             Ddd", "  Bbbbbbbbbbbb  Eeee", "  Cc"]),
        (19, ["  A", "  Bbbbbbbbbbbb", "  Cc", "  Ddd", "  Eeee"]),
        (5, ["  A", "  Bbbbbbbbbbbb", "  Cc", "  Ddd", "  Eeee"]),
    ],
)
def test_names_in_columns(width: int, lines: list[str]) -> None:
    names = ("A", "Bbbbbbbbbbbb", "Cc", "Ddd", "Eeee")
    family = Family("x", "X", tuple(named(name) for name in names))
    assert render_all("text", [family], Layout(width=width)).split("\n\n")[0] == "\n".join(
        ["X", *lines]
    )


def named(name: str) -> KindReference:
    return KindReference(name, "x", "Is.", (), ("name",), (), False, "none", "none", "https://x")


def test_colour_changes_no_letter() -> None:
    layout = Layout(width=60, paint=lambda text, style: f"<{style}>{text}</>")
    for painted, plain in [
        (render_kinds("text", [FOLD], layout), render_kinds("text", [FOLD], Layout(width=60))),
        (render_all("text", FAMILIES, layout), render_all("text", FAMILIES, Layout(width=60))),
    ]:
        assert "<bold>" in painted
        assert re.sub("<[a-z ]*>|</>", "", painted) == plain
    assert "<cyan>times</>         required" in render_kinds("text", [FOLD], layout)


def test_markdown_of_kinds() -> None:
    assert render_kinds("markdown", [FOLD, NOTHING], Layout()) == (
        "### Fold\n"
        "\n"
        "Folds the axes \\*in\\* half, as often as it is told, the last of them first.\n"
        "\n"
        "| Argument | Default | What it may be |\n"
        "| --- | --- | --- |\n"
        "| `times` | *required* | a whole number of at least 1 |\n"
        '| `crease` | `"[none]"` | one of sharp, soft, round, flat, bent, wavy, … or a mapping |\n'
        "| `sizes` | `[0.5,1]` | a list of 2, each a number |\n"
        "| `return_edges` | `false` | true or false |\n"
        "| `return_rest` | `false` | true or false |\n"
        "\n"
        "crease is one of sharp, soft, round, flat, bent, wavy, torn.\n"
        "\n"
        "Keras takes return_edges and return_rest where the layer is called.\n"
        "\n"
        "- Reads: `paper`, `rulers...`, `[mask]`\n"
        "- Output: (batch, \\*sizes)\n"
        "- Weights: none\n"
        "- Source: <https://example.org/fold/>\n"
        "\n"
        "### Nothing\n"
        "\n"
        "Passes its inputs on.\n"
        "\n"
        "- Reads: a list: `inputs...`\n"
        "- Output: as the inputs\n"
        "- Weights: none\n"
        "- Source: <https://example.org/nothing/>\n"
    )


def test_markdown_of_all() -> None:
    text = render_all("markdown", FAMILIES, Layout())
    assert text.startswith("<!-- Made by `convcalc layers --format markdown`")
    assert (
        "- [Folding](#folding-layers-that-fold-and-layers-that-dont): [Fold](#fold) · "
        "[Nothing](#nothing)\n"
        "- [Where it begins](#where-it-begins): [Source](#source)\n"
        "\n"
        "## Folding: layers that fold, and layers that don't\n"
        "\n"
        "### Fold\n"
        "\n"
    ) in text
    assert (
        "## Where it begins\n"
        "\n"
        "### Source\n"
        "\n"
        "An input.\n"
        "\n"
        "| Argument | Default | What it may be |\n"
        "| --- | --- | --- |\n"
        "| `word` | `utf-8` | a string |\n"
        "\n"
        "- Reads: nothing\n"
    ) in text


def test_json() -> None:
    text = render_all("json", FAMILIES, Layout())
    data = json.loads(text)
    assert list(data) == ["schema", "kinds"]
    assert data["schema"] == "convcalc.layers/1"
    assert [kind["name"] for kind in data["kinds"]] == ["Fold", "Nothing", "Source"]
    assert data["kinds"][1] == {
        "name": "Nothing",
        "family": "folding",
        "description": "Passes its inputs on.",
        "arguments": [],
        "common": ["name"],
        "inputs": [{"name": "inputs", "optional": False, "several": True}],
        "merges": True,
        "output": "as the inputs",
        "weights": "none",
        "source": "https://example.org/nothing/",
        "aliases": [],
    }
    assert data["kinds"][0]["arguments"][2] == {
        "name": "sizes",
        "type": "a list of 2, each a number",
        "default": [0.5, 1],
        "required": False,
        "of_call": False,
        "choices": [],
    }
    assert json.loads(render_kinds("json", [SOURCE], Layout()))["kinds"] == data["kinds"][2:]


def page() -> str:
    return render_all("markdown", reference.families(), Layout())


def test_the_page_is_fresh(*, update_goldens: bool) -> None:
    if update_goldens:
        PAGE.write_text(page(), encoding="utf-8")
    # Not compared as one text: the difference of pages is of no use to anyone.
    assert documents.read(PAGE).splitlines() == page().splitlines(), "run pytest --update-goldens"


def test_no_two_headings_of_the_page_have_one_anchor() -> None:
    headings = re.findall("^#+ (.*)$", page(), re.MULTILINE)
    anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
    assert len(set(anchors)) == len(anchors)
    assert "#conv2d" in page()
