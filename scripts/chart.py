"""Lines with markers as an SVG that stands alone, light and dark, for the pages of docs."""
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 700, 380
LEFT, RIGHT, TOP, BASE = 56, 400, 40, 320
SHAPES = ("circle", "square", "diamond", "up", "down", "cross")
STYLE = """\
text{font:13px system-ui,sans-serif;fill:#1a2330}.soft{fill:#5a6574}
.rule{stroke:#dde2e8;fill:none}.line{fill:none;stroke-width:2}
.c0{color:#1f5fbf}.c1{color:#b4500b}.c2{color:#1f7a45}.c3{color:#7a3db8}.c4{color:#5a6574}
.c5{color:#a01c4c}.line,.mark{stroke:currentColor}.mark{fill:currentColor}
@media(prefers-color-scheme:dark){text{fill:#e4e9f0}.soft{fill:#9ba7b6}.rule{stroke:#2a323d}
.c0{color:#7ab2ff}.c1{color:#ffb067}.c2{color:#7fd6a0}.c3{color:#c9a2f2}.c4{color:#9ba7b6}
.c5{color:#f08bb0}}"""
DASHES = ("", "6 4", "2 4", "8 3 2 3", "1 3", "10 4")


def mark(shape, x, y):
    """A marker of half-width 4, so that print and colour-blind readers tell lines apart."""
    if shape == "circle":
        return f'<circle class="mark" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
    path = {"square": "m-3.6-3.6h7.2v7.2h-7.2z", "diamond": "m0-5 5 5-5 5-5-5z",
            "up": "m0-5 5 9h-10z", "down": "m0 5 5-9h-10z",
            "cross": "m-4-4 8 8m0-8-8 8"}[shape]
    return f'<path class="mark" d="M{x:.1f} {y:.1f}{path}"/>'


def lines(title, x_name, y_name, series, low, high, step, level=None):
    """series: [(name, [(x, y), ...])], x whole numbers; level: (y, its name), a dotted line."""
    xs = sorted({x for _, points in series for x, _ in points})

    def place(x, y):
        width = max(xs[-1] - xs[0], 1)
        return (LEFT + 12 + (RIGHT - LEFT - 24) * (x - xs[0]) / width,
                BASE - (BASE - TOP) * (y - low) / (high - low))

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
           f'aria-label="{escape(title)}">', f"<style>{STYLE}</style>",
           f'<text class="soft" x="4" y="20">{escape(y_name)}</text>']
    for value in range(low, high + 1, step):
        y = place(xs[0], value)[1]
        out.append(f'<path class="rule" d="M{LEFT} {y:.1f}H{RIGHT}"/>'
                   f'<text class="soft" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
                   f"{value}</text>")
    for x in xs:
        out.append(f'<text class="soft" x="{place(x, low)[0]:.1f}" y="{BASE + 20}" '
                   f'text-anchor="middle">{x}</text>')
    out.append(f'<text class="soft" x="{(LEFT + RIGHT) / 2}" y="{BASE + 44}" '
               f'text-anchor="middle">{escape(x_name)}</text>')
    if level:
        y = place(xs[0], level[0])[1]
        out.append(f'<path class="line c4" stroke-dasharray="1 4" d="M{LEFT} {y:.1f}H{RIGHT}"/>'
                   f'<text class="soft" x="{RIGHT + 8}" y="{y + 4:.1f}">{escape(level[1])}</text>')
    for i, (name, points) in enumerate(series):
        path = "L".join("{:.1f} {:.1f}".format(*place(*point)) for point in sorted(points))
        shape, y = SHAPES[i % len(SHAPES)], TOP + 6 + 22 * i
        out.append(f'<g class="c{i % 6}"><path class="line" '
                   f'stroke-dasharray="{DASHES[i % len(DASHES)]}" d="M{path}"/>'
                   + "".join(mark(shape, *place(*point)) for point in points)
                   + mark(shape, RIGHT + 18, y)
                   + f'</g><text x="{RIGHT + 32}" y="{y + 4}">{escape(name)}</text>')
    return "\n".join(out) + "\n</svg>\n"
