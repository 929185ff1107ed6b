/** Closed user groups: asked for, proven to be in the log, remembered, and changed by their owners. */
import { signLeaf, verifyLeaf } from '../../protocol/batch.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { ActSchema, Classification, type Group, GroupStatementSchema } from '../../protocol/generated/schema.ts';
import { type Mailbox, toHex } from '../../protocol/ids.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { ownMailbox } from '../compose.ts';
import type { ProvenEntry } from '../log-view.ts';
import type { NodeRuntime } from '../runtime.ts';
import { remoteError } from '../session/connection-errors.ts';
import type { Link } from '../session/link.ts';
import type { KnownGroup } from '../store/group-store.ts';
import { groupIdBytes } from './names.ts';
import type { GroupDraft, GroupInfo } from './types.ts';

/** A group that was changed is told by GROUP_CHANGED at once; this only spares a question for each message. */
const FRESH_MS = 60_000;

export class Groups {
  private readonly runtime: NodeRuntime;
  private readonly asked = new Map<string, number>();

  constructor(runtime: NodeRuntime) {
    this.runtime = runtime;
  }

  /**
   * A group as its newest entry defines it.
   * @throws LiaisonError GROUP_UNKNOWN; PROOF_INVALID, SIGNATURE_INVALID and the like when the entry proves nothing;
   *   DIRECTORY_ROLLED_BACK when an older entry is shown than before; why the gateway cannot be asked
   */
  async current(link: Link, groupId: Uint8Array): Promise<KnownGroup> {
    const name = toHex(groupId);
    const ageMs = this.runtime.now() - (this.asked.get(name) ?? -Infinity);
    const known = ageMs >= 0 && ageMs < FRESH_MS ? this.runtime.groups.get(groupId) : undefined;
    if (known) return known;
    await this.ask(link, [groupId]);
    const found = this.runtime.groups.get(groupId);
    if (!found) throw new LiaisonError('GROUP_UNKNOWN', name);
    return found;
  }

  /** The next use asks again. */
  forget(groupId: Uint8Array): void {
    this.asked.delete(toHex(groupId));
  }

  /** Asks for groups and keeps what is proven. @param groupIds empty for all of the own mailboxes. @throws LiaisonError GROUP_ENDED */
  async ask(link: Link, groupIds: Uint8Array[]): Promise<KnownGroup[]> {
    if (link.agreed.version < 2) throw new LiaisonError('VERSION_UNSUPPORTED', 'Groups need version 2.');
    const frame = await link.groups(groupIds);
    if (frame.unknown.length > 0) throw new LiaisonError('GROUP_UNKNOWN', frame.unknown.map(toHex).join(', '));
    const { log, groups, db, now } = this.runtime;
    const known: KnownGroup[] = [];
    if (frame.entries.length > 0) {
      const checkpoint = log.meet(frame.checkpoint);
      for (const entry of frame.entries) {
        const group = await this.judge(link, log.prove(checkpoint, frame.hashes, entry));
        if (group) known.push(group);
        // Who lists all groups still gets the others.
        else if (groupIds.length > 0) throw new LiaisonError('GROUP_ENDED', 'It ended before this node knew of it.');
      }
    }
    await db.write(() => {
      for (const each of known) groups.put(each);
    });
    for (const { group } of known) this.asked.set(toHex(group.groupId), now());
    return known;
  }

  /** @throws LiaisonError as {@link current}; the codes of the gateway when it refuses the change */
  async put(link: Link, draft: GroupDraft): Promise<GroupInfo> {
    if (link.agreed.version < 2) throw new LiaisonError('VERSION_UNSUPPORTED', 'Groups need version 2.');
    const { config, keys, log, now, random } = this.runtime;
    const before = draft.groupId === undefined ? undefined : await this.fresh(link, groupIdBytes(draft.groupId));
    const group = groupOf(draft, before?.group, {
      groupId: before?.group.groupId ?? random(16),
      owner: ownMailbox(draft.owner ?? before?.group.owner, config.mailboxes),
      nowMs: now(),
    });
    const statement = encode(GroupStatementSchema, {
      blind: random(LIMITS.blindBytes),
      origin: log.origin,
      replaces: before?.version ?? 0,
      createdAtMs: now(),
      group,
      end: draft.end ?? false,
    });
    const { code, text } = await link.putGroup(signLeaf('group', keys.signingKey, statement));
    if (code !== 0) throw remoteError(code, text);
    return groupInfo(await this.fresh(link, group.groupId), now());
  }

