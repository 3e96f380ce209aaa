// What nobody tells the agent, and what it therefore looks at every few seconds: sessions, BIRD itself, the node's default
// routes and its kernel.

import { observeSessions } from './observe.ts';
import type { FoundProblem } from './problems.ts';
import type { AgentRun, Run } from './run-parts.ts';

/** How often sessions are looked at, for the log and for `status`. */
const LOOK_MS = 2_000;

const BIRD_DOWN = {
  subject: 'bird',
  code: 'bird-down',
  message: 'BIRD is not running; it is being started again, and peers with graceful restart keep the routes meanwhile',
};

const BIRD_SILENT = {
  subject: 'bird',
  code: 'bird-silent',
  message:
    'BIRD is there and does not answer: changes wait; if it stays so, kill its process, and another is started while peers with graceful restart keep the routes',
};

/** Looks at sessions and BIRD every few seconds, until the function that it returns is called. */
export function lookAtSessions(run: AgentRun): () => void {
  const { agent, bird, birdWatch, kernel, options, readFacts, sessionWatch } = run;
  const { problems } = agent.view();
  let isOver = false;
  let facts = JSON.stringify(readFacts());
  const look = async () => {
    const before = facts;
    facts = JSON.stringify(readFacts());
    // Nobody tells that a default route changed.
    if (facts !== before) agent.reload(true);
    problems.set('process', birdProblems(run));
    kernel.look();
    sessionWatch.look(agent.view().applied?.peers ?? [], await observeSessions(bird, birdWatch.onAnswer));
    if (!isOver) options.clock.after(LOOK_MS, () => void look());
  };
  void look();
  return () => {
    isOver = true;
  };
}

/** What is wrong with the process. */
function birdProblems({ bird, birdWatch }: Run): readonly FoundProblem[] {
  if (birdWatch.status(bird).isSilent !== undefined) return [BIRD_SILENT];
  return bird.state() === 'recovering' ? [BIRD_DOWN] : [];
}
