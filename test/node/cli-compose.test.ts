/** `node compose` without a terminal: scripted answers for every message type, and each wrong answer refused at once. */
import { describe, expect, test } from 'vitest';
import type { Asker, ChoiceQuestion, SeveralQuestion, TextQuestion } from '../../cli/ask.ts';
import { usualTypes } from '../../node/commands/addressing.ts';
import { askMessage, type ComposingNode, composeCommand, summaryOf } from '../../node/commands/compose.ts';
import { composeMessage } from '../../node/compose.ts';
import type { SendRequest, StoredMessage } from '../../node/index.ts';
import { LiaisonError } from '../../protocol/errors.ts';
import { MessageType, type Routing } from '../../protocol/generated/schema.ts';
import { messageIdBytes, newMessageId, parseMailbox, parseMessageId } from '../../protocol/ids.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';
import { MESSAGE_TYPES } from '../../protocol/messages/types.ts';
import { validateBody } from '../../protocol/messages/validate.ts';

const OWN = parseMailbox('xa.customs/portalder');
const OTHER = parseMailbox('xb.police/desk');
const ORIGINAL = newMessageId(1, new Uint8Array(10));
const TARGET = newMessageId(2, new Uint8Array(10));

interface Script {
  /** Answers by a part of the question; several are given one after the other. */
  readonly texts?: Readonly<Record<string, readonly string[]>>;
  readonly several?: Readonly<Record<string, readonly string[]>>;
  readonly choices?: Readonly<Record<string, string>>;
  /** All optional details are stated. */
  readonly all?: boolean;
}

/** Answers with what the question shows as an example, or with words. Notes what was refused. */
class Scripted implements Asker {
  readonly asked: string[] = [];
  readonly refused: string[] = [];
  readonly said: string[] = [];
  private readonly script: Script;

  constructor(script: Script = {}) {
    this.script = script;
  }

  async text({ message, initial, placeholder, problem }: TextQuestion): Promise<string> {
    this.asked.push(message);
    const key = Object.keys(this.script.texts ?? {}).find((part) => message.includes(part));
    const answers = [...(this.script.texts?.[key ?? ''] ?? []), initial, placeholder, 'ab', '1'];
    for (const answer of answers) {
      if (answer === undefined) continue;
      const wrong = problem?.(answer);
      if (wrong === undefined) return Promise.resolve(answer);
      this.refused.push(`${message}: ${wrong}`);
    }
    throw new LiaisonError('USAGE', `No answer fits ${message}: ${this.refused.at(-1) ?? ''}`);
  }

  choose({ message, options, initial }: ChoiceQuestion): Promise<string> {
    this.asked.push(message);
    const wanted = Object.entries(this.script.choices ?? {}).find(([part]) => message.includes(part))?.[1];
    const answer = wanted ?? initial ?? options[0]!.value;
    expect(options.map(({ value }) => value)).toContain(answer);
    return Promise.resolve(answer);
  }

  several({ message, options, initial = [], isNeeded }: SeveralQuestion): Promise<string[]> {
    this.asked.push(message);
    const wanted = Object.entries(this.script.several ?? {}).find(([part]) => message.includes(part))?.[1];
    if (wanted) return Promise.resolve([...wanted]);
    const isDetail = message.includes('what else');
    if (isDetail) return Promise.resolve(this.script.all === true ? options.map(({ value }) => value) : []);
    return Promise.resolve(initial.length > 0 || isNeeded !== true ? [...initial] : [options[0]!.value]);
  }

  confirm(message: string, initial = true): Promise<boolean> {
    this.asked.push(message);
    return Promise.resolve(initial);
  }

  say(text: string): void {
    this.said.push(text);
  }
}

const routing = (type: MessageType): Routing =>
  ({
    type,
    sender: OTHER,
    recipients: [{ mailbox: OTHER }],
    handling: [3],
    classification: 2,
    inReplyTo: messageIdBytes(TARGET),
  }) as unknown as Routing;

