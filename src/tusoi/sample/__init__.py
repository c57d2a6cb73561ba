"""The samples: the review of 2022 in a district, and that of 2025 in a ward.

The figures of the newspaper report on Bình Thủy district stand in `facts`; everything else there
is invented by a seeded generator. The ward of Tân Mẫu (`ward…`) is invented altogether. Every
person is invented, and every row carries the mark "sample".
"""
