/** Versions of the protocol and what a session of each may use (SPEC.md section 3.8). */
import type { Frame } from './generated/schema.ts';

/** Oldest first. A header's `schema_version` says by which one it was written. */
export const PROTOCOL_VERSIONS = [1, 2] as const;
export type ProtocolVersion = (typeof PROTOCOL_VERSIONS)[number];

/** The newest version that a Hello offers and this implementation speaks. */
export const chooseVersion = (offered: readonly number[]): ProtocolVersion | undefined =>
  PROTOCOL_VERSIONS.findLast((version) => offered.includes(version));

/** The addition that carries attachments. */
export const ATTACHMENTS = 'attachments.v1';

/** The addition that leads from one shard of the log to the next. It brings no frames, only fields. */
export const SHARDS = 'shards.v1';

const SINCE_2: ReadonlySet<Frame['frame']['kind']> = new Set<Frame['frame']['kind']>([
  'events',
  'eventsResult',
  'groupGet',
  'groups',
  'groupPut',
  'groupPutResult',
]);
const OF_ATTACHMENTS: ReadonlySet<Frame['frame']['kind']> = new Set<Frame['frame']['kind']>([
  'blobPut',
  'blobState',
  'blobChunk',
  'blobGet',
]);

/** What has been agreed in Hello and Welcome. */
export interface Agreed {
  readonly version: ProtocolVersion;
  readonly capabilities: ReadonlySet<string>;
}

/** Whether a session that has agreed on this may use a kind of frame, by version and capability. */
export function isAgreed(kind: Frame['frame']['kind'], { version, capabilities }: Agreed): boolean {
  if (SINCE_2.has(kind)) return version >= 2;
  return !OF_ATTACHMENTS.has(kind) || (version >= 2 && capabilities.has(ATTACHMENTS));
}
