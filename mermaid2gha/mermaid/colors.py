"""Which words and functions are colours to CSS: the first word of a `box` is its colour if it is one."""

from __future__ import annotations

import re

_NAMES = frozenset(
    """
    aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
    burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue
    darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange
    darkorchid darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise
    darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia
    gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink indianred indigo
    ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
    lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue
    lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon
    mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue
    mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin
    navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen
    paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red
    rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue
    slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white
    whitesmoke yellow yellowgreen transparent currentcolor inherit initial unset revert
    """.split()
)
_SYSTEM = frozenset(
    """
    accentcolor accentcolortext activetext buttonborder buttonface buttontext canvas canvastext field
    fieldtext graytext highlight highlighttext linktext mark marktext selecteditem selecteditemtext
    visitedtext
    """.split()
)
_NUMBER = r"[+-]?(?:\d*\.\d+|\d+)(?:e[+-]?\d+)?"
_VALUE = rf"(?:{_NUMBER}%?|none)"
_ANGLE = rf"(?:{_NUMBER}(?:deg|grad|rad|turn)?|none)"
_RGB = re.compile(
    rf"rgba?\(\s*(?:{_NUMBER}\s*,\s*{_NUMBER}\s*,\s*{_NUMBER}|{_NUMBER}%\s*,\s*{_NUMBER}%\s*,\s*{_NUMBER}%)"
    rf"(?:\s*,\s*{_NUMBER}%?)?\s*\)"
    rf"|rgba?\(\s*{_VALUE}\s+{_VALUE}\s+{_VALUE}(?:\s*/\s*{_VALUE})?\s*\)",
    re.ASCII | re.IGNORECASE,
)
_HSL = re.compile(
    rf"hsla?\(\s*{_NUMBER}(?:deg|grad|rad|turn)?\s*,\s*{_NUMBER}%\s*,\s*{_NUMBER}%(?:\s*,\s*{_NUMBER}%?)?\s*\)"
    rf"|hsla?\(\s*{_ANGLE}\s+{_VALUE}\s+{_VALUE}(?:\s*/\s*{_VALUE})?\s*\)",
    re.ASCII | re.IGNORECASE,
)


def is_color(text: str) -> bool:
    """Whether `CSS.supports("color", text)`, for a word or an rgb/hsl function (CSS Color 4)."""
    word = text.lower()
    if word in _NAMES or word in _SYSTEM:
        return True
    return bool(_RGB.fullmatch(text) or _HSL.fullmatch(text))
