"""Score interval and test of a risk difference by Mee, and by Farrington and Manning."""

from equipoise.stats.results import ScoreResult
from equipoise.stats.score_difference import score_interval
from equipoise.stats.two_arm import TwoArmTable


def risk_difference(x1: int, n1: int, x0: int, n0: int, conf: float = 0.95, *, null: float = 0.0) -> ScoreResult:
    """Return the score interval and test without the factor N / (N - 1).

    Parameters
    ----------
    x1, n1, x0, n0 : int
        Responders and participants of arm 1 and arm 0.
    conf : float
        Confidence level.
    null : float
        Risk difference under the null hypothesis of the test; minus the margin for a test of non-inferiority.

    Returns
    -------
    ScoreResult
        Interval of Mee (1984), Biometrics 40:1175-1176; test of Farrington and Manning (1990), Statistics in
        Medicine 9:1447-1454.

    Raises
    ------
    ValueError
        If an arm is empty, its responders are not between 0 and its participants, or ``conf`` or ``null`` is out
        of range.
    """
    return score_interval((TwoArmTable(x1, n1, x0, n0),), (1.0,), conf, null, corrected=False)
