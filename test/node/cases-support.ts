/** Bodies of every kind that the tests of cases need, and a gateway of version 2 in memory. */
import { ProofTable } from '../../audit/index.ts';
import { decode, encode } from '../../protocol/codec.ts';
import { parseHeader } from '../../protocol/envelope/verify.ts';
import {
  type Act,
  ActSchema,
  type Body,
  type Entry,
  type EventStatement,
  EventStatementSchema,
  type Group,
  GroupStatementSchema,
  type Routing,
} from '../../protocol/generated/schema.ts';
import { type MessageId, messageIdBytes, toHex } from '../../protocol/ids.ts';
import type { FakeGateway, FrameBody } from './fake-gateway.ts';

type Kind = Body['content']['kind'];
type ValueOf<K extends Kind> = Extract<Body['content'], { kind: K }>['value'];

export const bodyOf = <K extends Kind>(kind: K, value: ValueOf<K>, caseNumber = ''): Body => ({
  ...{ caseNumber, language: 'en', handlingText: '', attachments: [] },
  content: { kind, value } as Body['content'],
});

const evaluation = { sourceCode: 2, infoCode: 2, assessedByUnit: 'xb.police/desk', assessedAtMs: 1 } as const;

export const request = (subject = 'Larkspur Freight Ltd', caseNumber = ''): Body =>
  bodyOf(
    'informationRequest',
    {
      ...{
        subject,
        informationSought: 'Consignor history',
        purposeAndFacts: 'Seizure of 12 May',
        offence: 'Smuggling',
      },
      ...{ crimeArea: 1, urgencyReason: 'The vessel sails tonight.', useRestrictions: '', objects: [] },
    },
    caseNumber,
  );
export const answer = (interim = false): Body =>
  bodyOf('informationAnswer', {
    ...{ outcome: 1, text: 'Known since 2021.', evaluation, evidenceUseConsent: false, interim, objects: [] },
  });
export const information = (subject = 'Vessel', caseNumber = ''): Body =>
  bodyOf(
    'spontaneousInformation',
    { crimeArea: 1, text: 'CANARY-text of it.', evaluation, subject, objects: [] },
    caseNumber,
  );
export const refusal = (): Body => bodyOf('refusal', { reason: 1, partRefused: '', explanation: 'Not held here.' });
export const question = (): Body => bodyOf('clarificationRequest', { question: 'Which year?' });
export const clarification = (): Body => bodyOf('clarification', { answer: '2025', objects: [] });
export const recall = (id: Uint8Array): Body =>
  bodyOf('recall', { targetMessage: id, reason: 'Sent in error.', replacement: new Uint8Array(0) });
export const correction = (id: Uint8Array): Body =>
  bodyOf('correction', { targetMessage: id, reason: 'EUR 421,000.', replacement: new Uint8Array(0) });
export const restriction = (id: Uint8Array): Body =>
  bodyOf('restrictionUpdate', { targetMessage: id, reason: 'Source at risk.' });
export const compliance = (id: Uint8Array): Body =>
  bodyOf('complianceReceipt', { targetMessage: id, actionDone: 'Erased.', doneAt: '2026-03-01T10:00:00Z' });

export const seizure = (text = 'Behind tile cartons.'): Body =>
  bodyOf('seizureReport', {
    ...{ nationalRef: 'XA-2026-17', form: 2, seizedAt: '2026-03-01T10:00:00+01:00' },
    location: {
      ...{ name: 'Port Alder', country: 'DE', unLocode: '', latitude: '', longitude: '', address: '' },
    },
    ...{ locationType: 1, direction: 1, customsRegime: '', conveyance: undefined, route: undefined },
    ...{ detectionMethod: 1, concealment: 'Cartons', photos: [], modusOperandi: text, operationId: '' },
    goods: [
      {
        ...{ commodity: 7, hs: '3004', description: 'Tablets', quantity: '48000', unit: 'pieces' },
        ...{ value: '', currency: '', brand: '', cites: '' },
      },
    ],
  });

/** A gateway that speaks version 2 and keeps groups. */
export class CaseGateway {
  readonly gateway: FakeGateway;
  /** The entry that last changed each group. */
  readonly groups = new Map<string, number>();
  readonly events: EventStatement[] = [];
  /** Entries that are served for any message that is asked about. */
  proofs: number[] = [];
  version = 2;

  constructor(gateway: FakeGateway) {
    this.gateway = gateway;
    gateway.intercept = (frame, connection) => this.handle(frame, (answered) => connection.answer(answered));
  }

  /** Routings of everything that was submitted. */
  get submitted(): Routing[] {
    return this.gateway
      .of('submit')
      .flatMap(({ envelopes }) => envelopes.map((each) => parseHeader(each.header).routing));
  }

  submittedBy(id: MessageId): Routing[] {
    return this.submitted.filter(({ messageId }) => toHex(messageId) === toHex(messageIdBytes(id)));
  }

  setGroup(group: Group): number {
    const act = {
      kind: 'setGroup' as const,
      value: { group },
    };
    return this.put(group.groupId, operatorAct(act));
  }

  put(groupId: Uint8Array, event: Entry['event']): number {
    const { log } = this.gateway;
    const index = log.firstNumber + log.append(event);
    this.groups.set(toHex(groupId), index);
    return index;
  }

  private handle(frame: FrameBody, answered: (frame: FrameBody) => void): boolean {
    const { gateway } = this;
    switch (frame.kind) {
      case 'hello':
        answered({ kind: 'welcome', value: { ...gateway.welcome(frame.value.checkpoint), version: this.version } });
        return true;
      case 'groupGet': {
        const wanted = frame.value.groupIds.length > 0 ? frame.value.groupIds.map(toHex) : [...this.groups.keys()];
        const table = new ProofTable();
        const known = wanted.flatMap((id) => this.groups.get(id) ?? []);
        const entries = known.map((index) => gateway.logged(index, table));
        const unknown = frame.value.groupIds.filter((id) => !this.groups.has(toHex(id)));
        const { request: number } = frame.value;
        const checkpoint = gateway.log.checkpoint();
        answered({ kind: 'groups', value: { request: number, checkpoint, hashes: table.hashes, entries, unknown } });
        return true;
      }
      case 'groupPut': {
        const { group } = decode(GroupStatementSchema, frame.value.statement.leaf, 'signed');
        const index = this.put(group.groupId, { kind: 'groupChange', value: { statement: frame.value.statement } });
        const { request: number } = frame.value;
        answered({ kind: 'groupPutResult', value: { request: number, code: 0, index, text: '', retry: false } });
        return true;
      }
      case 'events': {
        const said = frame.value.statements.map((bytes) => decode(EventStatementSchema, bytes, 'signed'));
        this.events.push(...said);
        const items = said.map(({ messageId }) => ({ messageId, code: 0, index: 9, text: '', retry: false }));
        answered({ kind: 'eventsResult', value: { request: frame.value.request, items } });
        return true;
      }
      case 'proofGet':
        if (frame.value.messageIds.length === 0) return false;
        gateway.proofs(frame.value, gateway.connection, this.proofs);
        return true;
      default:
        return false;
    }
  }
}

export function operatorAct(act: Act['act']): Entry['event'] {
  const leaf = encode(ActSchema, {
    blind: new Uint8Array(16),
    origin: 'gateway.test/log',
    number: 0,
    createdAtMs: 1,
    act,
  });
  const signature = { algorithm: 1, keyId: new Uint8Array(32), size: 1, signature: new Uint8Array(64) } as const;
  return { kind: 'operatorAct', value: { act: { leaf, signature, path: { index: 0, hashes: [] } } } };
}
