"""QR codes as pictures: short texts that a phone reads from the screen (ISO/IEC 18004, bytes, correction level L).

Versions 1 to 10 are enough for 271 bytes: addresses, secrets for phones, links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from markupsafe import Markup

# Per version: codewords in all, correction codewords in each block, blocks (ISO/IEC 18004, tables 7 and 9, level L).
_SIZES = (
    (26, 7, 1),
    (44, 10, 1),
    (70, 15, 1),
    (100, 20, 1),
    (134, 26, 1),
    (172, 18, 2),
    (196, 20, 2),
    (242, 24, 2),
    (292, 30, 2),
    (346, 18, 4),
)
_ALIGNMENT = ((), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38), (6, 24, 42), (6, 26, 46), (6, 28, 50))
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0,
    lambda row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
_LEVEL_L = 0b01
_QUIET = 4
"""Modules of empty space around the code, which readers need."""

Grid = list[list[bool]]


class TextTooLong(ValueError):
    """The text has more bytes than a code of version 10 holds."""


def qr_picture(text: str) -> Markup:
    """Return a text as an SVG picture. Raises TextTooLong."""
    grid = qr_grid(text)
    size = len(grid) + 2 * _QUIET
    dark = "".join(
        f"M{column + _QUIET},{row + _QUIET}h1v1h-1z"
        for row, line in enumerate(grid)
        for column, is_dark in enumerate(line)
        if is_dark
    )
    return Markup(
        '<svg class="k-qr" viewBox="0 0 {size} {size}" aria-hidden="true" focusable="false">'
        '<rect width="{size}" height="{size}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    ).format(size=size, dark=dark)


def qr_grid(text: str) -> Grid:
    """Return the modules of a code, row by row, True for dark ones. Raises TextTooLong."""
    data = text.encode()
    version = _version_for(len(data))
    codewords = _interleaved(_data_codewords(data, version), version)
    grid, taken = _patterns(version)
    _place(grid, taken, codewords)
    return min((_masked(grid, taken, number) for number in range(len(_MASKS))), key=_penalty)


def _version_for(length: int) -> int:
    for version in range(1, len(_SIZES) + 1):
        if 4 + _count_bits(version) + 8 * length <= 8 * _capacity(version):
            return version
    raise TextTooLong(f"{length} bytes don't fit into a QR code of this size.")


def _count_bits(version: int) -> int:
    return 8 if version < 10 else 16


def _capacity(version: int) -> int:
    total, correction, blocks = _SIZES[version - 1]
    return total - correction * blocks


def _data_codewords(data: bytes, version: int) -> list[int]:
    bits = f"0100{len(data):0{_count_bits(version)}b}" + "".join(f"{byte:08b}" for byte in data)
    room = 8 * _capacity(version)
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = [int(bits[start : start + 8], 2) for start in range(0, len(bits), 8)]
    return words + [(0xEC, 0x11)[number % 2] for number in range(_capacity(version) - len(words))]


def _interleaved(words: list[int], version: int) -> list[int]:
    _total, correction, count = _SIZES[version - 1]
    short, longer = divmod(len(words), count)
    blocks, start = [], 0
    for number in range(count):
        end = start + short + (number >= count - longer)
        blocks.append(words[start:end])
        start = end
    checks = [_remainder(block, correction) for block in blocks]
    mixed = [block[at] for at in range(short + 1) for block in blocks if at < len(block)]
    return mixed + [check[at] for at in range(correction) for check in checks]


def _multiply(first: int, second: int) -> int:
    """Multiply in the field of 256 elements with the polynomial 0x11D."""
    product = 0
    for bit in range(7, -1, -1):
        product = (product << 1) ^ ((product >> 7) * 0x11D)
        product ^= ((second >> bit) & 1) * first
    return product


def _remainder(block: list[int], degree: int) -> list[int]:
    """Return the Reed-Solomon correction words of a block."""
    divisor, root = [0] * (degree - 1) + [1], 1
    for _step in range(degree):
        for at in range(degree):
            divisor[at] = _multiply(divisor[at], root) ^ (divisor[at + 1] if at + 1 < degree else 0)
        root = _multiply(root, 2)
    rest = [0] * degree
    for word in block:
        factor = word ^ rest[0]
        rest = [*rest[1:], 0]
        rest = [value ^ _multiply(term, factor) for value, term in zip(rest, divisor, strict=True)]
    return rest


def _patterns(version: int) -> tuple[Grid, Grid]:
    """Return the grid with everything that is no data, and which of its modules are taken."""
    size = 17 + 4 * version
    grid, taken = [[False] * size for _row in range(size)], [[False] * size for _row in range(size)]

    def put(row: int, column: int, *, dark: bool) -> None:
        if 0 <= row < size and 0 <= column < size:
            grid[row][column], taken[row][column] = dark, True

    for at in range(size):
        put(6, at, dark=at % 2 == 0)
        put(at, 6, dark=at % 2 == 0)
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):
        for down, right in _square(4):
            put(row + down, column + right, dark=max(abs(down), abs(right)) not in (2, 4))
    for row, column in _alignments(version):
        for down, right in _square(2):
            put(row + down, column + right, dark=max(abs(down), abs(right)) != 1)
    for row, column, dark in _version_bits(version):
        put(row, column, dark=dark)
    for row, column, _bit in _format_places(size):
        put(row, column, dark=False)
    put(size - 8, 8, dark=True)
    return grid, taken


def _square(reach: int) -> Iterator[tuple[int, int]]:
    return ((down, right) for down in range(-reach, reach + 1) for right in range(-reach, reach + 1))


def _alignments(version: int) -> Iterator[tuple[int, int]]:
    places = _ALIGNMENT[version - 1]
    if not places:
        return
    corners = {(places[0], places[0]), (places[0], places[-1]), (places[-1], places[0])}
    yield from ((row, column) for row in places for column in places if (row, column) not in corners)


def _version_bits(version: int) -> Iterator[tuple[int, int, bool]]:
    if version < 7:
        return
    bits, size = (version << 12) | _check_bits(version, 12, 0x1F25), 17 + 4 * version
    for at in range(18):
        dark, near, far = bool(bits >> at & 1), at // 3, size - 11 + at % 3
        yield near, far, dark
        yield far, near, dark


def _check_bits(value: int, number: int, polynomial: int) -> int:
    rest = value
    for _step in range(number):
        rest = (rest << 1) ^ ((rest >> (number - 1)) * polynomial)
    return rest


def _format_places(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield (row, column, bit) of both copies of the format."""
    around = [(at, 8) for at in range(6)] + [(7, 8), (8, 8), (8, 7)] + [(8, 14 - at) for at in range(9, 15)]
    apart = [(8, size - 1 - at) for at in range(8)] + [(size - 15 + at, 8) for at in range(8, 15)]
    for places in (around, apart):
        yield from ((row, column, bit) for bit, (row, column) in enumerate(places))


