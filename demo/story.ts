/** The story that the demonstration tells. All persons, firms and goods are invented; XA and XB are no countries. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseVerifierKey, verifyReceipt } from '../audit/index.ts';
import type { SendRequest } from '../node/index.ts';
import { LiaisonError } from '../protocol/errors.ts';
import { parseMailbox, parseMessageId } from '../protocol/index.ts';
import type { Agency } from './agency.ts';
import type { Stage } from './stage.ts';
import type { Timeline } from './timeline.ts';

const POLICE = 'xb.police/desk';
const SECRETARIAT = 'wco.secretariat/enforcement';
const BURST = 40;

interface Cast {
  customs: Agency;
  police: Agency;
  secretariat: Agency;
}

export class Story {
  private readonly stage: Stage;
  private readonly timeline: Timeline;
  private readonly sent: { agency: Agency; id: string }[] = [];

  constructor(stage: Stage, timeline: Timeline) {
    this.stage = stage;
    this.timeline = timeline;
  }

  /** Plays everything; throws when something does not come out as told. */
  async play(): Promise<void> {
    const cast = await this.prepare();
    await this.requestAndAnswer(cast);
    await this.offlineRecipient(cast);
    await this.refusedMessage(cast);
    await this.killedGateway(cast);
    await this.receipts();
    await this.audit(cast);
  }

  private async prepare(): Promise<Cast> {
    const { stage, timeline } = this;
    timeline.chapter('1  A gateway and three agencies');
    await stage.makeCertificates();
    timeline.event('authority', 'development certificates: an authority, the gateway, three agencies', 'ok');
    await stage.makeGateway();
    timeline.event('gateway', `runs on wss://localhost:${stage.port}, process ${stage.gatewayPid}`, 'ok');
    const codes = (agency: string, _: string, code: string): void => timeline.event(agency, `told: ${code}`, 'no');
    await stage.enrol(codes);
    await stage.agree();
    timeline.event('operator', 'recorded the agreement by which the three may exchange messages', 'ok');
    await Promise.all(stage.agencies.map((agency) => agency.start()));
    const [customs, police, secretariat] = stage.agencies;
    if (!customs || !police || !secretariat) throw new LiaisonError('INTERNAL', 'An agency is missing.');
    for (const { name } of stage.agencies) {
      timeline.event(name, 'made its own keys, was enrolled by the operator, is connected', 'ok');
    }
    return { customs, police, secretariat };
  }

  private async requestAndAnswer({ police, secretariat }: Cast): Promise<void> {
    const { timeline } = this;
    timeline.chapter('2  A request and its answer');
    const request = await this.post(police, requestTo(SECRETARIAT));
    timeline.event(
      'xb.police',
      `urgent InformationRequest, signed, encrypted, accepted as log entry ${request.index}`,
      'ok',
    );
    const asked = await secretariat.receives((message) => message.id === request.id);
    timeline.event(
      'wco.secretariat',
      `verified and opened it: "${textOf(asked.body, 'informationRequest', 'subject')}"`,
    );
    await police.wait(request.id, 'handed-over');
    timeline.event('xb.police', 'holds the handover that the secretariat has signed', 'ok');
    const answer = await this.post(secretariat, answerTo(POLICE, asked.id, asked.threadId));
    const answered = await police.receives((message) => message.id === answer.id);
    timeline.event('xb.police', `answer: "${textOf(answered.body, 'informationAnswer', 'text')}"`, 'ok');
  }

  private async offlineRecipient({ customs, police, secretariat }: Cast): Promise<void> {
    const { timeline } = this;
    timeline.chapter('3  A report to two, one of them offline');
    await police.stop();
    timeline.event('xb.police', 'goes offline', 'wait');
    const report = await this.post(customs, reportTo([POLICE, SECRETARIAT]));
    timeline.event('xa.customs', `report on 48,000 tablets, accepted as log entry ${report.index}`, 'ok');
    await secretariat.receives((message) => message.id === report.id);
    timeline.event('wco.secretariat', 'has it');
    timeline.event('gateway', 'the copy for xb.police waits (ConsignmentNotification)', 'wait');
    await police.start();
    await police.receives((message) => message.id === report.id);
    timeline.event('xb.police', 'is back and has it');
    await customs.wait(report.id, 'handed-over');
    timeline.event('xa.customs', 'holds both handovers', 'ok');
  }

  private async refusedMessage({ customs, secretariat }: Cast): Promise<void> {
    const { stage, timeline } = this;
    timeline.chapter('4  A refused message');
    await stage.operator('suspend', 'wco.secretariat');
    timeline.event('operator', 'suspends wco.secretariat (a signed entry in the log)');
    const [id = ''] = await customs.send(reportTo([SECRETARIAT]));
    const code = await customs.obstacle(id);
    timeline.event('gateway', `refuses: ${code} (a SubmissionRejection in the log; a retry can help)`, 'no');
    await stage.operator('release', 'wco.secretariat');
    timeline.event('operator', 'ends the suspension');
    await customs.wait(id, 'handed-over', 30_000);
    this.sent.push({ agency: customs, id });
    await secretariat.receives((message) => message.id === id);
    timeline.event('xa.customs', 'its node sent the same bytes again: accepted and handed over', 'ok');
  }

  private async killedGateway({ customs, police }: Cast): Promise<void> {
    const { stage, timeline } = this;
    timeline.chapter('5  The gateway is killed in the middle');
    const before = police.received.length;
    const ids = await customs.send(
      ...Array.from({ length: BURST }, (_, i) => reportTo([POLICE], `Container ${i + 1}`)),
    );
    timeline.event('xa.customs', `${BURST} messages are durable in its outbox`, 'ok');
    await customs.wait(ids[0] ?? '', 'accepted').catch(() => undefined);
    await stage.stopGateway('SIGKILL');
    timeline.event('gateway', 'kill −9', 'no');
    const [late = ''] = await customs.send(reportTo([POLICE], 'Written while the gateway was down'));
    await stage.startGateway();
    timeline.event('gateway', `started again, process ${stage.gatewayPid}`, 'ok');
    await Promise.all([...ids, late].map((id) => customs.wait(id, 'handed-over', 30_000)));
    for (const id of [...ids, late]) this.sent.push({ agency: customs, id });
    // Handed over means durable in the inbox; the application gets it right after.
    await Promise.all([...ids, late].map((id) => police.receives((message) => message.id === id)));
    const came = police.received.slice(before).map((message) => message.id);
    if (came.length !== BURST + 1 || new Set(came).size !== BURST + 1) {
      throw new LiaisonError('INTERNAL', `Police received ${came.length} messages instead of ${BURST + 1}.`);
    }
    timeline.event('xb.police', `has all ${BURST}, and one written during the outage, each once`, 'ok');
  }

  /** Every sender's receipts, written to files and verified with nothing but the log's key. */
  private async receipts(): Promise<void> {
    const { stage, timeline } = this;
    timeline.chapter('6  Receipts');
    const logVerifier = parseVerifierKey(stage.verifierKey);
    mkdirSync(stage.path('receipts'), { recursive: true });
    let count = 0;
    let example = '';
    for (const { agency, id } of this.sent) {
      const sender = parseMailbox(agency.mailbox);
      for (const receipt of await agency.receipts(id)) {
        verifyReceipt({ text: receipt.text, logVerifier, expected: { messageId: parseMessageId(id), sender } });
        example = stage.path('receipts', `${receipt.index}-${receipt.kind}.txt`);
        writeFileSync(example, receipt.text);
        count++;
      }
    }
    timeline.event(
      'anybody',
      `${count} receipts of ${this.sent.length} messages verified offline with the log's key`,
      'ok',
    );
  }

  private async audit({ customs, police, secretariat }: Cast): Promise<void> {
    const { stage, timeline } = this;
    timeline.chapter('7  The audit');
    await Promise.all([customs, police, secretariat].map((agency) => agency.stop()));
    await stage.stopGateway('SIGTERM');
    timeline.event('auditor', './liaison audit verify, with log key and anchors from outside the data:');
    const { stdout, status } = await stage.audit();
    for (const line of stdout.trimEnd().split('\n')) timeline.line(line === '' ? '' : `          ${line}`);
    if (status !== 0) throw new LiaisonError('DATA_DAMAGED', 'The audit found something.');
  }

  private async post(agency: Agency, request: SendRequest): Promise<{ id: string; index: number }> {
    const [id = ''] = await agency.send(request);
    const evidence = await agency.wait(id, 'accepted');
    this.sent.push({ agency, id });
    const event = evidence.recipients[0]?.events.find((item) => item.event === 'SubmissionAcceptance');
    return { id, index: event?.index ?? -1 };
  }
}

