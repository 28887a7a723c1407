// A list of cards that stays fast with ten thousand of them. A few are all built; of many, only the blocks of cards near
// the screen are, and the others are empty boxes of the right height. Knows nothing of what a card shows.

const BLOCK = 12; // Fills whole rows of one, two, three and four columns.
const FEW = 300;
const BUDGET_MS = 4; // Of one frame, so that scrolling stays smooth.

// `build(item)` makes a card. Cards of one `kindOf(item)` are about as high as one another.
function cardList(list, build, kindOf) {
  let items = [];
  let blocks = [];
  let heights = new Map();
  const ofElement = new WeakMap();
  const waiting = new Set();
  let working = false;

  function add(block) {
    const position = block.first + block.built;
    const made = build(items[position]);
    made.setAttribute("role", "listitem");
    made.setAttribute("aria-posinset", position + 1);
    made.setAttribute("aria-setsize", items.length);
    block.element.append(made);
    block.built += 1;
    // Until then the block keeps the height of its empty box, and nothing below it moves.
    if (block.built === block.count) block.element.style.height = "";
  }

  function buildAll(block) {
    waiting.delete(block);
    while (block.built < block.count) add(block);
  }

  function work() {
    const end = performance.now() + BUDGET_MS;
    for (const block of waiting) {
      while (block.built < block.count) {
        if (performance.now() > end) { requestAnimationFrame(work); return; }
        add(block);
      }
      waiting.delete(block);
    }
    working = false;
  }

  function empty(block, height) {
    waiting.delete(block);
    // A card in which the keyboard is stays.
    if (block.element.contains(document.activeElement)) return;
    block.element.style.height = `${height}px`;
    block.element.replaceChildren();
    block.built = 0;
  }

  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const block = ofElement.get(entry.target);
      block.near = entry.isIntersecting;
      if (block.near) waiting.add(block);
      else if (block.built) empty(block, entry.boundingClientRect.height);
    }
    if (!working && waiting.size) { working = true; requestAnimationFrame(work); }
  }, { rootMargin: "150% 0px" });

  // The height of a block of a kind, from one card that is built for it.
  function heightOf(block) {
    const sample = items[block.first];
    const kind = kindOf(sample);
    if (!heights.has(kind)) {
      const trial = element("div", "block");
      trial.append(build(sample));
      list.append(trial);
      const style = getComputedStyle(trial);
      heights.set(kind, { row: trial.offsetHeight, gap: parseFloat(style.rowGap), columns: style.gridTemplateColumns.split(" ").length });
      trial.remove();
    }
    const { row, gap, columns } = heights.get(kind);
    const rows = Math.ceil(block.count / columns);
    return rows * (row + gap) - gap;
  }

  // Another width gives cards another height.
  let width = list.clientWidth;
  new ResizeObserver(() => {
    if (list.clientWidth === width) return;
    width = list.clientWidth;
    heights = new Map();
    for (const block of blocks) {
      if (!block.built) block.element.style.height = `${heightOf(block)}px`;
    }
  }).observe(list);

  addEventListener("beforeprint", () => blocks.forEach(buildAll));
  addEventListener("afterprint", () => {
    if (items.length <= FEW) return;
    const far = blocks.filter((block) => !block.near);
    const measured = far.map((block) => block.element.offsetHeight);
    far.forEach((block, number) => empty(block, measured[number]));
  });

  return {
    clear() {
      observer.disconnect();
      waiting.clear();
      list.replaceChildren();
      items = [];
      blocks = [];
    },

    append(added) {
      const known = blocks.length;
      for (let first = 0; first < added.length; first += BLOCK) {
        const block = { element: element("div", "block"), first: items.length + first, built: 0, near: false,
          count: Math.min(BLOCK, added.length - first) };
        block.element.setAttribute("role", "none");
        ofElement.set(block.element, block);
        blocks.push(block);
      }
      const wereFew = items.length <= FEW;
      items = [...items, ...added];
      const fresh = blocks.slice(known);
      if (items.length <= FEW) {
        fresh.forEach(buildAll);
      } else {
        for (const block of fresh) block.element.style.height = `${heightOf(block)}px`;
      }
      list.append(...fresh.map((block) => block.element));
      if (items.length > FEW) {
        for (const block of wereFew ? blocks : fresh) observer.observe(block.element);
      }
    },

    // The card at a position; it is built if need be.
    at(position) {
      const block = blocks.find((each) => position < each.first + each.count);
      buildAll(block);
      return block.element.children[position - block.first];
    },
  };
}