def _place(grid: Grid, taken: Grid, codewords: list[int]) -> None:
    """Write the data in its zigzag: two columns at a time from the right, upwards and downwards in turn."""
    size = len(grid)
    bits = iter([word >> shift & 1 for word in codewords for shift in range(7, -1, -1)])
    for number, right in enumerate(column for column in range(size - 1, 0, -1) if column != 6 and _begins(column)):
        rows = range(size) if number % 2 else range(size - 1, -1, -1)
        for row, column in ((row, column) for row in rows for column in (right, right - 1)):
            if not taken[row][column]:
                grid[row][column] = bool(next(bits, 0))


def _begins(column: int) -> bool:
    """Tell the right one of each pair of columns; the column of the timing pattern belongs to none."""
    return column % 2 == 0 if column > 6 else column % 2 == 1


def _masked(grid: Grid, taken: Grid, number: int) -> Grid:
    mask, size = _MASKS[number], len(grid)
    masked = [
        [dark ^ (not taken[row][column] and mask(row, column)) for column, dark in enumerate(line)]
        for row, line in enumerate(grid)
    ]
    value = _LEVEL_L << 3 | number
    bits = (value << 10 | _check_bits(value, 10, 0x537)) ^ 0x5412
    for row, column, bit in _format_places(size):
        masked[row][column] = bool(bits >> bit & 1)
    return masked


def _penalty(grid: Grid) -> int:
    """Return how hard a code is to read (ISO/IEC 18004, 7.8.3): the least is taken."""
    lines = [*grid, *map(list, zip(*grid, strict=True))]
    found = sum(_runs(line) + _finder_like(line) for line in lines)
    for above, below in pairwise(grid):
        for at in range(len(grid) - 1):
            found += 3 * (above[at] == above[at + 1] == below[at] == below[at + 1])
    dark = sum(map(sum, grid)) * 20
    return found + 10 * (abs(dark - 10 * len(grid) ** 2) // len(grid) ** 2)


def _runs(line: list[bool]) -> int:
    found, length = 0, 0
    for at, dark in enumerate(line):
        length = length + 1 if at and dark == line[at - 1] else 1
        found += (length == 5) * 3 + (length > 5)
    return found


def _finder_like(line: list[bool]) -> int:
    text = "".join("1" if dark else "0" for dark in line)
    return 40 * sum(text.startswith(("10111010000", "00001011101"), at) for at in range(len(text) - 10))
