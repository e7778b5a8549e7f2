"""Categories and text: encodes words and numbers as indexes or vectors."""

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import msgspec
from msgspec import Meta

from convcalc.advice import ReadInputs, advise
from convcalc.layers.argument_types import LARGEST, NonNegative, Positive, Untyped
from convcalc.layers.errors import LayerError
from convcalc.layers.inference import Inference
from convcalc.layers.kind import Kind, kind
from convcalc.layers.outputs import Types
from convcalc.layers.requirements import expect_least_rank
from convcalc.shapes import Dim, Shape, agree, format_shape

Salt: TypeAlias = int | Annotated[tuple[int, ...], Meta(min_length=2, max_length=2)] | None
MaxTokens: TypeAlias = Annotated[int, Meta(ge=2, le=LARGEST)] | None
LookupMode: TypeAlias = Literal[
    "int", "one_hot", "multi_hot", "binary", "count", "tf_idf", "tf-idf"
]
"""The encoding of indexes; binary means multi_hot, and tf-idf means tf_idf."""

Words: TypeAlias = tuple[str, ...] | str | None
"""The words themselves, or the name of a file, which is never read."""

Serialized: TypeAlias = dict[str, Any]


def one_hot(shape: Shape, depth: Dim) -> Shape:
    """One vector for each index, in place of a last axis of 1."""
    if len(shape) > 1 and shape[-1] == 1:
        return (*shape[:-1], depth)
    return (*shape, depth)


def over_last_axis(shape: Shape, depth: Dim) -> Shape:
    """One vector for all the indexes along the last axis."""
    return (*shape[:-1], depth)


def _indexes(computes: str | None) -> str | None:
    """The dtype of bin indexes: int64, unless the policy is int32."""
    return "int32" if computes == "int32" else "int64"


def _looked_up(mode: str) -> str | None:
    """The dtype of a vocabulary lookup, which no policy changes."""
    return "int64" if mode == "int" else "float32"


@kind
class CategoryEncoding(Kind, frozen=True):
    """Encodes integers below num_tokens as vectors: one_hot, multi_hot, or count.

    Output: one vector of num_tokens values for all integers along the last axis; with one_hot one
    for each integer, in place of a last axis of 1. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/
    """

    num_tokens: Positive | None = None
    output_mode: Literal["count", "one_hot", "multi_hot", "binary"] = "multi_hot"
    sparse: bool = False

    def validate(self) -> None:
        if self.num_tokens is None:
            raise LayerError("missing-argument", "CategoryEncoding needs the argument num_tokens")

    def infer(self, inputs: Shape, count_weights: Shape | None = None) -> Inference:
        if count_weights is not None and self.output_mode != "count":
            raise LayerError(
                "wrong-inputs", f"count_weights is not read with output_mode {self.output_mode}"
            )
        encode = one_hot if self.output_mode == "one_hot" else over_last_axis
        return Inference((encode(inputs, self.num_tokens),))


@kind
class Hashing(Kind, frozen=True):
    """Hashes each word or number into one of num_bins bins.

    Output: as the input; with an output_mode other than int, one vector of num_bins values for
    all along the last axis, as Keras declares. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/categorical/hashing/
    """

    num_bins: Positive
    mask_value: Untyped = None
    salt: Salt = None
    output_mode: Literal["int", "one_hot", "multi_hot", "count"] = "int"
    sparse: bool = False

    def validate(self) -> None:
        refuse_sparse_indexes(self.output_mode, sparse=self.sparse)

    def output_dtypes(self, computes: str | None, _read: Types) -> Types:
        if self.output_mode == "int":
            return (_indexes(computes),)
        # Without a policy of its own, the layer uses float32, not the network's policy.
        return (computes if computes == "float32" else None,)

    def infer(self, inputs: Shape) -> Inference:
        if self.output_mode == "int":
            return Inference((inputs,))
        return Inference((over_last_axis(inputs, self.num_bins),))


