// Which alternative comes next, worked out when a rule first asks. A policy uses a part of the grammar only, and working
// all of it out is half of what making a parser costs, 15 ms at every start.

import { type ILookaheadStrategy, type IOrAlt, LLkLookaheadStrategy } from 'chevrotain';

type Alternation = Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0];
type Optional = Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0];

/** Chevrotain's own lookahead of so many tokens, only later. */
export class LazyLookahead extends LLkLookaheadStrategy implements ILookaheadStrategy {
  override buildLookaheadForAlternation(options: Alternation) {
    const build = () => super.buildLookaheadForAlternation(options);
    let built: ReturnType<typeof build> | undefined;
    return function look(this: object, alternatives?: IOrAlt<unknown>[]): number | undefined {
      built ??= build();
      takePlace(this, look, built);
      return built.call(this, alternatives);
    };
  }

  override buildLookaheadForOptional(options: Optional) {
    const build = () => super.buildLookaheadForOptional(options);
    let built: ReturnType<typeof build> | undefined;
    return function look(this: object): boolean {
      built ??= build();
      takePlace(this, look, built);
      return built.call(this);
    };
  }
}

/**
 * Puts what was built where the parser finds it the next time. Without this all is right too, but the parser takes half
 * as long again: V8 does not see through so many functions that only call another.
 */
function takePlace(parser: object, from: unknown, to: unknown): void {
  const table: unknown = Reflect.get(parser, 'currRuleLookaheadFuncs');
  if (!Array.isArray(table)) return;
  const at = table.indexOf(from);
  if (at >= 0) table[at] = to;
}
