#!/usr/bin/env python3
"""diagram.py FILE...: what a person sees of a model in an editor: every element is drawn, no line runs through a box, nothing
lies under the editor's palette, labels stand beside the boxes, no id ends like
another, clauses stand in the description too. Prints what is wrong."""
import sys
import xml.etree.ElementTree as ET

DMN, DI = "{https://www.omg.org/spec/DMN/20191111/MODEL/}", "{https://www.omg.org/spec/DMN/20191111/DMNDI/}"
PALETTE = 100  # pixels at the left


def cuts(box, a, b):
    """Whether the segment from a to b runs through the inside of the box (Liang and Barsky)."""
    x, y, w, h = box
    x, y, w, h = x + 1, y + 1, w - 2, h - 2
    dx, dy, lo, hi = b[0] - a[0], b[1] - a[1], 0.0, 1.0
    for p, q in ((-dx, a[0] - x), (dx, x + w - a[0]), (-dy, a[1] - y), (dy, y + h - a[1])):
        if p == 0:
            if q < 0:
                return False
        elif p < 0:
            lo = max(lo, q / p)
        else:
            hi = min(hi, q / p)
    return lo < hi


def judge(path):
    root = ET.parse(path).getroot()
    if root.tag != DMN + "definitions":
        return [f"{path}: not DMN 1.3, which is all that dmn-js opens"]
    wrong, boxes, lines = [], {}, {}
    for s in root.iter(DI + "DMNShape"):
        b = next(iter(s))
        boxes[s.get("dmnElementRef")] = tuple(float(b.get(k)) for k in ("x", "y", "width", "height"))
    for e in root.iter(DI + "DMNEdge"):
        lines[e.get("dmnElementRef")] = [(float(p.get("x")), float(p.get("y"))) for p in e]
    notes = {a.find(DMN + "sourceRef").get("href")[1:]: a.find(DMN + "targetRef").get("href")[1:] for a in root.iter(DMN + "association")}
    texts = {t.get("id"): t.findtext(DMN + "text") for t in root.iter(DMN + "textAnnotation")}
    drawn = [e for e in root if e.tag in (DMN + "decision", DMN + "inputData", DMN + "textAnnotation")]
    for e in drawn:
        name = e.get("id")
        if name not in boxes:
            wrong.append(f"{path}: {name} is not drawn")
        elif boxes[name][0] < PALETTE:
            wrong.append(f"{path}: {name} lies under the palette")
        if e.tag != DMN + "textAnnotation" and texts.get(notes.get(name)) != e.get("label"):
            wrong.append(f"{path}: the label of {name} is not what stands beside it")
    for a in boxes:
        for b in boxes:
            if a != b and a.endswith(b):
                wrong.append(f"{path}: the id {a} ends like {b}, and KIE's editor draws the one as the other")
            (x, y, w, h), (p, q, r, s) = boxes[a], boxes[b]
            if a < b and x < p + r and p < x + w and y < q + s and q < y + h:
                wrong.append(f"{path}: {a} and {b} lie on one another")
    for needs in root.iter(DMN + "informationRequirement"):
        if needs.get("id") not in lines:
            wrong.append(f"{path}: the line of {needs.get('id')} is not drawn")
    for line, points in lines.items():
        for name, box in boxes.items():
            if any(cuts(box, a, b) for a, b in zip(points, points[1:])):
                wrong.append(f"{path}: line {line} runs through {name}")
    for rule in root.iter(DMN + "rule"):
        clause = rule.findtext(DMN + "annotationEntry/" + DMN + "text")
        if not clause or rule.findtext(DMN + "description") != clause:
            wrong.append(f"{path}: row {rule.get('id')} does not say its clause in both places")
    return wrong


found = [w for path in sys.argv[1:] for w in judge(path)]
print("\n".join(found))
sys.exit(1 if found else 0)