@kind
class HashedCrossing(Kind, frozen=True):
    """Hashes each pair of values from two inputs into one of num_bins bins.

    Output: as the inputs, which are (batch,) or (batch, 1); with one_hot a vector of num_bins
    values for each pair. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/categorical/hashed_crossing/
    """

    merges: ClassVar[bool] = True

    num_bins: NonNegative
    output_mode: Literal["int", "one_hot"] = "int"
    sparse: bool = False

    def output_dtypes(self, computes: str | None, read: Types) -> Types:
        if self.output_mode == "int":
            return (_indexes(computes),)
        return super().output_dtypes(computes, read)

    def infer(self, *inputs: Shape) -> Inference:
        if len(inputs) != 2:
            raise LayerError(
                "wrong-inputs",
                f"HashedCrossing reads 2 inputs, but is given {len(inputs)}",
                help=advise("name what it reads, as in {}", ReadInputs(["a", "b"])),
            )
        first, second = inputs
        for shape in inputs:
            expect_least_rank(shape, 1)
            if len(shape) > 2:
                raise LayerError(
                    "wrong-rank",
                    f"the inputs must be (batch,) or (batch, 1), but one is {format_shape(shape)}",
                )
            if len(shape) == 2 and shape[1] not in {1, None}:
                raise LayerError(
                    "shape-mismatch",
                    f"the inputs must be (batch,) or (batch, 1), but one is {format_shape(shape)}",
                )
        # Keras compares the last sizes exactly: an unknown size doesn't match a known one.
        if len(first) != len(second) or first[-1] != second[-1] or not agree(first[0], second[0]):
            raise LayerError(
                "shape-mismatch",
                f"the inputs must have the same shape, but are {format_shape(first)} and "
                f"{format_shape(second)}",
            )
        if self.output_mode == "int":
            return Inference((first,))
        if first[-1] == 1:
            return Inference((over_last_axis(first, self.num_bins),))
        return Inference(((*first, self.num_bins),))


class _Lookup(msgspec.Struct, frozen=True, kw_only=True):
    """A vocabulary with all that its size depends on, shared by the lookup kinds."""

    mode: str
    vocabulary: Sequence[Any] | str | None
    vocabulary_size: Dim
    max_tokens: Dim
    num_oov_indices: int
    mask_token: Any
    oov_token: Any
    idf_weights: Any
    has_vocabulary: bool | None
    invert: bool = False
    pad: bool = False
    sparse: bool = False

    def check(self) -> None:
        """Refuse arguments that conflict."""
        if self.pad and self.max_tokens is None:
            raise LayerError(
                "missing-argument",
                "pad_to_max_tokens needs max_tokens as well",
                argument="pad_to_max_tokens",
            )
        if self.invert and self.mode != "int":
            raise LayerError(
                "wrong-value",
                f"output_mode must be int with invert, not {self.mode}",
                argument="output_mode",
            )
        refuse_sparse_indexes(self.mode, sparse=self.sparse)
        self._check_weights()
        if self.vocabulary is not None and not isinstance(self.vocabulary, str):
            self._check_vocabulary()

    @property
    def weighted(self) -> bool:
        """Whether counts are weighted by the rarity of the word."""
        return self.mode in {"tf_idf", "tf-idf"}

    @property
    def depth(self) -> Dim:
        """The number of values in a vector; unknown if the vocabulary is."""
        if self.pad:
            return self.max_tokens
        if self.vocabulary is None or isinstance(self.vocabulary, str):
            return self.vocabulary_size
        return self._special + len(self._tokens())

    def output(self, inputs: Shape) -> Shape:
        """The output shape."""
        if self.mode == "int":
            return inputs
        encode = one_hot if self.mode == "one_hot" else over_last_axis
        return encode(inputs, self.depth)

    @property
    def _masks(self) -> int:
        return 1 if self.mask_token is not None and self.mode == "int" else 0

    @property
    def _special(self) -> int:
        """The number of indexes before those of the vocabulary: for the mask and unknown words."""
        return self._masks + self.num_oov_indices

    def _tokens(self) -> tuple[Any, ...]:
        """The vocabulary without the special tokens that it may start with."""
        given = tuple(self.vocabulary or ())
        special = (self.mask_token,) * self._masks + (self.oov_token,) * self.num_oov_indices
        return given[self._special :] if given[: self._special] == special else given

    def _check_weights(self) -> None:
        if self.idf_weights is not None and not self.weighted:
            raise LayerError(
                "wrong-value",
                f"idf_weights can't be given with output_mode {self.mode}",
                argument="idf_weights",
            )
        given = self.vocabulary is not None
        if not self.weighted or not (given if self.has_vocabulary is None else self.has_vocabulary):
            return
        if self.idf_weights is None:
            raise LayerError(
                "missing-argument",
                f"a vocabulary needs idf_weights as well with output_mode {self.mode}",
                argument="vocabulary",
            )
        if isinstance(self.vocabulary, str):
            raise LayerError(
                "wrong-value",
                f"vocabulary can't be a file with output_mode {self.mode}",
                argument="vocabulary",
            )
        if self.vocabulary is not None and len(self.idf_weights) != len(self.vocabulary):
            raise LayerError(
                "shape-mismatch",
                f"idf_weights must be as many as vocabulary, {len(self.vocabulary)}, not "
                f"{len(self.idf_weights)}",
                argument="idf_weights",
            )

    def _check_vocabulary(self) -> None:
        tokens = self._tokens()
        size = self._special + len(tokens)
        repeated = [token for token, times in Counter(tokens).items() if times > 1]
        problem = None
        if not tokens:
            problem = "vocabulary is empty"
        elif repeated:
            problem = f"vocabulary holds {repeated[0]!r} twice"
        elif self.mask_token is not None and self.mask_token in tokens:
            problem = f"vocabulary holds the mask_token {self.mask_token!r}"
        elif self.invert and self.oov_token is not None and self.oov_token in tokens:
            problem = f"vocabulary holds the oov_token {self.oov_token!r}"
        elif self.max_tokens is not None and size > self.max_tokens:
            problem = f"vocabulary makes {size} tokens, but max_tokens is {self.max_tokens}"
        if problem:
            raise LayerError("wrong-value", problem, argument="vocabulary")
        if self.mode != "int" and not self.pad and not agree(self.vocabulary_size, size):
            raise LayerError(
                "wrong-value",
                f"vocabulary_size is {self.vocabulary_size}, but vocabulary makes {size} tokens",
                argument="vocabulary_size",
            )


