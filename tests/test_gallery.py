"""The gallery: every network in `specs/` is in order and as large as its source says."""

import functools
from pathlib import Path
from typing import Any

import pytest

import convcalc
from convcalc import api
from convcalc.report import Report

SPECS = Path(__file__).parents[1] / "specs"

# Parameters and, of these, trainable ones.
TOTALS = {
    "alexnet": (60_965_224, 60_965_224),  # Caffe's bvlc_alexnet; the paper: "60 million"
    "autoencoder": (28_353, 28_353),  # the summary on the page of Keras's example
    "c3d": (79_991_015, 79_991_015),  # the Keras port of the Sports-1M network
    "densenet121": (8_062_504, 7_978_856),  # keras.applications
    "foster_cifar": (15_120, 15_120),  # Keras
    "googlenet": (6_998_552, 6_998_552),  # Caffe's bvlc_googlenet
    "lenet5": (61_706, 61_706),  # Keras; the paper's sparse C3 and other output make it 60,000
    "mobilenet_v2": (3_538_984, 3_504_872),  # keras.applications
    "resnet18": (11_699_112, 11_689_512),  # torchvision, which counts the trainable ones
    "resnet50": (25_636_712, 25_583_592),  # keras.applications
    "two_inputs": (67_271, 66_375),  # Keras
    "unet": (31_030_658, 31_030_658),  # Keras; 1,152 more with three input channels is well known
    "vgg16": (138_357_544, 138_357_544),  # keras.applications; the paper: 138 million
    "wavenet": (283_584, 283_584),  # Keras
}

# Multiply-accumulates of one sample; the sources give them rounded, as the comments do.
MACS = {
    "alexnet": 724_406_816,  # 724 million of Caffe's, whose convolutions have groups
    "densenet121": 2_834_161_664,  # torchvision: 2.83 G
    "googlenet": 1_582_671_872,  # Caffe's: 1.58 G
    "mobilenet_v2": 300_774_272,  # the paper: 300 million
    "resnet18": 1_814_073_344,  # torchvision: 1.81 G
    "resnet50": 3_857_973_248,  # the paper: 3.8 G; v1, with the stride in the first 1×1
    "vgg16": 15_470_264_320,  # and exactly so by PyTorch's counter
}


@functools.cache
def report(name: str) -> Report:
    return convcalc.summarize(SPECS / f"{name}.yaml")


def test_totals_of_all_specs_are_listed() -> None:
    assert {path.stem for path in SPECS.glob("*.yaml")} == set(TOTALS)


@pytest.mark.parametrize("name", TOTALS)
def test_is_in_order(name: str) -> None:
    assert report(name).name == name
    assert report(name).diagnostics == ()
    assert report(name).unknown_layers == ()


@pytest.mark.parametrize("name", TOTALS)
def test_totals(name: str) -> None:
    totals = report(name).params
    assert (totals.count, totals.trainable) == TOTALS[name]


@pytest.mark.parametrize("name", MACS)
def test_macs(name: str) -> None:
    assert (
        sum(layer.op_counts.macs or 0 for layer in report(name).layers if layer.op_counts)
        == MACS[name]
    )


@pytest.mark.parametrize("name", TOTALS)
def test_expectations_hold(name: str) -> None:
    checked = api.check(convcalc.analyze(SPECS / f"{name}.yaml"))
    assert checked.findings == ()
    assert len(checked.outcomes) > 4


# Networks of the same family, by the variables that the comments in the specs name.
FAMILY = [
    ("resnet18", {"depths": [3, 4, 6, 3]}, 21_797_672),  # torchvision: resnet34
    ("resnet50", {"depths": [3, 4, 23, 3]}, 44_601_832),  # keras.applications: ResNet101
    ("resnet50", {"depths": [3, 8, 36, 3]}, 60_268_520),  # ResNet152
    ("densenet121", {"depths": [6, 12, 32, 32]}, 14_149_480),  # DenseNet169
    ("densenet121", {"depths": [6, 12, 48, 32]}, 20_013_928),  # DenseNet201
    ("mobilenet_v2", {"alpha": 0.35}, 1_677_128),  # MobileNetV2 with this alpha, as all below
    ("mobilenet_v2", {"alpha": 0.5}, 1_968_680),
    ("mobilenet_v2", {"alpha": 0.75}, 2_636_424),
    ("mobilenet_v2", {"alpha": 1.3}, 5_386_792),
    ("mobilenet_v2", {"alpha": 1.4}, 6_108_776),
]


@pytest.mark.parametrize(("name", "variables", "trainable"), FAMILY)
def test_variables_give_the_family(name: str, variables: dict[str, Any], trainable: int) -> None:
    report = convcalc.summarize(SPECS / f"{name}.yaml", variables=variables)
    assert report.diagnostics == ()
    assert report.params.trainable == trainable
