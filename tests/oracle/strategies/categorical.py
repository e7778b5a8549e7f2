"""Cases of categories and text."""

from typing import Any

from hypothesis import strategies as st

from oracle.outcome import Case, Shape
from oracle.strategies.values import (
    BATCH,
    COMMON,
    FLAG,
    NO_COUNT,
    Arguments,
    Values,
    arguments,
    one_of,
    rarely,
    shapes,
)

COUNT = one_of(1, 2, 5, 100)
MODE = one_of("int", *["one_hot", "multi_hot", "count"] * 2)
NO_MODE = one_of("hot", "", None, 3, [])
SALT = one_of(None, 3, [1, 2])
NO_SALT = one_of([1], "a", 1.5, [1, 2, 3], {})


@st.composite
def tokens(draw: st.DrawFn) -> Shape:
    """The shape of words or numbers, often with a last axis of 1."""
    shape = draw(shapes(1, 4))
    if draw(rarely(3)) and shape:
        return (*shape[:-1], 1)
    return shape


@st.composite
def on_tokens(draw: st.DrawFn, always: Arguments, sometimes: Arguments, wrong: Arguments) -> Case:
    return Case(draw(arguments(always, sometimes, wrong)), (draw(tokens()),))


@st.composite
def encodings(draw: st.DrawFn) -> Case:
    case = draw(
        on_tokens(
            {"num_tokens": COUNT},
            {
                "output_mode": one_of("count", "one_hot", "multi_hot", "binary"),
                "sparse": FLAG,
                **COMMON,
            },
            {"num_tokens": NO_COUNT.filter(lambda n: n is not True), "output_mode": NO_MODE},
        )
    )
    if draw(rarely(6)):
        return Case(case.args, (case.inputs[0], case.inputs[0]), ("count_weights",))
    return case


@st.composite
def crossings(draw: st.DrawFn) -> Case:
    args = draw(
        arguments(
            {"num_bins": COUNT | one_of(0)},
            {"output_mode": one_of("int", "one_hot"), "sparse": FLAG, "name": one_of("crossed")},
            {"output_mode": NO_MODE | one_of("count")},
        )
    )
    first = draw(one_of((), (1,), (None, None), (None, 3), (None, 2, 1)) | one_of(None))
    first = (draw(BATCH), *([1] if draw(FLAG) else [])) if first is None else first
    second = first
    if draw(rarely(4)):
        second = draw(one_of((4,), (None,), (None, 1), (2, 1)))
    inputs = (first, second, *([first] if draw(rarely(12)) else []))
    return Case(args, inputs[:1] if draw(rarely(12)) else inputs)


@st.composite
def vocabularies(draw: st.DrawFn, words: list[Any], mask: Any, unknown: Any) -> list[Any]:
    """Words, now and then behind special tokens, or with something that can't be in them."""
    chosen = words[: draw(st.integers(1, len(words)))]
    before = draw(one_of([], [], [], [unknown], [mask, unknown], [unknown, unknown]))
    after = draw(one_of(*[[]] * 8, [mask], [unknown], words[:1]))
    return [*before, *chosen, *after] if not draw(rarely(20)) else before


@st.composite
def lookups(
    draw: st.DrawFn, words: list[Any], mask: Any, unknown: Any, more: Arguments, wrong: Arguments
) -> Case:
    vocabulary = draw(vocabularies(words, mask, unknown) | one_of(None))
    case = draw(
        on_tokens(
            {
                "vocabulary": st.just(vocabulary),
                "output_mode": MODE | one_of("tf_idf", "tf-idf", "binary"),
            },
            {
                **lookup_sizes(vocabulary),
                **more,
            },
            {
                "max_tokens": one_of(1, 0, -3, 3, "3", [3]),
                "vocabulary": one_of(3, [], {}),
                "output_mode": NO_MODE,
                "idf_weights": one_of([0.5], [1, 2, 3]),
                "vocabulary_size": one_of(3, 30),
                **wrong,
            },
        ).filter(lambda case: "dtype" not in case.args)  # which these have no use for
    )
    return with_weights(case, draw(rarely(10)))