function textOf(body: unknown, content: string, field: string): string {
  const part = (body as Record<string, Record<string, string> | undefined>)[content];
  return part?.[field] ?? '';
}

const evaluation = (unit: string): object => ({
  sourceCode: 'B',
  infoCode: '2',
  assessedByUnit: unit,
  assessedAtMs: Date.now(),
});

const requestTo = (to: string): SendRequest => ({
  to: [to],
  urgency: 'URGENT',
  availability: 'DIRECT',
  handling: ['H1'],
  purpose: 'INVESTIGATION',
  body: {
    language: 'en',
    caseNumber: 'XB-2026-0417',
    informationRequest: {
      subject: 'Consignor history of Larkspur Freight Ltd',
      informationSought: 'All consignments by Larkspur Freight Ltd since January, with routes and findings.',
      purposeAndFacts: 'The firm appears in an investigation of counterfeit medicines.',
      offence: 'Trade in counterfeit medicines',
      crimeArea: 'HEALTH_SAFETY',
      urgencyReason: 'A consignment is expected tonight.',
    },
  },
});

const answerTo = (to: string, inReplyTo: string, threadId: string): SendRequest => ({
  to: [to],
  inReplyTo,
  threadId,
  handling: ['H1'],
  purpose: 'INVESTIGATION',
  body: {
    language: 'en',
    caseNumber: 'XB-2026-0417',
    informationAnswer: {
      outcome: 'FULL',
      text: 'Six consignments since January, two with findings, all by way of XB.',
      evaluation: evaluation('enforcement'),
    },
  },
});

const reportTo = (to: string[], subject = 'Fake medicines in container ZZZU 123456-4'): SendRequest => ({
  to,
  handling: ['H0'],
  purpose: 'DETECTION',
  containsPersonalData: false,
  body: {
    language: 'en',
    spontaneousInformation: {
      subject,
      text: '48,000 ivermectin tablets (HS 3004) behind tile cartons, route XD to XA.',
      crimeArea: 'HEALTH_SAFETY',
      evaluation: evaluation('portalder'),
    },
  },
});
