/** Holds: a message that is ordered to be kept stays, with its content, until it is released. */
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { apply } from '../../ledger/apply.ts';
import { needsContent, PURGE_MESSAGES_MAX } from '../../ledger/holds.ts';
import { MemoryStore } from '../../ledger/store/memory.ts';
import type { Change } from '../../ledger/state.ts';
import type { SubmitCommand } from '../../ledger/decide.ts';
import { refusalOf } from '../support/refusal.ts';
import { DAY_MS, handover, makeAgency, message, removeDirectory, TestLedger } from './support.ts';

afterAll(removeDirectory);

const customs = makeAgency('xa.customs');
const police = makeAgency('xb.police');
const harbour = makeAgency('xc.harbour');

/** Notes what each entry would erase. */
class NotingStore extends MemoryStore {
  erased: (number | string)[] = [];

  override write(changes: readonly Change[]): void {
    super.write(changes);
    for (const change of changes) if (change.kind === 'erase-content') this.erased.push(change.index);
  }
}

let store: NotingStore;
let ledger: TestLedger;
beforeEach(() => {
  store = new NotingStore();
  ledger = new TestLedger([customs, police, harbour], store);
});

const submit = (to = [police]): { command: SubmitCommand; index: number } => {
  const command = message(customs, to, ledger.nowMs);
  const index = ledger.size;
  ledger.recorded(command);
  return { command, index };
};
const named = ({ command }: { command: SubmitCommand }) => ({
  sender: command.parsed.sender,
  messageId: command.parsed.routing.messageId,
});
const hold = (sent: { command: SubmitCommand }, reference = 'Court 5/31') =>
  ledger.act({ kind: 'hold', value: { ...named(sent), reference } });
const release = (sent: { command: SubmitCommand }) => ledger.act({ kind: 'releaseHold', value: named(sent) });
const needs = (index: number): boolean => needsContent(store, store.get('messages', index)!);

describe('the content', () => {
  test('stays when everybody has the message, and goes when the hold is released', () => {
    const sent = submit([police, harbour]);
    hold(sent);
    ledger.recorded(handover(sent.command, police, 1));
    ledger.recorded(handover(sent.command, harbour, 1));
    expect([store.erased, needs(sent.index)]).toEqual([[], true]);
    release(sent);
    expect([store.erased, needs(sent.index)]).toEqual([[sent.index], false]);
  });

  test('stays when the message expires', () => {
    const sent = submit();
    hold(sent);
    ledger.nowMs += 100 * DAY_MS;
    ledger.recorded({ kind: 'expire', entryIndex: sent.index });
    expect([store.erased, needs(sent.index)]).toEqual([[], true]);
    release(sent);
    expect(store.erased).toEqual([sent.index]);
  });

  test('is erased with the last handover when the hold was released before', () => {
    const sent = submit();
    hold(sent);
    release(sent);
    expect([store.erased, needs(sent.index)]).toEqual([[], true]);
    ledger.recorded(handover(sent.command, police, 1));
    expect(store.erased).toEqual([sent.index]);
  });

  test('that was erased before is not erased a second time by a release', () => {
    const sent = submit();
    ledger.recorded(handover(sent.command, police, 1));
    hold(sent);
    expect([store.erased, needs(sent.index)]).toEqual([[sent.index], false]);
    release(sent);
    expect(store.erased).toEqual([sent.index]);
    hold(sent);
    expect(needs(sent.index)).toBe(false);
  });
});

describe('forgetting', () => {
  test('passes a held message over, and takes it when it is released', () => {
    const [kept, gone] = [submit(), submit()];
    hold(kept);
    for (const [i, { command }] of [kept, gone].entries()) ledger.recorded(handover(command, police, i + 1));
    ledger.nowMs += 200 * DAY_MS;
    ledger.recorded({ kind: 'purge' });
    expect([...store.scan('messages')].map(({ entryIndex }) => entryIndex)).toEqual([kept.index]);
    expect(ledger.recorded({ kind: 'purge' })).toEqual([]);
    release(kept);
    ledger.recorded({ kind: 'purge' });
    expect([...store.scan('messages'), ...store.scan('deliveries'), ...store.scan('holds')]).toEqual([]);
  });

  test('goes on behind more held messages than one entry forgets', () => {
    const [row] = [submit()].map(({ index }) => store.get('messages', index)!);
    store.write([{ kind: 'delete', table: 'messages', key: [row!.entryIndex] }]);
    const expiresAtMs = ledger.nowMs;
    for (let i = 0; i < PURGE_MESSAGES_MAX + 10; i++) {
      const entryIndex = 1000 + i;
      store.write([
        {
          kind: 'put',
          table: 'messages',
          row: { ...row!, entryIndex, expiresAtMs, outstanding: 0, places: new Uint8Array() },
        },
        ...(i < PURGE_MESSAGES_MAX + 5
          ? [{ kind: 'put', table: 'holds', row: { entryIndex, heldIndex: 1, reference: 'x' } } as const]
          : []),
      ]);
    }
    ledger.nowMs += 200 * DAY_MS;
    ledger.recorded({ kind: 'purge' });
    expect([...store.scan('messages')]).toHaveLength(PURGE_MESSAGES_MAX + 5);
  });
});

describe('refused are', () => {
  test('a message that is unknown, of another sender, held already; a release of what is not held; no reference', () => {
    const sent = submit();
    const refusal = (act: Parameters<TestLedger['nextAct']>[0]) => ledger.refusal(ledger.nextAct(act)).code;
    const { sender, messageId } = named(sent);
    const reference = 'Court 5/31';
    expect(refusal({ kind: 'releaseHold', value: { sender, messageId } })).toBe('ACT_INVALID');
    for (const empty of ['', '  ']) {
      expect(refusal({ kind: 'hold', value: { sender, messageId, reference: empty } })).toBe('ACT_INVALID');
    }
    const unknown = new Uint8Array(16).fill(9);
    expect(refusal({ kind: 'hold', value: { sender, messageId: unknown, reference } })).toBe('MESSAGE_UNKNOWN');
    const other = police.mailboxes[0]!;
    expect(refusal({ kind: 'hold', value: { sender: other, messageId, reference } })).toBe('MESSAGE_UNKNOWN');
    hold(sent);
    expect(refusal({ kind: 'hold', value: { sender, messageId, reference } })).toBe('ACT_INVALID');
    release(sent);
    expect(refusal({ kind: 'releaseHold', value: { sender, messageId } })).toBe('ACT_INVALID');
  });

  test('a fold over an act that nobody can have given', () => {
    const sent = submit();
    const act = ledger.nextAct({ kind: 'releaseHold', value: named(sent) });
    const event = { kind: 'operatorAct', value: { act: act.signed } } as const;
    const fold = () => apply(store, ledger.size, { blind: new Uint8Array(16), atMs: ledger.nowMs, event });
    expect(refusalOf(fold)).toBe('DATA_DAMAGED');
  });
});
