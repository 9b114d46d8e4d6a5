"""A soft version of the rectified linear unit."""

import math

import numpy as np
from numpy.polynomial.chebyshev import cheb2poly, chebinterpolate

from transformer.backpropagation import Array, Undo

FAR = 8.0  # so far from zero erfc is below 1e-28


def smooth_part(u: float) -> float:
    """Compute log(erfc(x) / t) + x², where t = 2 / (2 + x) = 0.6 + 0.4 u."""
    t = 0.6 + 0.4 * u
    x = 2 / t - 2
    return math.log(math.erfc(x) / t) + x * x


# for u from -1, where x is 8, to 1, where x is 0
COEFFICIENTS = cheb2poly(
    chebinterpolate(np.vectorize(smooth_part), 20)
).tolist()


def normal_share(x: Array) -> Array:
    """Compute Φ(x), the share of normal random numbers that are below x."""
    far = np.minimum(np.abs(x) * math.sqrt(0.5), FAR)
    t = 2 / (2 + far)
    u = (t - 0.6) * 2.5
    exponent = np.full_like(u, COEFFICIENTS[-1])
    for coefficient in COEFFICIENTS[-2::-1]:
        exponent *= u
        exponent += coefficient
    above = 0.5 * t * np.exp(exponent - far * far)
    return np.abs((x > 0) - above)  # 1 - above, or above


def gelu(x: Array) -> tuple[Array, Undo]:
    """Multiply each number by Φ of it (Hendrycks and Gimpel 2016, section 2).

    Args:
        x: any shape.

    Returns:
        Of the same shape, and the undo.
    """
    share = normal_share(x)

    def undo(gradient: Array) -> Array:
        bell = np.exp(-0.5 * x * x) * (2 * math.pi) ** -0.5
        return gradient * (share + x * bell)

    return x * share, undo
