// Which alternative comes next, worked out when a rule first asks. A policy uses a part of the grammar only, and working
// all of it out is half of what making a parser costs, 15 ms at every start.

import { type ILookaheadStrategy, type IOrAlt, LLkLookaheadStrategy } from 'chevrotain';

type Alternation = Parameters<ILookaheadStrategy['buildLookaheadForAlternation']>[0];
type Optional = Parameters<ILookaheadStrategy['buildLookaheadForOptional']>[0];

/** Chevrotain's own lookahead of so many tokens, only later. */
export class LazyLookahead extends LLkLookaheadStrategy implements ILookaheadStrategy {
  override buildLookaheadForAlternation(options: Alternation) {
    const build = () => super.buildLookaheadForAlternation(options);
    let look: ReturnType<typeof build> | undefined;
    return function (this: unknown, alternatives?: IOrAlt<unknown>[]): number | undefined {
      look ??= build();
      return look.call(this, alternatives);
    };
  }

  override buildLookaheadForOptional(options: Optional) {
    const build = () => super.buildLookaheadForOptional(options);
    let look: ReturnType<typeof build> | undefined;
    return function (this: unknown): boolean {
      look ??= build();
      return look.call(this);
    };
  }
}
