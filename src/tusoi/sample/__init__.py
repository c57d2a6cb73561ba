"""The sample: the review of 2022 in the Party organisation of Bình Thủy district.

The figures of the newspaper report stand in `facts`; everything else is invented by a seeded
generator, every person is invented, and every row carries the mark "sample".
"""