def lookup_sizes(vocabulary: list[Any] | None) -> dict[str, Values]:
    return {
        "max_tokens": one_of(3, 20, 20, None),
        "pad_to_max_tokens": FLAG,
        "sparse": one_of(False, False, True),
        "has_input_vocabulary": st.just(vocabulary is not None),
        "vocabulary_size": one_of(None) if vocabulary else one_of(None, 7),
    }


def with_weights(case: Case, missing: bool) -> Case:
    """With the weights that a vocabulary needs for tf_idf, unless they are to be missing."""
    vocabulary = case.args.get("vocabulary")
    weighted = str(case.args.get("output_mode")) in {"tf_idf", "tf-idf"}
    if missing or not weighted or not isinstance(vocabulary, list) or not vocabulary:
        return case
    return case._replace(args={"idf_weights": [0.5] * len(vocabulary), **case.args})


OF_LOOKUP = {
    "num_oov_indices": one_of(0, 1, 1, 2),
    "invert": one_of(False, False, True),
}
NOT_OF_LOOKUP = {"num_oov_indices": one_of(-1, "1", None, [1]), "salt": NO_SALT}


@st.composite
def texts(draw: st.DrawFn) -> Case:
    vocabulary = draw(vocabularies(["a", "b", "c", "d"], "", "[UNK]") | one_of(None))
    args = draw(
        arguments(
            {
                "vocabulary": st.just(vocabulary),
                "output_mode": MODE | one_of("int", "int", "tf_idf", "tf-idf", "binary"),
            },
            {
                "standardize": one_of("lower", "strip_punctuation", None),
                "split": one_of("whitespace", "character", None),
                "ngrams": one_of(None, 2),
                **lookup_sizes(vocabulary),
                "encoding": one_of("utf-8"),
            },
            {
                "max_tokens": one_of(1, 0, -3, "3", [3]),
                "standardize": one_of("upper", "", 3, []),
                "split": one_of("line", "", 3, []),
                "ngrams": one_of("a", 1.5, {}),
                "vocabulary": one_of(3, [], {}),
                "output_mode": NO_MODE,
                "output_sequence_length": one_of(-3, "a", 2.5, [3]),
                "idf_weights": one_of([0.5], [1, 2, 3]),
            },
        )
    )
    if args.get("output_mode", "int") == "int" or draw(rarely(8)):
        args |= draw(one_of({}, {"output_sequence_length": 8}, {"ragged": True}))
    case = with_weights(Case(args, ()), draw(rarely(10)))
    text = draw(one_of((None,), (None, 1), (4,), (2, 1), (None, None), (None, 3)))
    return case._replace(inputs=(draw(shapes(0, 4)) if draw(rarely(6)) else text,))


STRATEGIES = {
    "CategoryEncoding": encodings(),
    "Hashing": on_tokens(
        {"num_bins": COUNT},
        {"output_mode": MODE, "salt": SALT, "mask_value": one_of("", 0, None), "sparse": FLAG},
        {
            "num_bins": NO_COUNT.filter(lambda n: n not in (True, 2.5)),
            "output_mode": NO_MODE | one_of("binary"),
            "salt": NO_SALT,
        },
    ),
    "HashedCrossing": crossings().filter(lambda case: "colour" not in case.args),
    "StringLookup": lookups(
        ["a", "b", "c", "d"],
        "",
        "[UNK]",
        {**OF_LOOKUP, "mask_token": one_of(None, ""), "salt": SALT, "encoding": one_of("utf-8")},
        {**NOT_OF_LOOKUP, "mask_token": one_of(3), "vocabulary": one_of([1, 2], [["a", "b"]], 3)},
    ),
    "IntegerLookup": lookups(
        [10, 20, 30, 40],
        0,
        -1,
        {
            **OF_LOOKUP,
            "mask_token": one_of(None, 0),
            "oov_method": one_of("floormod", "farmhash"),
        },
        {
            **NOT_OF_LOOKUP,
            "mask_token": one_of("a"),
            "vocabulary": one_of(["a"], [[1, 2]], 3, []),
            "vocabulary_dtype": one_of("int32", "string"),
            "oov_method": one_of("hash", ""),
            "salt": one_of(3, [1, 2], [1]),
        },
    ),
    "TextVectorization": texts().filter(lambda case: "dtype" not in case.args),
}
