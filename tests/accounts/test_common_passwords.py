"""The list of common passwords is read out of its library's text."""

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from printalma.accounts import passwords


def test_the_long_ones_are_those_of_the_library() -> None:
    known = frozenset(each for each in FREQUENCY_LISTS["passwords"] if len(each) >= passwords.TEAM_LETTERS)
    assert known
    assert passwords._common() == known
