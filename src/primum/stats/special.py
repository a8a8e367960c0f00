"""The two special functions that intervals need, in plain `math`: incomplete beta and its inverses."""

from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

_TINY = 1e-300


def beta_cdf(x: float, a: float, b: float) -> float:
    """Regularised incomplete beta function I_x(a, b): the chance that a Beta(a, b) variable is below x.

    >>> round(beta_cdf(0.5, 2, 2), 6)
    0.5
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):  # the fraction converges fast only below the mean
        return 1.0 - beta_cdf(1.0 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    return front * _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Continued fraction of the incomplete beta function, by Lentz's method: two steps a round, written out."""
    both, above, below = a + b, a + 1.0, a - 1.0
    c = 1.0
    d = 1.0 / ((1.0 - both * x / above) or _TINY)
    result = d
    for m in range(1, 10_000):
        twice = a + 2.0 * m
        step = m * (b - m) * x / ((below + 2.0 * m) * twice)
        d = 1.0 / ((1.0 + step * d) or _TINY)
        c = (1.0 + step / c) or _TINY
        result *= d * c
        step = -(a + m) * (both + m) * x / (twice * (twice + 1.0))
        d = 1.0 / ((1.0 + step * d) or _TINY)
        c = (1.0 + step / c) or _TINY
        change = d * c
        result *= change
        if -1e-15 < change - 1.0 < 1e-15:
            break
    return result


def beta_quantile(p: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = p: Newton steps from a near guess, and bisection wherever they leave the bracket."""
    low, high, x = 0.0, 1.0, _near(p, a, b)
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    for _ in range(200):
        error = beta_cdf(x, a, b) - p
        low, high = (x, high) if error < 0.0 else (low, x)
        middle = (low + high) / 2.0
        if error == 0.0 or middle in (low, high):
            break
        density = exp(min(700.0, scale + (a - 1.0) * log(x) + (b - 1.0) * log1p(-x)))  # 700: no overflow
        newton = x - error / density if density > 0.0 else middle
        step = newton if low < newton < high else middle
        near = abs(step - x) <= 1e-13 * x
        x = step
        if near:
            break
    return x


def _near(p: float, a: float, b: float) -> float:
    """Where to begin: a normal approximation (Abramowitz and Stegun 26.5.22), or the nearer end of a peaked curve."""
    if a >= 1.0 and b >= 1.0:
        z = NormalDist().inv_cdf(1.0 - p)
        u, v = 1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0)
        h = 2.0 / (u + v)
        k = (z * z - 3.0) / 6.0
        if k + h > 0.0:
            w = z * sqrt(k + h) / h - (v - u) * (k + 5.0 / 6.0 - 2.0 / (3.0 * h))
            return _strictly_inside(a / (a + b * exp(min(2.0 * w, 700.0))))
        return a / (a + b)
    left, right = exp(a * log(a / (a + b))) / a, exp(b * log(b / (a + b))) / b
    both = left + right
    if p < left / both:
        return _strictly_inside((a * both * p) ** (1.0 / a))
    return _strictly_inside(1.0 - (b * both * (1.0 - p)) ** (1.0 / b))


def _strictly_inside(x: float) -> float:
    return min(max(x, _TINY), 1.0 - 1e-16)


@lru_cache(maxsize=4096)
def t_quantile(p: float, df: float) -> float:
    """Quantile of Student's t with `df` degrees of freedom.

    >>> round(t_quantile(0.975, 10), 4)
    2.2281
    """
    if p == 0.5:
        return 0.0
    if p < 0.5:
        return -t_quantile(1.0 - p, df)
    # P(|T| > t) = I_{df/(df+t²)}(df/2, 1/2); for p near 1/2 its complement is the accurate one.
    tail = 2.0 * (1.0 - p)
    if tail < 0.5:
        x = beta_quantile(tail, df / 2.0, 0.5)
        return sqrt(df * (1.0 - x) / x)
    y = beta_quantile(1.0 - tail, 0.5, df / 2.0)
    return sqrt(df * y / (1.0 - y))
