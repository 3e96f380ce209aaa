export type { Clock } from '../clock.ts';
export type { Applied, ApplyOptions, ApplyResult, Bird, BirdOptions, Failed, Refused } from './bird.ts';
export {
  CONFIG_HEADER,
  peersLeftOut,
  type RenderOptions,
  renderBirdConfig,
  renderBirdConfigRedacted,
  whatIsWrong,
} from './bird-config.ts';
export { isUnnumbered } from './bird-discovery.ts';
export { BirdError, type BirdErrorCode } from './bird-error.ts';
export { type BirdImage, type BirdPaths, birdPaths } from './bird-files.ts';
export { INSTALL_METRIC } from './bird-kernel.ts';
export type { BirdEvent, BirdState } from './bird-life.ts';
export type { LeftOutPeer } from './bird-peers.ts';
export { type ParseResult, parseConfigText } from './bird-process.ts';
export type { ConfigError, Reply, ReplyLine } from './bird-reply.ts';
export { openBird } from './bird-runtime.ts';
export { type BirdSocket, connectBird } from './bird-socket.ts';
export { type LoopTable, loopTables } from './loop-protection.ts';
export type { Observed } from './observe.ts';
export { isBetterReplaced, LISTEN, type RestartedSession, restartsSessions } from './restarts.ts';
export type { TableRoute } from './route-table.ts';
export { type FamilyStatus, matchPeers, type SessionState, type SessionStatus } from './session-state.ts';