@kind
class StringLookup(Kind, frozen=True):
    """Maps words to their indexes in a vocabulary or to vectors, or maps indexes back to words.

    Output: as the input; with an output_mode other than int, one vector for all words along the
    last axis, or with one_hot one for each word, in place of a last axis of 1. A vector's size is
    the number of words plus num_oov_indices, or max_tokens with pad_to_max_tokens; it is unknown
    if the vocabulary is learned later or read from a file. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/categorical/string_lookup/
    """

    max_tokens: MaxTokens = None
    num_oov_indices: NonNegative = 1
    mask_token: str | None = None
    oov_token: Untyped = "[UNK]"  # noqa: S105 - not a password
    vocabulary: Words = None
    idf_weights: tuple[float, ...] | None = None
    invert: bool = False
    output_mode: LookupMode = "int"
    pad_to_max_tokens: bool = False
    sparse: bool = False
    encoding: Untyped = "utf-8"
    salt: Salt = None
    oov_method: Literal["floormod", "farmhash"] = "floormod"
    vocabulary_size: NonNegative | None = None
    has_input_vocabulary: bool | None = None

    def validate(self) -> None:
        _lookup(self).check()

    def output_dtypes(self, _computes: str | None, _read: Types) -> Types:
        return (_looked_up(self.output_mode),)

    def infer(self, inputs: Shape) -> Inference:
        return Inference((_lookup(self).output(inputs),))


@kind
class IntegerLookup(Kind, frozen=True):
    """Maps integers to their indexes in a vocabulary or to vectors, or maps indexes back.

    Output: as the input; with an output_mode other than int, one vector for all integers along
    the last axis, or with one_hot one for each, in place of a last axis of 1. A vector's size is
    that of the vocabulary plus num_oov_indices, or max_tokens with pad_to_max_tokens; it is
    unknown if the vocabulary is learned later or read from a file. Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/categorical/integer_lookup/
    """

    max_tokens: MaxTokens = None
    num_oov_indices: NonNegative = 1
    mask_token: int | None = None
    oov_token: Untyped = -1
    vocabulary: tuple[int, ...] | str | None = None
    vocabulary_dtype: Literal["int64"] = "int64"
    idf_weights: tuple[float, ...] | None = None
    invert: bool = False
    output_mode: LookupMode = "int"
    sparse: bool = False
    pad_to_max_tokens: bool = False
    oov_method: Literal["floormod", "farmhash"] = "floormod"
    salt: Salt = None
    vocabulary_size: NonNegative | None = None
    has_input_vocabulary: bool | None = None

    def validate(self) -> None:
        if self.salt is not None and self.oov_method != "farmhash":
            raise LayerError(
                "wrong-value",
                f"salt can only be given with oov_method farmhash, not {self.oov_method}",
                argument="salt",
            )
        _lookup(self).check()

    def output_dtypes(self, _computes: str | None, _read: Types) -> Types:
        return (_looked_up(self.output_mode),)

    def infer(self, inputs: Shape) -> Inference:
        return Inference((_lookup(self).output(inputs),))


