// Railroad diagrams: a piece of the grammar → a self-contained SVG. Every piece is a box with a line that enters on the
// left and leaves on the right at the same height; larger pieces put their parts' boxes beside or below each other.

import { spellToken } from './ebnf.ts';
import { type Piece, spellRule } from './productions.ts';

/** A drawn piece: how far it reaches from its line, and how to put it somewhere. */
interface Box {
  readonly width: number;
  readonly up: number;
  readonly down: number;
  draw(x: number, y: number): string;
}

const CHARACTER = 7.6;
const HALF = 11;
const GAP = 10;
const ARC = 8;
const MARGIN = 14;

const STYLE = [
  'path{fill:none;stroke:#57606a;stroke-width:1.5}',
  'rect{fill:#ddf4ff;stroke:#57606a;stroke-width:1}',
  'rect.rule{fill:#f6f8fa}',
  'text{font:12.5px ui-monospace,monospace;text-anchor:middle;fill:#1f2328}',
  '@media(prefers-color-scheme:dark){path,rect{stroke:#8b949e}rect{fill:#0c2d4a}rect.rule{fill:#21262d}text{fill:#e6edf3}}',
].join('');

/** The diagram of one rule. */
export function renderDiagram(name: string, piece: Piece): string {
  const box = layOut(piece);
  const [width, height] = [box.width + 2 * (MARGIN + GAP), box.up + box.down + 2 * MARGIN];
  const y = MARGIN + box.up;
  const end = width - MARGIN;
  const content = [
    line(MARGIN, y - 6, `v12M${MARGIN} ${n(y)}h${GAP}`),
    box.draw(MARGIN + GAP, y),
    line(end - GAP, y, `h${GAP}m0 -6v12`),
  ].join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" role="img">`,
    `<title>${spellRule(name)}</title><style>${STYLE}</style>`,
    `${content}</svg>\n`,
  ].join('\n');
}

function layOut(piece: Piece): Box {
  switch (piece.kind) {
    case 'word':
      return label(piece.text, 'word');
    case 'token':
      return label(spellToken(piece.name), 'rule');
    case 'rule':
      return label(spellRule(piece.name), 'rule');
    case 'sequence':
      return besides(piece.parts.map(layOut));
    case 'choice':
      return below(piece.options.map(layOut));
    case 'optional':
      return below([straight(), layOut(piece.piece)]);
    case 'list':
      return loop(layOut(piece.piece), piece.separator === undefined ? straight() : layOut(piece.separator));
  }
}

/** What is typed as it stands has round corners; what stands for something else has not. */
function label(text: string, kind: 'word' | 'rule'): Box {
  const width = text.length * CHARACTER + 16;
  return {
    width,
    up: HALF,
    down: HALF,
    draw: (x, y) => {
      const shape = kind === 'word' ? `rx="${HALF}"` : 'class="rule"';
      const rect = `<rect x="${n(x)}" y="${n(y - HALF)}" width="${n(width)}" height="${2 * HALF}" ${shape}/>`;
      return `${rect}<text x="${n(x + width / 2)}" y="${n(y + 4)}">${escapeText(text)}</text>`;
    },
  };
}

function straight(): Box {
  return { width: 0, up: 0, down: 0, draw: () => '' };
}

function besides(boxes: readonly Box[]): Box {
  return {
    width: boxes.reduce((sum, { width }) => sum + width, 0) + GAP * (boxes.length - 1),
    up: Math.max(...boxes.map(({ up }) => up)),
    down: Math.max(...boxes.map(({ down }) => down)),
    draw: (x, y) => {
      let at = x;
      return boxes
        .map((box, index) => {
          const joint = index === 0 ? '' : line(at - GAP, y, `h${GAP}`);
          const drawn = joint + box.draw(at, y);
          at += box.width + GAP;
          return drawn;
        })
        .join('');
    },
  };
}

/** The first on the line, the others below it. */
function below(boxes: readonly Box[]): Box {
  const inner = Math.max(...boxes.map(({ width }) => width));
  const offsets: number[] = [];
  let bottom = 0;
  for (const box of boxes) {
    const offset = offsets.length === 0 ? 0 : bottom + Math.max(GAP + box.up, 2 * ARC);
    offsets.push(offset);
    bottom = offset + box.down;
  }
  const width = inner + 4 * ARC;
  return {
    width,
    up: boxes[0]?.up ?? 0,
    down: bottom,
    draw: (x, y) =>
      boxes
        .map((box, index) => {
          const offset = offsets[index] ?? 0;
          const [start, rest] = [x + 2 * ARC, inner - box.width];
          const enter =
            offset === 0
              ? line(x, y, `h${2 * ARC}`)
              : line(x, y, `${curve(1, 1)}v${n(offset - 2 * ARC)}${curve(1, -1)}`);
          const leave =
            offset === 0
              ? line(start + box.width, y, `h${n(rest + 2 * ARC)}`)
              : line(
                  start + box.width,
                  y + offset,
                  `h${n(rest)}${curve(-1, 1)}v${n(2 * ARC - offset)}${curve(-1, -1)}`,
                );
          return enter + box.draw(start, y + offset) + leave;
        })
        .join(''),
  };
}

/** The piece on the line; the way back, with the separator, below it. */
function loop(piece: Box, separator: Box): Box {
  const inner = Math.max(piece.width, separator.width);
  const offset = piece.down + Math.max(GAP + separator.up, 2 * ARC - piece.down);
  return {
    width: inner + 2 * ARC,
    up: piece.up,
    down: offset + separator.down,
    draw: (x, y) => {
      const start = x + ARC;
      const back = start + (inner - separator.width) / 2;
      return [
        line(x, y, `h${ARC}`),
        piece.draw(start, y),
        line(start + piece.width, y, `h${n(inner - piece.width + ARC)}`),
        line(
          start,
          y,
          `a${ARC} ${ARC} 0 0 0 -${ARC} ${ARC}v${n(offset - 2 * ARC)}a${ARC} ${ARC} 0 0 0 ${ARC} ${ARC}h${n(back - start)}`,
        ),
        separator.draw(back, y + offset),
        line(
          back + separator.width,
          y + offset,
          `h${n(start + inner - back - separator.width)}a${ARC} ${ARC} 0 0 0 ${ARC} -${ARC}v${n(2 * ARC - offset)}a${ARC} ${ARC} 0 0 0 -${ARC} -${ARC}`,
        ),
      ].join('');
    },
  };
}

/** A quarter turn from level to upright (`side` 1: on the left) or back. */
function curve(side: 1 | -1, half: 1 | -1): string {
  const dy = side === 1 ? ARC : -ARC;
  const sweep = half === 1 ? (side === 1 ? 1 : 0) : side === 1 ? 0 : 1;
  return `a${ARC} ${ARC} 0 0 ${sweep} ${ARC} ${dy}`;
}

function line(x: number, y: number, rest: string): string {
  return `<path d="M${n(x)} ${n(y)}${rest}"/>`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
