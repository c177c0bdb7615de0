"""An order in which everything comes after what it needs."""

from __future__ import annotations


def topological(before: dict[int, list[int]]) -> list[int]:
    """The indices in an order that keeps these needs, the smallest first among those that are free."""
    from heapq import heapify, heappop, heappush

    missing = {index: len(set(on)) for index, on in before.items()}
    after: dict[int, list[int]] = {index: [] for index in before}
    for index, on in before.items():
        for one in set(on):
            after[one].append(index)
    ready = [index for index, count in missing.items() if not count]
    heapify(ready)
    result = []
    while ready:
        index = heappop(ready)
        result.append(index)
        for following in after[index]:
            missing[following] -= 1
            if not missing[following]:
                heappush(ready, following)
    return result