function nodeWith(type: MessageType, isOwn = false): ComposingNode {
  const message = { direction: isOwn ? 'sent' : 'received', routing: routing(type) } as unknown as StoredMessage;
  return {
    config: { mailboxes: [OWN] },
    find: (id: string) => {
      if (id !== ORIGINAL) throw new LiaisonError('MESSAGE_NOT_FOUND', id);
      return [message];
    },
    directory: () => Promise.resolve([OWN, OTHER].map((mailbox) => ({ mailbox, active: true }))),
  } as unknown as ComposingNode;
}

const TEXTS = { 'message that this is about': [ORIGINAL], 'Valid until': ['2032-05-06T07:08:09+02:00'] };
const NOMINAL = { 'Nominal annex: what else': ['persons'], 'Person: what else': ['familyName'] };
const context = { mailboxes: [OWN], nowMs: 1_900_000_000_000, random: (bytes: number) => new Uint8Array(bytes) };
const names = Object.keys(MessageType).filter((name) => name !== 'UNSPECIFIED') as (keyof typeof MessageType)[];
/** The header of an annex needs the report, which only a whole node has. */
const check = (request: SendRequest): unknown =>
  request.type === 'NOMINAL_ANNEX' ? validateBody(bodyFromJson(request.body)) : composeMessage(request, context);

describe('every message type', () => {
  test.each(names)('%s can be composed from the questions alone', async (name) => {
    const rule = MESSAGE_TYPES[MessageType[name] as keyof typeof MESSAGE_TYPES];
    const replied = rule.repliesTo?.[0] ?? MessageType.SPONTANEOUS_INFORMATION;
    const ask = new Scripted({ texts: TEXTS, several: NOMINAL });
    const request = await askMessage(nodeWith(replied), ask, { type: name });
    expect(() => check(request)).not.toThrow();
    expect(request).toMatchObject({ type: name, to: [OTHER], ...(rule.repliesTo && { inReplyTo: ORIGINAL }) });
    expect('annexOf' in request).toBe(name === 'NOMINAL_ANNEX');
    expect(summaryOf(request).join('\n')).toContain(`To: ${OTHER}`);
  });

  test.each(names)('%s with all its details', async (name) => {
    const rule = MESSAGE_TYPES[MessageType[name] as keyof typeof MESSAGE_TYPES];
    const replied = rule.repliesTo?.[0] ?? MessageType.SPONTANEOUS_INFORMATION;
    const ask = new Scripted({ all: true, texts: DETAILS, choices: { 'What is it': 'container' } });
    const request = await askMessage(nodeWith(replied), ask, { type: name, replyTo: ORIGINAL });
    expect(() => check(request)).not.toThrow();
  });
});

const DETAILS = {
  ...TEXTS,
  Vin: ['1HGBH41JXMN109186'],
  Imo: ['9074729'],
  Mmsi: ['211331640'],
  Iban: ['FR1420041010050500013M02606'],
};