  private fresh(link: Link, groupId: Uint8Array): Promise<KnownGroup> {
    this.forget(groupId);
    return this.current(link, groupId);
  }

  private async judge(link: Link, proven: ProvenEntry): Promise<KnownGroup | undefined> {
    const shown = await this.read(link, proven);
    if (!shown) return undefined;
    const known = this.runtime.groups.get(shown.group.groupId);
    if (known && shown.version < known.version) {
      const detail = `Group ${shown.group.name}: version ${shown.version} after ${known.version}.`;
      throw new LiaisonError('DIRECTORY_ROLLED_BACK', detail);
    }
    return shown;
  }

  /** @returns nothing for a group whose end is all that is shown, and that this node has not known before */
  private async read(link: Link, { entry: { event, atMs }, number }: ProvenEntry): Promise<KnownGroup | undefined> {
    if (event.kind === 'groupChange') {
      const { statement: leaf } = event.value;
      const { group, end } = decode(GroupStatementSchema, leaf.leaf, 'signed');
      const owner = group.owner as Mailbox;
      const logged = { index: number, atMs };
      verifyLeaf('group', await this.runtime.directory.signingKey(link, owner, leaf.signature.keyId, logged), leaf);
      return { version: number, group, ended: end };
    }
    const act = event.kind === 'operatorAct' ? decode(ActSchema, event.value.act.leaf, 'signed').act : undefined;
    if (act?.kind === 'setGroup') return { version: number, group: act.value.group, ended: false };
    if (act?.kind === 'endGroup') {
      const before = this.runtime.groups.get(act.value.groupId);
      return before && { version: number, group: before.group, ended: true };
    }
    throw new LiaisonError('PROOF_INVALID', `Entry ${number} defines no group.`);
  }
}

/** Whether nothing can be sent in it at this time. */
export const hasEnded = ({ group: { endsAtMs }, ended }: KnownGroup, nowMs: number): boolean =>
  ended || (endsAtMs !== 0 && endsAtMs <= nowMs);

export function groupInfo(known: KnownGroup, nowMs: number): GroupInfo {
  const { group, version } = known;
  return {
    groupId: toHex(group.groupId),
    name: group.name,
    owner: group.owner as Mailbox,
    members: group.members as Mailbox[],
    nominalAllowed: group.nominalAllowed,
    form: group.simplifiedForm ? 'SIMPLIFIED' : 'LONG',
    startsAt: group.startsAtMs,
    endsAt: group.endsAtMs,
    ended: hasEnded(known, nowMs),
    version,
  };
}

/** What the draft leaves out stays as it was. */
function groupOf(
  draft: GroupDraft,
  before: Group | undefined,
  { groupId, owner, nowMs }: { groupId: Uint8Array; owner: Mailbox; nowMs: number },
): Group {
  const { form, classificationMax } = draft;
  return {
    groupId,
    owner,
    name: draft.name,
    members: [...draft.members],
    startsAtMs: draft.startsAt ?? before?.startsAtMs ?? nowMs,
    endsAtMs: draft.endsAt ?? before?.endsAtMs ?? 0,
    simplifiedForm: form === undefined ? (before?.simplifiedForm ?? false) : form === 'SIMPLIFIED',
    nominalAllowed: draft.nominalAllowed ?? before?.nominalAllowed ?? false,
    classificationMax:
      classificationMax === undefined
        ? (before?.classificationMax ?? Classification.BPL)
        : Classification[classificationMax],
  };
}
