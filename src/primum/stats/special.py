"""The two special functions that intervals need, in plain `math`: incomplete beta and its inverses."""

from math import exp, lgamma, log, log1p, sqrt

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
    """Continued fraction of the incomplete beta function, by Lentz's method."""
    c, d = 1.0, 1.0 / _away_from_zero(1.0 - (a + b) * x / (a + 1.0))
    result = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1.0 / _away_from_zero(1.0 + step * d)
            c = _away_from_zero(1.0 + step / c)
            result *= d * c
        if abs(d * c - 1.0) < 1e-15:
            break
    return result


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def beta_quantile(p: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = p: bisection, made fast by Newton steps wherever they stay in the bracket."""
    low, high, x = 0.0, 1.0, a / (a + b)
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
    for _ in range(200):
        error = beta_cdf(x, a, b) - p
        low, high = (x, high) if error < 0.0 else (low, x)
        middle = (low + high) / 2.0
        if error == 0.0 or middle in (low, high):
            break
        density = exp(scale + (a - 1.0) * log(x) + (b - 1.0) * log1p(-x))
        newton = x - error / density if density > 0.0 else middle
        step = newton if low < newton < high else middle
        if abs(step - x) <= 1e-15 * x:
            break
        x = step
    return x


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
