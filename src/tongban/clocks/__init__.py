"""Legal time: working days, dated limits, running clocks that can show their sum, and what is due when.

Nouns: a *limit* is an amount of a unit with its article; a *clock* runs from a start day under a limit, with *pauses*
on a legal ground; a *reading* is the clock at a day, with the lines of its sum; a *due* row says what the law does
next and when.

Invariants: the first day never counts; a pause has a ground; a day of a year whose holidays are not announced yet
makes a reading *provisional*. Trusts callers for the days they name, and the calendar library for announced holidays.
"""
