"""Estimators and tests on arrays, one method a file.

Every method takes plain numbers or arrays and returns a frozen record. Arm 1 is the treatment: differences are
arm 1 minus arm 0, ratios arm 1 over arm 0. The methods, their sources and what each agrees with are listed in
``docs/reference/statistics.md``.
"""
