"""Colour arithmetic: vision deficiencies, perceived distance, contrast, the dark theme's filter."""

import re

import numpy as np

# Machado, Oliveira and Fernandes (2009), full severity, applied to linear RGB.
DEFICIENCIES = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# sRGB to CIE XYZ, white point D65 (IEC 61966-2-1).
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def from_hex(colour: str) -> np.ndarray:
    """Return sRGB values between 0 and 1."""
    return np.array([int(pair, 16) / 255 for pair in re.findall("..", colour.lstrip("#"))])


def linear(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def encoded(rgb: np.ndarray) -> np.ndarray:
    rgb = np.clip(rgb, 0, 1)
    return np.where(rgb <= 0.0031308, rgb * 12.92, 1.055 * rgb ** (1 / 2.4) - 0.055)


def seen_with(rgb: np.ndarray, deficiency: str) -> np.ndarray:
    """Return a colour as someone with a colour-vision deficiency sees it."""
    return encoded(np.array(DEFICIENCIES[deficiency]) @ linear(rgb))


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE L*a*b*."""
    ratio = TO_XYZ @ linear(rgb) / TO_XYZ.sum(axis=1)
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(a: np.ndarray, b: np.ndarray) -> float:
    """Return the CIE 1976 distance."""
    return float(np.linalg.norm(lab(a) - lab(b)))


def contrast(a: np.ndarray, b: np.ndarray) -> float:
    """Return the contrast ratio of WCAG 2."""
    low, high = sorted(TO_XYZ[1] @ linear(colour) for colour in (a, b))
    return float((high + 0.05) / (low + 0.05))


def in_the_dark_theme(rgb: np.ndarray, css: str) -> np.ndarray:
    """Return a figure's colour after the filter that the style sheet sets."""
    found = re.search(r"filter: invert\(([\d.]+)\) hue-rotate\(180deg\)", css)
    assert found, "the style sheet sets no filter of the known kind"
    amount = float(found[1])
    inverted = rgb * (1 - 2 * amount) + amount
    # hue-rotate(180deg) of the CSS filter effects specification: cos = -1, sin = 0.
    luma = np.tile([0.213, 0.715, 0.072], (3, 1))
    return np.clip((2 * luma - np.eye(3)) @ inverted, 0, 1)
