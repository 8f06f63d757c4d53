"""Broken hard rules and cost of a roster: judge.py INSTANCE ROSTER"""

import sys

import shifts

print(*shifts.judge(shifts.Instance(sys.argv[1]), shifts.read(sys.argv[2])), sep="\t")
