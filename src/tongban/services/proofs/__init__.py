"""The proof graph: which paper an item asks people to bring, who issues it and in which item, and what answers it.

Pure but for `content`, which reads packs: `cycles` finds papers that wait for each other, `judging` holds each against
the tests of the law. Facts of the world (names, grants, how many people) are given to them.
"""