@kind
class TextVectorization(Kind, frozen=True):
    """Splits texts into words, and encodes these as indexes in a vocabulary or as vectors.

    Output: (batch, output_sequence_length), which defaults to the unknown length of the longest
    text; with an output_mode other than int, a vector for each text, as Keras declares:
    (batch, size), or (batch, 1, size) for texts (batch, 1); with one_hot one for each word. The
    size is that of the vocabulary plus 1 for unknown words, or max_tokens with pad_to_max_tokens.
    Weights: none.
    Source: https://keras.io/api/layers/preprocessing_layers/text/text_vectorization/
    """

    max_tokens: MaxTokens = None
    standardize: (
        Literal["lower_and_strip_punctuation", "lower", "strip_punctuation"] | Serialized | None
    ) = "lower_and_strip_punctuation"
    split: Literal["whitespace", "character"] | Serialized | None = "whitespace"
    ngrams: int | tuple[int, ...] | None = None
    output_mode: LookupMode = "int"
    output_sequence_length: NonNegative | None = None
    pad_to_max_tokens: bool = False
    vocabulary: Words = None
    idf_weights: tuple[float, ...] | None = None
    sparse: bool = False
    ragged: bool = False
    encoding: Untyped = "utf-8"
    vocabulary_size: NonNegative | None = None
    has_input_vocabulary: bool | None = None

    def validate(self) -> None:
        if self.output_mode != "int":
            if self.output_sequence_length is not None:
                raise self._only_with_int("output_sequence_length")
            if self.ragged:
                raise self._only_with_int("ragged")
        self._lookup().check()

    def output_dtypes(self, _computes: str | None, _read: Types) -> Types:
        return (_looked_up(self.output_mode),)

    def infer(self, inputs: Shape) -> Inference:
        if self.split is not None and len(inputs) > 1 and inputs[-1] not in {1, None}:
            raise LayerError(
                "shape-mismatch",
                f"texts that are split must be (batch,) or have a last axis of 1, not "
                f"{format_shape(inputs)}",
            )
        if self.output_mode == "int":
            expect_least_rank(inputs, 1)
            return Inference(((inputs[0], self.output_sequence_length),))
        if self.split is not None:
            return Inference((self._lookup().output((*inputs, None)),))
        words = inputs if len(inputs) > 1 else (*inputs, 1)
        return Inference((self._lookup().output(words),))

    def _only_with_int(self, argument: str) -> LayerError:
        return LayerError(
            "wrong-value",
            f"{argument} can only be given with output_mode int, not {self.output_mode}",
            argument=argument,
        )

    def _lookup(self) -> _Lookup:
        return _Lookup(
            mode=self.output_mode,
            vocabulary=self.vocabulary,
            vocabulary_size=self.vocabulary_size,
            max_tokens=self.max_tokens,
            num_oov_indices=1,
            mask_token="",
            oov_token="[UNK]",  # noqa: S106 - not a password
            idf_weights=self.idf_weights,
            has_vocabulary=self.has_input_vocabulary,
            pad=self.pad_to_max_tokens,
            sparse=self.sparse,
        )


def _lookup(layer: StringLookup | IntegerLookup) -> _Lookup:
    return _Lookup(
        mode=layer.output_mode,
        vocabulary=layer.vocabulary,
        vocabulary_size=layer.vocabulary_size,
        max_tokens=layer.max_tokens,
        num_oov_indices=layer.num_oov_indices,
        mask_token=layer.mask_token,
        oov_token=layer.oov_token,
        idf_weights=layer.idf_weights,
        has_vocabulary=layer.has_input_vocabulary,
        invert=layer.invert,
        pad=layer.pad_to_max_tokens,
        sparse=layer.sparse,
    )


def refuse_sparse_indexes(output_mode: str, *, sparse: bool) -> None:
    """Refuse sparse tensors of indexes, which are not mostly 0."""
    if sparse and output_mode == "int":
        raise LayerError(
            "wrong-value", "sparse can't be given with output_mode int", argument="sparse"
        )
