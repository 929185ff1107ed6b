/** A content to disclose. */
import { formatDisclosure } from '../../audit/proof/disclosure.ts';
import { encode } from '../../protocol/codec.ts';
import { padBody } from '../../protocol/envelope/padding.ts';
import { BodySchema, type Entry, MessageType } from '../../protocol/generated/schema.ts';
import { sha256 } from '../../protocol/merkle.ts';
import { bodyFromJson } from '../../protocol/messages/json.ts';
import { acceptance } from './forged-events.ts';
import { customs, makeMessage, police, START_MS } from './log-builder.ts';

/** A disclosed content, as its recipient makes one. */
export function makeDisclosure(): string {
  const body = bodyFromJson({
    language: 'en',
    spontaneousInformation: {
      ...{ subject: 'Vessel', text: 'Arrives on Monday.', crimeArea: 'REVENUE' },
      evaluation: { sourceCode: 'B', infoCode: '2', assessedByUnit: 'xb.police/desk', assessedAtMs: 1 },
    },
  });
  const padded = padBody(encode(BodySchema, body), sha256(Uint8Array.of(1)));
  const routing = {
    type: MessageType.SPONTANEOUS_INFORMATION,
    bodyDigest: sha256(padded),
    containsPersonalData: false,
  };
  const message = makeMessage(customs, [police], START_MS, routing);
  const { value } = acceptance(message, [1]) as Entry['event'] & { kind: 'submissionAcceptance' };
  const { header: leaf, signature, path } = value;
  const chain = customs.enrol.signing[0]!.certificates;
  return formatDisclosure({ signed: { leaf, signature, path }, padded, chain, acceptance: undefined });
}
