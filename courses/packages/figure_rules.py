"""What may stand in a drawing of a pack (FORMAT.md, media). Pure data."""

import re

NAMESPACE = "{http://www.w3.org/2000/svg}"
ELEMENTS = frozenset(
    {
        "svg", "g", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text",
        "tspan", "title", "desc", "defs", "marker",
    }
)  # fmt: skip
SHAPES = ELEMENTS - {"svg", "title", "desc", "defs"}
COLOURS = (
    "ink", "muted", "brand", "accent", "ok", "warn", "bad", "line", "surface", "sunken", "selected",
)  # fmt: skip


def _rule(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_NUMBER = r"-?(?:\d{1,6}(?:\.\d{1,6})?|\.\d{1,6})"
_number = _rule(_NUMBER)
_positive = _rule(r"\d{1,6}(?:\.\d{1,6})?")
_numbers = _rule(rf"{_NUMBER}(?:[\s,]+{_NUMBER}){{0,2000}}")
_path = _rule(r"[MmLlHhVvCcSsQqTtAaZz0-9.,+\s-]{1,20000}")
_colour_class = rf"(?:fill|stroke)-(?:{'|'.join(COLOURS)})"
_transforms = _rule(
    rf"(?:(?:translate|scale|rotate)\({_NUMBER}(?:[\s,]+{_NUMBER}){{0,2}}\)\s*){{1,4}}"
)
_name = _rule(r"[a-z][a-z0-9-]{0,39}")
_marker = _rule(r"url\(#[a-z][a-z0-9-]{0,39}\)")

COMMON = {"class": _rule(rf"{_colour_class}(?:\s+{_colour_class}){{0,3}}")}
COLOURED = {
    "transform": _transforms,
    "fill": _rule("none"),
    "stroke": _rule("none"),
    "stroke-width": _positive,
    "stroke-linecap": _rule("butt|round|square"),
    "stroke-linejoin": _rule("miter|round|bevel"),
    "stroke-dasharray": _numbers,
    "fill-rule": _rule("nonzero|evenodd"),
    "opacity": _positive,
    "fill-opacity": _positive,
    "stroke-opacity": _positive,
}
_lines = {"marker-start": _marker, "marker-mid": _marker, "marker-end": _marker}
_text = {
    "x": _number,
    "y": _number,
    "dx": _number,
    "dy": _rule(rf"{_NUMBER}(?:em)?"),
    "text-anchor": _rule("start|middle|end"),
    "dominant-baseline": _rule("auto|middle|central|hanging"),
    "font-size": _positive,
    "font-weight": _rule("normal|bold|[1-9]00"),
    "data-label": _rule(r"[a-z0-9][a-z0-9._-]{0,59}"),
    "data-chars": _rule(r"[1-9]\d?"),
}
ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "svg": {
        "viewBox": _rule(r"[-\d.,\s]{1,80}"),
        "data-mirror": _rule("yes|no"),
        "version": _rule(r"1\.1|2\.0"),
    },
    "rect": {"x": _number, "y": _number, "width": _positive, "height": _positive, "rx": _positive,
             "ry": _positive},
    "circle": {"cx": _number, "cy": _number, "r": _positive},
    "ellipse": {"cx": _number, "cy": _number, "rx": _positive, "ry": _positive},
    "line": {"x1": _number, "y1": _number, "x2": _number, "y2": _number, **_lines},
    "polyline": {"points": _numbers, **_lines},
    "polygon": {"points": _numbers, **_lines},
    "path": {"d": _path, **_lines},
    "text": _text,
    "tspan": _text,
    "marker": {
        "id": _name,
        "viewBox": _numbers,
        "refX": _number,
        "refY": _number,
        "markerWidth": _positive,
        "markerHeight": _positive,
        "markerUnits": _rule("strokeWidth|userSpaceOnUse"),
        "orient": _rule(rf"auto|auto-start-reverse|{_NUMBER}"),
    },
}  # fmt: skip
