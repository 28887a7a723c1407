// Strokes -> smooth lines on a canvas. Knows nothing of where strokes come from.

/** Draw strokes; `scale` is how many pixels the pad is wide. */
export function drawStrokes(pen, strokes, scale) {
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    if (stroke.points.length === 1) drawDot(pen, stroke, scale);
    else drawLine(pen, stroke, scale);
  }
}

function drawDot(pen, { width, points: [point] }, scale) {
  pen.beginPath();
  pen.arc(point.x * scale, point.y * scale, width * point.pressure * scale / 2, 0, 2 * Math.PI);
  pen.fill();
}

// A curve from the middle of one piece to the middle of the next, bent towards the point between them, has no corners.
function drawLine(pen, { width, points }, scale) {
  const middle = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  let from = points[0];
  for (let at = 1; at <= points.length; at += 1) {
    const bend = points[at - 1];
    const to = at < points.length ? middle(bend, points[at]) : bend;
    pen.lineWidth = width * bend.pressure * scale;
    pen.beginPath();
    pen.moveTo(from.x * scale, from.y * scale);
    pen.quadraticCurveTo(bend.x * scale, bend.y * scale, to.x * scale, to.y * scale);
    pen.stroke();
    from = to;
  }
}
