"""A fuzzer of the command line: random inputs of every sort, each made from a seed and a number."""
