"""`make test`: what failed beside the others is tried once more, alone. A machine that does other work at the same time
makes a test fail now and then that has nothing to complain of; such a test is to be mended (CONTRIBUTING.md)."""

import sys

import pytest

FEW = 3  # more than that, and it is the product


class Failed:
    """What failed in the run before, by pytest's own memory, and what comes of it now."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.outcomes: dict[str, bool] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if len(session.items) > FEW:
            pytest.exit(f"{len(session.items)} tests failed: too many to try them again, alone", 1)
        self.names = [item.nodeid for item in session.items]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.outcomes[report.nodeid] = self.outcomes.get(report.nodeid, True) and not report.failed

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for name in self.names:
            alone = "passed" if self.outcomes.get(name) else "failed"
            terminalreporter.write_line(f"!!! failed beside the others, {alone} alone: {name}", red=True, bold=True)


def main(status: int, options: list[str]) -> int:
    """`status` is how the run before ended: but for tests that failed, nothing is tried again."""
    if status != pytest.ExitCode.TESTS_FAILED:
        return status
    print("\nSome tests failed beside the others. Once more, alone:\n", flush=True)
    last = ["--last-failed", "--last-failed-no-failures", "none", "-n", "0"]
    return int(pytest.main(["-q", *last, *options], plugins=[Failed()]))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
