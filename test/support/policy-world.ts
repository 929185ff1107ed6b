/** A gateway that denies by default, agencies with raw nodes, and messages that say what the policy looks at. */
import { randomBytes } from 'node:crypto';
import { signLeaf } from '../../protocol/batch.ts';
import { encode } from '../../protocol/codec.ts';
import { signMessages } from '../../protocol/envelope/seal.ts';
import { type ErrorCode, ERRORS } from '../../protocol/errors.ts';
import {
  type Agreement,
  Classification,
  type Group,
  type GroupPutResult,
  type GroupStatement,
  GroupStatementSchema,
  MessageType,
  type Routing,
  type SubmitOutcome,
} from '../../protocol/generated/schema.ts';
import { equalBytes } from '../../protocol/ids.ts';
import { type Draft, newId, RawNode, seal } from './raw-node.ts';
import { type Agency, World } from './world.ts';

/** All messages of one world are of one thread. */
const threadId = new Uint8Array(randomBytes(16));

const draftOf = (messageId: Uint8Array, routing: Partial<Routing> = {}): Draft => {
  const content = contentOf(routing);
  return { messageId, routing: { schemaVersion: 2, threadId, ...routing }, ...(content && { content }) };
};

/** The gateway sees none of it. */
function contentOf({ type, inReplyTo = new Uint8Array(0), grant }: Partial<Routing>): Draft['content'] {
  const targetMessage = inReplyTo;
  switch (type) {
    case MessageType.PERMISSION_REQUEST:
      return {
        kind: 'permissionRequest',
        value: { targetMessage, newRecipients: ['un.unodc/desk'], purpose: 'A case.' },
      };
    case MessageType.PERMISSION_DECISION: {
      const value = {
        targetMessage: grant?.target ?? targetMessage,
        newRecipients: grant?.recipients ?? ['un.unodc/desk'],
        granted: grant !== undefined,
        conditions: '',
        expiresAt: '',
        reason: '',
      };
      return { kind: 'permissionDecision', value };
    }
    case MessageType.RECALL:
      return { kind: 'recall', value: { targetMessage, reason: 'An error.', replacement: new Uint8Array(0) } };
    case MessageType.COMPLIANCE_RECEIPT:
      return {
        kind: 'complianceReceipt',
        value: { targetMessage, actionDone: 'Erased.', doneAt: '2031-05-01T12:00:00Z' },
      };
    default:
      return undefined;
  }
}

export class PolicyWorld {
  readonly world = new World({ byAgreement: true });
  /** Codes of the refusals that were expected, in order. */
  readonly refusals: number[] = [];
  private readonly nodes = new Map<string, RawNode>();
  private lastRequest = 1000;

  /** Starts the gateway, enrols agencies, and opens a session of version 2 for each. */
  async start(...names: string[]): Promise<Agency[]> {
    await this.world.start();
    const agencies = await this.world.enrolled(...names);
    for (const agency of agencies) await this.connect(agency);
    return agencies;
  }

  async connect(agency: Agency): Promise<void> {
    this.nodes.set(agency.agency, await RawNode.open(this.world, agency, { versions: [1, 2] }));
  }

  node(agency: Agency): RawNode {
    const node = this.nodes.get(agency.agency);
    if (!node) throw new Error(agency.agency);
    return node;
  }

  nextRequest(): number {
    return ++this.lastRequest;
  }

  agree(name: string, parties: string[], change: Partial<Agreement> = {}): Promise<number> {
    const agreement: Agreement = {
      agreementId: new Uint8Array(randomBytes(16)),
      name,
      parties,
      types: [],
      classificationMax: Classification.EU_RESTRICTED,
      personalData: true,
      validFromMs: 0,
      validUntilMs: 0,
      ...change,
    };
    return this.world.control.act(this.world.operatorKey, { kind: 'setAgreement', value: { agreement } });
  }

  setAgency(agency: string, clearance: Classification, contact = ''): Promise<number> {
    const value = { agency, clearance, contact, attachmentBytesMax: 0 };
    return this.world.control.act(this.world.operatorKey, { kind: 'setAgency', value });
  }

  /** Sends what must be accepted. */
  async accepted(...draft: Submission): Promise<{ id: Uint8Array; index: number }> {
    const { messageId, outcome } = (await this.submit(...draft)).result.outcomes[0] as SubmitOutcome;
    if (outcome.kind !== 'accepted') throw new Error(outcome.value.text);
    return { id: messageId, index: outcome.value.index };
  }

  /** Sends what must be refused with this code, in these words, and with an entry in the log. */
  async refused(code: ErrorCode, words: string, ...draft: Submission): Promise<void> {
    const { messageId, result } = await this.submit(...draft);
    const outcome = result.outcomes[0]?.outcome;
    if (outcome?.kind !== 'refused') throw new Error('accepted');
    const { number, retry, text } = ERRORS[code];
    const said = outcome.value;
    if (said.code !== number || said.retry !== retry || said.text !== `${text} ${words}`.trim()) {
      throw new Error(`${said.code} ${said.text}`);
    }
    if (!said.logged) throw new Error('not logged');
    const { event } = this.node(draft[0]).verified(said.logged, result);
    if (event.kind !== 'submissionRejection') throw new Error(event.kind);
    const { sender, code: logged } = event.value;
    if (sender !== draft[0].mailbox || logged !== number || !equalBytes(event.value.messageId, messageId)) {
      throw new Error('The entry is about something else.');
    }
    this.refusals.push(number);
  }

  private async submit(from: Agency, to: readonly Agency[], routing: Partial<Routing> = {}) {
    const messageId = newId();
    const envelopes = signMessages(from.signingKey, [seal(from, to, draftOf(messageId, routing))]);
    return { messageId, result: await this.node(from).submit(envelopes) };
  }

  /** Has an agency sign a group, and waits for the gateway's answer. */
  putGroup(by: Agency, group: Group, change: Partial<GroupStatement> = {}): Promise<GroupPutResult> {
    const leaf = encode(GroupStatementSchema, {
      blind: new Uint8Array(randomBytes(16)),
      origin: 'gateway.test/log',
      replaces: 0,
      createdAtMs: Date.now(),
      group,
      end: false,
      ...change,
    });
    const statement = signLeaf('group', by.signingKey, leaf);
    this.node(by).send({ kind: 'groupPut', value: { request: this.nextRequest(), statement } });
    return this.node(by).next('groupPutResult');
  }

  /** Ends all sessions and the gateway; returns its exit status. */
  async stop(): Promise<number | null> {
    for (const node of this.nodes.values()) node.close();
    return this.world.stop();
  }
}

type Submission = [from: Agency, to: readonly Agency[], routing?: Partial<Routing>];
