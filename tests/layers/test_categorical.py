"""Categories and text: shapes, weights and refusals, as Keras 3.15.1 gives them on TensorFlow."""

# ruff: noqa: E501 - a case is one line

from layers.rules import Refusals, Shapes, Weights, refusal_test, shape_test, weights_test

WORDS = {"vocabulary": ["a", "b", "c"]}
NUMBERS = {"vocabulary": [10, 20, 30]}

# fmt: off
SHAPES: Shapes = [
    ("multi_hot", "CategoryEncoding", {"num_tokens": 5}, [(None, 3)], (None, 5)),
    ("multi_hot of a batch alone", "CategoryEncoding", {"num_tokens": 5}, [(None,)], (5,)),
    ("count of more axes", "CategoryEncoding", {"num_tokens": 5, "output_mode": "count"}, [(None, 2, 3)], (None, 2, 5)),
    ("count with weights", "CategoryEncoding", {"num_tokens": 5, "output_mode": "count"}, [(None, 3), (None, 3)], (None, 5)),
    ("one_hot", "CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, [(None, 3)], (None, 3, 5)),
    ("one_hot in place of a 1", "CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, [(None, 1)], (None, 5)),
    ("one_hot of one number", "CategoryEncoding", {"num_tokens": 5, "output_mode": "one_hot"}, [(1,)], (1, 5)),
    ("hash", "Hashing", {"num_bins": 5, "salt": [1, 2]}, [(None, 3)], (None, 3)),
    ("hash to one_hot, as Keras says", "Hashing", {"num_bins": 5, "output_mode": "one_hot"}, [(None, 3)], (None, 5)),
    ("hash to count", "Hashing", {"num_bins": 5, "output_mode": "count", "sparse": True}, [(None, 2, 3)], (None, 2, 5)),
    ("cross", "HashedCrossing", {"num_bins": 5}, [(None, 1), (None, 1)], (None, 1)),
    ("cross to one_hot", "HashedCrossing", {"num_bins": 5, "output_mode": "one_hot"}, [(None, 1), (None, 1)], (None, 5)),
    ("cross flat inputs to one_hot", "HashedCrossing", {"num_bins": 5, "output_mode": "one_hot"}, [(None,), (None,)], (None, 5)),
    ("look up words", "StringLookup", WORDS, [(None, 3)], (None, 3)),
    ("look up words to one_hot", "StringLookup", {**WORDS, "output_mode": "one_hot"}, [(None, 3)], (None, 3, 4)),
    ("look up words to one_hot in place of a 1", "StringLookup", {**WORDS, "output_mode": "one_hot"}, [(None, 1)], (None, 4)),
    ("look up words to multi_hot", "StringLookup", {**WORDS, "output_mode": "binary"}, [(None, 2, 3)], (None, 2, 4)),
    ("with more unknown words", "StringLookup", {**WORDS, "output_mode": "count", "num_oov_indices": 3}, [(None, 3)], (None, 6)),
    ("the mask counts only for int", "StringLookup", {**WORDS, "output_mode": "count", "mask_token": ""}, [(None, 3)], (None, 4)),
    ("with special tokens given", "StringLookup", {"vocabulary": ["[UNK]", "a", "b", "c"], "output_mode": "count"}, [(None, 3)], (None, 4)),
    ("words that are not known yet", "StringLookup", {"output_mode": "count", "max_tokens": 9}, [(None, 3)], (None, None)),
    ("words in a file", "StringLookup", {"vocabulary": "words.txt", "output_mode": "count"}, [(None, 3)], (None, None)),
    ("words as many as a file says", "StringLookup", {"vocabulary_size": 9, "output_mode": "count"}, [(None, 3)], (None, 9)),
    ("padded to max_tokens", "StringLookup", {"output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True}, [(None, 3)], (None, 9)),
    ("weighted", "StringLookup", {**WORDS, "output_mode": "tf-idf", "idf_weights": [1, 2, 3]}, [(None, 3)], (None, 4)),
    ("back to words", "StringLookup", {**WORDS, "invert": True}, [(None, 3)], (None, 3)),
    ("look up numbers", "IntegerLookup", {**NUMBERS, "output_mode": "one_hot"}, [(None, 3)], (None, 3, 4)),
    ("look up numbers that are all known", "IntegerLookup", {**NUMBERS, "output_mode": "count", "num_oov_indices": 0}, [(None, 3)], (None, 3)),
    ("numbers with special tokens given", "IntegerLookup", {"vocabulary": [0, -1, 10], "mask_token": 0}, [(None, 3)], (None, 3)),
    ("texts", "TextVectorization", {}, [(None, 1)], (None, None)),
    ("texts of one length", "TextVectorization", {"output_sequence_length": 7}, [(None,)], (None, 7)),
    ("texts to multi_hot", "TextVectorization", {**WORDS, "output_mode": "multi_hot"}, [(None,)], (None, 4)),
    ("texts of an axis of 1 to multi_hot, as Keras says", "TextVectorization", {**WORDS, "output_mode": "multi_hot"}, [(None, 1)], (None, 1, 4)),
    ("texts to one_hot", "TextVectorization", {**WORDS, "output_mode": "one_hot"}, [(None,)], (None, None, 4)),
    ("texts that are not split", "TextVectorization", {**WORDS, "output_mode": "count", "split": None}, [(None, 3)], (None, 4)),
    ("one text that is not split", "TextVectorization", {**WORDS, "output_mode": "count", "split": None}, [(None,)], (None, 4)),
    ("texts padded to max_tokens", "TextVectorization", {"output_mode": "count", "max_tokens": 5, "pad_to_max_tokens": True}, [(None,)], (None, 5)),
]

WEIGHTS: Weights = [
    ("words are no weights", "StringLookup", WORDS, [(None, 3)], []),
    ("nor are theirs", "StringLookup", {**WORDS, "output_mode": "tf_idf", "idf_weights": [1, 2, 3]}, [(None, 3)], []),
    ("nor those of texts", "TextVectorization", {**WORDS, "output_mode": "tf_idf", "idf_weights": [1, 2, 3]}, [(None, 1)], []),
]

REFUSALS: Refusals = [
    ("no num_tokens", "CategoryEncoding", {}, [(None, 3)], "missing-argument", None, "CategoryEncoding needs the argument num_tokens"),
    ("weights of what is not counted", "CategoryEncoding", {"num_tokens": 5}, [(None, 3), (None, 3)], "wrong-inputs", None, "count_weights is not read with output_mode multi_hot"),
    ("unknown mode", "CategoryEncoding", {"num_tokens": 5, "output_mode": "int"}, [(None, 3)], "wrong-value", "output_mode", "output_mode must be one of count, one_hot, multi_hot, binary"),
    ("no bins", "Hashing", {"num_bins": 0}, [(None, 3)], "wrong-value", "num_bins", "num_bins must be a whole number of at least 1, not 0"),
    ("sparse indexes", "Hashing", {"num_bins": 5, "sparse": True}, [(None, 3)], "wrong-value", "sparse", "sparse can't be given with output_mode int"),
    ("half a salt", "Hashing", {"num_bins": 5, "salt": [1]}, [(None, 3)], "wrong-value", "salt", "salt must be a whole number or a list of 2"),
    ("one input", "HashedCrossing", {"num_bins": 5}, [(None, 1)], "wrong-inputs", None, "HashedCrossing reads 2 inputs, but is given 1"),
    ("inputs of more axes", "HashedCrossing", {"num_bins": 5}, [(None, 2, 1), (None, 2, 1)], "wrong-rank", None, "the inputs must be (batch,) or (batch, 1), but one is (None, 2, 1)"),
    ("inputs of more values", "HashedCrossing", {"num_bins": 5}, [(None, 3), (None, 3)], "shape-mismatch", None, "the inputs must be (batch,) or (batch, 1), but one is (None, 3)"),
    ("inputs of two ranks", "HashedCrossing", {"num_bins": 5}, [(None, 1), (None,)], "shape-mismatch", None, "the inputs must have the same shape, but are (None, 1) and (None,)"),
    ("inputs of which one is unknown", "HashedCrossing", {"num_bins": 5}, [(None,), (4,)], "shape-mismatch", None, "the inputs must have the same shape, but are (None,) and (4,)"),
    ("one token", "StringLookup", {"max_tokens": 1}, [(None, 3)], "wrong-value", "max_tokens", "max_tokens must be a whole number of at least 2, not 1"),
    ("padding to nothing", "StringLookup", {"pad_to_max_tokens": True}, [(None, 3)], "missing-argument", "pad_to_max_tokens", "pad_to_max_tokens needs max_tokens as well"),
    ("back from vectors", "StringLookup", {"invert": True, "output_mode": "count"}, [(None, 3)], "wrong-value", "output_mode", "output_mode must be int with invert, not count"),
    ("weights without use", "StringLookup", {**WORDS, "idf_weights": [1, 2, 3]}, [(None, 3)], "wrong-value", "idf_weights", "idf_weights can't be given with output_mode int"),
    ("weights missing", "StringLookup", {**WORDS, "output_mode": "tf_idf"}, [(None, 3)], "missing-argument", "vocabulary", "a vocabulary needs idf_weights as well with output_mode tf_idf"),
    ("too few weights", "StringLookup", {**WORDS, "output_mode": "tf_idf", "idf_weights": [1, 2]}, [(None, 3)], "shape-mismatch", "idf_weights", "idf_weights must be as many as vocabulary, 3, not 2"),
    ("weighted words in a file", "StringLookup", {"vocabulary": "words.txt", "output_mode": "tf_idf", "idf_weights": [1, 2]}, [(None, 3)], "wrong-value", "vocabulary", "vocabulary can't be a file with output_mode tf_idf"),
    ("no words", "StringLookup", {"vocabulary": []}, [(None, 3)], "wrong-value", "vocabulary", "vocabulary is empty"),
    ("special words alone", "StringLookup", {"vocabulary": ["[UNK]"]}, [(None, 3)], "wrong-value", "vocabulary", "vocabulary is empty"),
    ("a word twice", "StringLookup", {"vocabulary": ["a", "b", "a"]}, [(None, 3)], "wrong-value", "vocabulary", "vocabulary holds 'a' twice"),
    ("the mask among words", "StringLookup", {"vocabulary": ["a", ""], "mask_token": ""}, [(None, 3)], "wrong-value", "vocabulary", "vocabulary holds the mask_token ''"),
    ("what is unknown among words", "StringLookup", {"vocabulary": ["a", "[UNK]"], "invert": True}, [(None, 3)], "wrong-value", "vocabulary", "vocabulary holds the oov_token '[UNK]'"),
    ("too many words", "StringLookup", {**WORDS, "max_tokens": 3}, [(None, 3)], "wrong-value", "vocabulary", "vocabulary makes 4 tokens, but max_tokens is 3"),
    ("another size", "StringLookup", {**WORDS, "vocabulary_size": 7, "output_mode": "count"}, [(None, 3)], "wrong-value", "vocabulary_size", "vocabulary_size is 7, but vocabulary makes 4 tokens"),
    ("numbers for words", "StringLookup", {"vocabulary": [1, 2]}, [(None, 3)], "wrong-type", "vocabulary", "vocabulary must be a list, each a string or a string"),
    ("words for numbers", "IntegerLookup", {"vocabulary": ["a"]}, [(None, 3)], "wrong-type", "vocabulary", "vocabulary must be a list, each a whole number or a string"),
    ("salt without a hash", "IntegerLookup", {"salt": 3}, [(None, 3)], "wrong-value", "salt", "salt can only be given with oov_method farmhash, not floormod"),
    ("numbers of another type", "IntegerLookup", {"vocabulary_dtype": "int32"}, [(None, 3)], "wrong-value", "vocabulary_dtype", "vocabulary_dtype must be one of int64"),
    ("length of vectors", "TextVectorization", {"output_mode": "count", "output_sequence_length": 3}, [(None,)], "wrong-value", "output_sequence_length", "output_sequence_length can only be given with output_mode int, not count"),
    ("ragged vectors", "TextVectorization", {"output_mode": "count", "ragged": True}, [(None,)], "wrong-value", "ragged", "ragged can only be given with output_mode int, not count"),
    ("several texts", "TextVectorization", {}, [(None, 3)], "shape-mismatch", None, "texts that are split must be (batch,) or have a last axis of 1, not (None, 3)"),
    ("one text without a batch", "TextVectorization", {}, [()], "wrong-rank", None, "at least 1 dimensions"),
    ("the mask of texts among words", "TextVectorization", {"vocabulary": ["", "a"]}, [(None,)], "wrong-value", "vocabulary", "vocabulary holds the mask_token ''"),
    ("unknown way to split", "TextVectorization", {"split": "line"}, [(None,)], "wrong-value", "split", "split must be one of whitespace, character"),
]
# fmt: on

test_shape = shape_test(SHAPES)
test_weights = weights_test(WEIGHTS)
test_refusal = refusal_test(REFUSALS)
