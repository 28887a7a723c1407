"""Any picture -> the digits in it, with networks in ONNX files. Knows nothing of how networks learn.

How a picture goes through the files (`reader.py` calls them in this order):

1. `page/`: picture -> page. The dark around a page is painted as paper, light is divided out, ink is separated from
   paper, ruled lines are removed.
2. `layout/`: page -> lines of writing, each with its place, slope and digit height. Edges of pages belong to no line;
   what is left out is listed with its reason.
3. `line_crops.py`: line -> line image, level and 40 pixels high.
4. `read_line.py`: line image -> line networks (`onnx_model.py`) -> class probabilities of each frame.
5. `decoding/`: frames -> the most likely string by CTC, rescored over several networks and scales.
6. `score_lines.py`, `confidence/`: the probability that the line is writing, and that it is right; `refusal.py` has the
   reasons why a line is refused.
7. `result.py`: lines, digits, boxes and confidences; `drawing.py` draws them.

`single.py` is the short way for a picture of one digit (`--single`).
"""