describe('answers', () => {
  const request = { type: 'INFORMATION_REQUEST' } as const;

  test('in no language are refused at once', async () => {
    const ask = new Scripted({ texts: { 'Language of the texts': ['plain English', 'pt-BR'] } });
    const { body } = await askMessage(nodeWith(MessageType.ALERT), ask, { type: 'SPONTANEOUS_INFORMATION' });
    expect(ask.refused[0]).toMatch(/^Language of the texts\?: Expected a well-formed language tag/);
    expect(body).toMatchObject({ language: 'pt-BR' });
  });

  test('that nobody has given grade nothing: an evaluation is X4', async () => {
    const type = 'SPONTANEOUS_INFORMATION';
    const { body } = await askMessage(nodeWith(MessageType.ALERT), new Scripted(), { type });
    expect(body).toMatchObject({ spontaneousInformation: { evaluation: { sourceCode: 'X', infoCode: '4' } } });
  });

  test('that are empty or too long are refused at once, with the rule', async () => {
    const ask = new Scripted({ texts: { Subject: ['', ' ', 'x'.repeat(1001), 'Vessel'] } });
    const { body } = await askMessage(nodeWith(MessageType.ALERT), ask, request);
    expect(body).toMatchObject({ informationRequest: { subject: 'Vessel' } });
    expect(ask.refused).toEqual([
      'Subject: Is missing.',
      'Subject: Is missing.',
      'Subject: Is longer than 1000 bytes.',
    ]);
  });

  test('ask for what another answer makes necessary', async () => {
    const ask = new Scripted({ choices: { Urgency: 'URGENT' } });
    const { body } = await askMessage(nodeWith(MessageType.ALERT), ask, request);
    expect(ask.said.join()).toContain('urgencyReason is missing');
    expect(body).toMatchObject({ informationRequest: { urgencyReason: 'ab' } });
  });

  test('of H3 bring the question for its text', async () => {
    const ask = new Scripted({ several: { Handling: ['H3'] }, texts: { 'restriction does H3': ['', 'Ask us.'] } });
    const asked = await askMessage(nodeWith(MessageType.ALERT), ask, request);
    expect(asked).toMatchObject({ handling: ['H3'], body: { handlingText: 'Ask us.' } });
    expect(ask.refused).toEqual(['Which restriction does H3 stand for?: Needed.']);
  });

  test('propose sender, marks and target of what is answered', async () => {
    const ask = new Scripted();
    const asked = await askMessage(nodeWith(MessageType.INFORMATION_REQUEST), ask, {
      replyTo: ORIGINAL,
      type: 'refusal',
    });
    expect(asked).toMatchObject({
      to: [OTHER],
      handling: ['H2'],
      classification: 'EU_RESTRICTED',
      inReplyTo: ORIGINAL,
    });
  });

  test('about an id that this node does not have are refused', async () => {
    const ask = new Scripted({ texts: { 'message that this is about': ['abc', TARGET, ORIGINAL] } });
    await askMessage(nodeWith(MessageType.INFORMATION_REQUEST), ask, { type: 'refusal' });
    expect(ask.refused).toHaveLength(2);
    expect(ask.refused[1]).toContain('There is no such message here.');
    const wrong = askMessage(nodeWith(MessageType.ALERT), new Scripted(), { replyTo: parseMessageId(TARGET) });
    await expect(wrong).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
  });

  test('are asked for recipients in words when the directory cannot be had', async () => {
    const node = { ...nodeWith(MessageType.ALERT), directory: () => Promise.reject(new LiaisonError('UNAVAILABLE')) };
    const ask = new Scripted({ texts: { 'To whom': ['', 'nobody', 'xb.police/desk, xc.revenue/desk'] } });
    const { to } = await askMessage(node, ask, request);
    expect(to).toEqual(['xb.police/desk', 'xc.revenue/desk']);
    expect(ask.refused).toHaveLength(2);
  });
});

test('what can be written about a message depends on who wrote it', () => {
  const types = (type: MessageType, isOwn: boolean): string[] =>
    usualTypes({ id: ORIGINAL, isOwn, routing: routing(type) });
  expect(types(MessageType.INFORMATION_REQUEST, false)).toEqual([
    ...['INFORMATION_ANSWER', 'SPONTANEOUS_INFORMATION', 'REFUSAL', 'CLARIFICATION_REQUEST', 'DEADLINE_NOTICE'],
    'PERMISSION_REQUEST',
  ]);
  expect(types(MessageType.ALERT, true)).toEqual([
    'SPONTANEOUS_INFORMATION',
    'RESTRICTION_UPDATE',
    'CORRECTION',
    'RECALL',
  ]);
});

test('without a terminal it says what to use instead', async () => {
  const run = composeCommand().exitOverride().parseAsync(['--config', 'no.yaml'], { from: 'user' });
  await expect(run).rejects.toMatchObject({
    code: 'USAGE',
    detail: 'This asks questions and needs a terminal. Use ./liaison node send.',
  });
});

test('a summary shows every answer, with times in words', () => {
  const lines = summaryOf({
    to: [OTHER],
    urgency: 'URGENT',
    body: { language: 'en', riskProfile: { indicators: ['a', 'b'], evaluation: { assessedAtMs: 0, sourceCode: 'B' } } },
  });
  expect(lines).toEqual([
    ...[
      'To: xb.police/desk',
      'Urgency: URGENT',
      'Language: en',
      'Risk profile:',
      '  Indicators 1: a',
      '  Indicators 2: b',
    ],
    ...['  Evaluation:', '    Assessed at: 1970-01-01T00:00:00.000Z', '    Source code: B'],
  ]);
});
