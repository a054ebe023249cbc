"""A file of CPython's own tests. Prints a line at each test's begin and end; all other output goes to stderr."""

import os
import sys

from test.libregrtest import main
from test.support import testresult

lines = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)


class Lines(testresult.RegressionTestResult):
    def startTest(self, test):
        print("began", test.id(), file=lines)
        super().startTest(test)

    def addSuccess(self, test):
        print("passed", test.id(), file=lines)
        super().addSuccess(test)

    def addExpectedFailure(self, test, err):
        print("passed", test.id(), file=lines)
        super().addExpectedFailure(test, err)

    def addUnexpectedSuccess(self, test):
        print("failed", test.id(), file=lines)
        super().addUnexpectedSuccess(test)

    def addSkip(self, test, reason):
        print("skipped", test.id(), file=lines)
        super().addSkip(test, reason)

    def addFailure(self, test, err):
        print("failed", test.id(), file=lines)
        super().addFailure(test, err)

    def addError(self, test, err):
        print("failed", test.id(), file=lines)
        super().addError(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            print("failed", test.id(), file=lines)
        super().addSubTest(test, subtest, err)


testresult.RegressionTestResult = Lines
file, *tests = sys.argv[1:]
main([file], verbose=True, match_tests=tests or None)
